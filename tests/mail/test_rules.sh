#!/bin/bash
# Where messages go: the rules of the README on two real Postfix, in both tree shapes and
# with both values of default_routing; then the same addresses while the directory changes.
# What is expected is written here by hand.
set -u
here=$(cd "$(dirname "$0")" && pwd)
harness=$here/harness

[ "$(id -u)" = 0 ] || {
	echo "1..0 # SKIP two Postfix need root"
	exit 0
}

top=$(mktemp -d /tmp/mr.XXXXXX) || exit 1
clean_up()
{
	local dir
	for dir in "$top"/*/; do
		"$harness" stop "$dir"
	done
	rm -rf "$top"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
chmod 711 "$top"

# The test's own words on stdout: "ok name" or "not ok name" and comments.
check()
{
	local name=$1 got=$2 want=$3
	# shellcheck disable=SC2053
	if [[ $got == $want ]]; then
		echo "ok - $config: $name"
	else
		echo "not ok - $config: $name"
		printf '# got:      %s\n# expected: %s\n' "${got//$'\n'/ / }" "$want"
	fi
}

# ---- every rule -----------------------------------------------------------------------
# rule, client, address, answer (a pattern), where the message is then ("-": not sent)

cases()
{
	cat <<-END
		0 outside twin@acme.example 451* -
		0 own Twin@ACME.example 451* -
		0 outside twin+x@acme.example 451* -
		0 outside pair@slave.example 451* -
		0 own pair+x@slave.example 451* -
		1 outside someone@outside.example 554* -
		1 outside someone@sub.acme.example 554* -
		1 outside acme.example@example 554* -
		1 own someone@outside.example 250* B:outside
		2 outside alice@acme.example 250* A:alice
		2 own alice.martin@acme.example 250* A:alice
		2 outside ALICE@Acme.EXAMPLE 250* A:alice
		2 outside alice+news@acme.example 250* A:alice
		2 outside Alice+a+b@acme.test 250* A:alice
		2 outside alice@acme.test 250* A:alice
		2 outside zoe@branch.example 250* A:zoe
		2 own ines+x@slave.example 250* A:ines
		2 outside luc@lyon.example 250* A:luc
		2 outside shared@acme.example 250* A:hal
		2 own shared+x@acme.example 250* A:hal
		2 outside lou@acme.example 250* A:lou
		2 outside lou+mel@acme.example 250* A:lou
		3 outside bob@acme.example 250* B:bob
		3 own bob.durand@acme.example 250* B:bob
		3 outside BOB@acme.EXAMPLE 250* B:bob
		3 outside bob+ext@acme.example 250* B:bob
		3 outside gus.vert@acme.example 250* B:gus
		3 own gus@acme.test 250* B:gus
		3 outside Gus+x@Acme.Test 250* B:gus
		3 outside lou+max@acme.example 250* B:max
		3 outside dan@slave.example 250* B:dan
		4 outside eve@lyon.example 450*4.3.5* -
		4 own EVE@lyon.example 450*4.3.5* -
		4 outside eve+x@lyon.example 450*4.3.5* -
		4 outside eve@hopeless.example 450*4.3.5* -
		4 own eve@bare.example 450*4.3.5* -
		5 outside remote@branch.example 250* B:remote
		5 own Remote+x@Branch.example 250* B:remote
		5 outside remote@slave.test 250* B:remote2
		5 outside fay@slave.example 250* B:fay
		5 own d.roux@slave.example 250* B:dan
		5 outside dan@slave.test 250* B:dan
		5 outside nobody@branch.example 550*5.1.1*said:*User?unknown* -
		5 own no.body@slave.example 550*5.1.1*said:*User?unknown* -
		5 outside nobody+x@slave.test 550*5.1.1*said:*User?unknown* -
		6 outside nobody@acme.example 550?5.1.1* -
		6 own nobody@acme.example 550?5.1.1* -
		6 outside Nobody+x@ACME.test 550?5.1.1* -
		6 outside carol@acme.example 550?5.1.1* -
		6 outside bd@acme.example 550?5.1.1* -
		6 own bob@acme.test 550?5.1.1* -
		6 outside nobody@lyon.example 550?5.1.1* -
		2 submission alice+x@acme.example 250* -
		3 submission bob@acme.example 250* -
		4 submission eve@lyon.example 450*4.3.5* -
		5 submission remote@branch.example 554* -
		5 submission nobody@branch.example 550*5.1.1*said:*User?unknown* -
		6 submission nobody@acme.example 550?5.1.1* -
		1 submission someone@outside.example 554* -
		6 outside nobody@hopeless.example 550?5.1.1* -
		6 outside nobody@bare.example 550?5.1.1* -
	END
	case $1 in
	none)
		echo 6 outside elodie@acme.example '550?5.1.1*' -
		echo 6 own Elodie+x@acme.example '550?5.1.1*' -
		;;
	internal)
		echo 2 outside elodie@acme.example '250*' A:elodie
		echo 2 own Elodie+x@acme.example '250*' A:elodie
		;;
	esac
}

one_case()
{
	local rule=$1 client=$2 address=$3 answer=$4 place=$5 mark=m$BASHPID name got
	name="rule $rule, $client, $address"
	if [ "$place" = - ]; then
		check "$name" "$("$harness" rcpt "$dir" "$client" "$address")" "$answer"
		return
	fi
	got=$("$harness" send "$dir" "$client" "$address" "$mark")
	[[ $got == 250* ]] && got="$got $("$harness" where "$dir" "$mark")"
	check "$name" "$got" "$answer $place"
}

# Side by side, a few at a time: what takes long is the wait for the relay's word.
all_cases()
{
	local rule client address answer place n=0
	while read -r rule client address answer place; do
		one_case "$rule" "$client" "$address" "$answer" "$place" >"$dir/case.$n" &
		n=$((n + 1))
		[ $n -ge 12 ] && wait -n
	done < <(cases "$1")
	wait
	cat "$dir"/case.*
}

# ---- changes, with nothing restarted ------------------------------------------------------

sender=again@outside.example

modify()
{
	local user=$1 place='ou=people'
	case $config in
	tree*) place="associatedDomain=$2,ou=domains" ;;
	esac
	shift 2
	{
		printf 'dn: uid=%s,%s,dc=demo\nchangetype: modify\n' "$user" "$place"
		printf '%s\n' "$@"
	} | "$harness" ldap "$dir"
}

# The queue manager remembers the last address for 30 s.
another()
{
	"$harness" send "$dir" own lou@acme.example "$1" >/dev/null
	"$harness" where "$dir" "$1" >/dev/null
}

# A message from the same sender to the same address; prints the answer or the place.
message()
{
	local got
	another "between$1"
	got=$("$harness" send "$dir" outside "$2" "$1" $sender)
	case $got in
	250*) "$harness" where "$dir" "$1" ;;
	*) echo "$got" ;;
	esac
}

user_changes()
{
	check "external: message" "$(message user1 bob@acme.example)" B:bob
	check "external: no sign-in by uid" "$("$harness" imap "$dir" bob demo)" no
	check "external: no sign-in by address" "$("$harness" imap "$dir" bob@acme.example demo)" no
	modify bob acme.example 'replace: relaisRouting' 'relaisRouting: internal'
	check "made internal: message" "$(message user2 bob@acme.example)" A:bob
	check "made internal: unselected address" "$(message user3 bd@acme.example)" A:bob
	check "made internal: sign-in" "$("$harness" imap "$dir" bob demo)" ok
	check "made internal: not with a wrong password" "$("$harness" imap "$dir" bob nope)" no
	modify bob acme.example 'replace: relaisRouting' 'relaisRouting: none'
	check "made none: message" "$(message user4 bob@acme.example)" '550?5.1.1*'
	modify bob acme.example 'replace: relaisRouting' 'relaisRouting: external'
	check "external again: message" "$(message user5 bob@acme.example)" B:bob
	check "external again: no sign-in" "$("$harness" imap "$dir" bob demo)" no
	modify bob acme.example 'delete: relaisThirdPartyAddress' \
		'relaisThirdPartyAddress: bob@acme.example'
	check "unselected: message" "$(message user6 bob@acme.example)" '550?5.1.1*'
	check "unselected: the other address" "$(message user7 bob.durand@acme.example)" B:bob
	modify bob acme.example 'add: relaisThirdPartyAddress' \
		'relaisThirdPartyAddress: bob@acme.example'
	check "selected again: message" "$(message user8 bob@acme.example)" B:bob
	modify twin2 slave.example 'delete: mail'
	check "mended duplicate: message" "$(message user9 twin@acme.example)" A:twin1
}

domain_changes()
{
	local address
	"$harness" b-user "$dir" known@moving.example known
	check "does not forward unknown" "$(message domain1 known@moving.example)" '550?5.1.1*'
	"$harness" forward "$dir" moving.example TRUE
	check "forwards unknown: known there" "$(message domain2 known@moving.example)" B:known
	check "forwards unknown: not known there" "$(message domain3 nope@moving.example)" '550*said:*'
	check "forwards unknown: internal stays" "$(message domain4 mia@moving.example)" A:mia
	"$harness" forward "$dir" moving.example FALSE
	check "does not forward unknown again" "$(message domain5 known@moving.example)" '550?5.1.1*'
	"$harness" relay "$dir" moving.example none
	check "relay cleared: third-party user" "$(message domain6 m1@moving.example)" '450*4.3.5*'
	"$harness" relay "$dir" moving.example "$B"
	check "relay set: third-party user" "$(message domain7 m1@moving.example)" B:max
	"$harness" relay "$dir" moving.example "$C"
	for address in m1@moving.example m2@moving.example m3@moving.test m4+x@moving.example; do
		check "relay moved by one write: $address" "$(message "moved-$address" $address)" C:max
	done
	check "relay moved: other domains stay" "$(message domain8 gus@acme.test)" B:gus
	"$harness" relay "$dir" moving.example '[nowhere.invalid]'
	check "relay without an address: mail is kept" "$(message domain9 m1@moving.example)" queue-A
	"$harness" relay "$dir" moving.example '[IPv6:2001:db8::25]'
	check "relay out of reach: mail is kept" "$(message domain10 m2@moving.example)" queue-A
}

two_systems()
{
	"$harness" b-user "$dir" zoe@branch.example A
	"$harness" send-b "$dir" zoe@branch.example fromb >/dev/null
	check "from B to a mailbox here" "$("$harness" where "$dir" fromb)" A:zoe
	"$harness" send "$dir" outside dan+Ext@slave.example asis >/dev/null
	"$harness" where "$dir" asis >/dev/null
	check "the recipient is not rewritten" "$(grep -rlFw asis "$dir"/b/mail/dan/new |
		xargs grep -h ^X-Original-To:)" "X-Original-To: dan+Ext@slave.example"
}

# A refusal is forgotten soon: what the tables' fragment sets to 2m is 2s here.
refusal_forgotten()
{
	local n=0 got
	check "unknown to the relay yet" "$("$harness" rcpt "$dir" outside new@slave.example)" 550*
	"$harness" b-user "$dir" new@slave.example new
	until got=$("$harness" rcpt "$dir" outside new@slave.example) && [[ $got == 250* ]]; do
		n=$((n + 1))
		[ $n -ge 300 ] && break
		sleep 0.05
	done
	check "known to the relay now" "$got" 250*
}

relay_down()
{
	"$harness" b-down "$dir"
	check "relay down: unknown" "$("$harness" rcpt "$dir" outside later@branch.example)" 450*
	check "relay down: unknown, own" "$("$harness" rcpt "$dir" own later2@slave.example)" 450*
	check "relay down: third-party user's is kept" "$(message down1 bob@acme.example)" queue-A
	check "relay down: mailboxes here" "$(message down2 alice@acme.example)" A:alice
	"$harness" b-up "$dir"
	postqueue -c "$dir/a/etc" -f
	until [ "$("$harness" where "$dir" down1)" != queue-A ]; do
		[ $((n = ${n-0} + 1)) -gt 100 ] && break
		sleep 0.05
	done
	check "relay up: it arrives" "$("$harness" where "$dir" down1)" B:bob
}

# One that does not answer holds up mail for as long as the tables wait, and no longer.
directory_hangs()
{
	local begun=$EPOCHSECONDS
	kill -STOP "$(cat "$dir/ldap/pid")"
	check "directory hangs" "$("$harness" rcpt "$dir" outside alice@acme.example)" 451*
	kill -CONT "$(cat "$dir/ldap/pid")"
	check "directory hangs: soon said" "$((EPOCHSECONDS - begun < 20))" 1
	check "directory back" "$("$harness" rcpt "$dir" outside alice@acme.example)" 250*
}

directory_down()
{
	local address
	"$here/../slapd" stop "$dir/ldap"
	for address in alice@acme.example bob@acme.example nobody@acme.example \
		x@branch.example eve@lyon.example x@elsewhere.example; do
		check "directory down: $address" "$("$harness" rcpt "$dir" outside $address)" 451*
		check "directory down, own: $address" "$("$harness" rcpt "$dir" own $address)" 451*
	done
}

restarts()
{
	cat "$dir"/{a,b}/queue/pid/master.pid
	grep -c 'reload\|starting' "$dir/a/log"
}

# Every message there is, and only once.
no_doubles()
{
	check "every message once" "$(grep -rhi '^Subject: ' "$dir"/{a,b}/mail/*/new | sort | uniq -d)" ''
	check "no fatal or panic" "$(grep -h 'fatal:\|panic:' "$dir/a/log" "$dir/b/log")" ''
}

# Side by side, each with users and domains of its own.
all_changes()
{
	local before
	before=$(restarts)
	(user_changes) >"$dir/part1" &
	(domain_changes) >"$dir/part2" &
	(two_systems; refusal_forgotten) >"$dir/part3" &
	wait
	cat "$dir"/part?
	check "nothing was restarted" "$(restarts)" "$before"
	relay_down
	directory_hangs
}

everything()
{
	local name
	A_PARAMETERS='address_verify_negative_expire_time = 2s
address_verify_negative_refresh_time = 2s' \
		"$harness" start "$dir" "$1" "$2" "$here/rules.ldif" || {
		echo "not ok - $config: starts"
		return
	}
	eval "$("$harness" info "$dir")"
	for name in gus.vert@acme.example:gus gus@acme.test:gus lou+max@acme.example:max \
		dan@slave.example:dan d.roux@slave.example:dan dan@slave.test:dan \
		remote@slave.test:remote2 fay@slave.example:fay m1@moving.example:max \
		m2@moving.example:max m3@moving.test:max m4+x@moving.example:max; do
		"$harness" b-user "$dir" "${name%:*}" "${name#*:}"
	done
	all_cases "$2"
	case $config in
	'tree, none' | 'flat, internal') all_changes ;;
	esac
	no_doubles
	directory_down
}

for shape in tree flat; do
	for default in none internal; do
		config="$shape, $default" dir=$top/$shape-$default
		mkdir "$dir"
		everything $shape $default >"$dir.out" 2>&1 &
	done
done
wait
cat "$top"/*.out | awk '
	/^(not )?ok - / { sub(/ok -/, "ok " ++n " -") }
	/^[^#]/ && !/^(not )?ok / { $0 = "# " $0 }
	{ print }
	END { print "1.." n + 0 }'
