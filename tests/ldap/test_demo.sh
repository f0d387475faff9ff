#!/bin/bash
# The demo: its data, and that nothing is left of it however it ends.
. tests/tap.sh
BUILD=${BUILD:-build}
demo=ldap/demo/run
export LDAPNOINIT=1 XDG_STATE_HOME=$tmp/state
unset KEEP DEMO_SH RELAIS_CONFIG

# What the demo runs here: says where things are, then waits to be ended.
stay="echo \$RELAIS_CONFIG >$tmp/config.new; mv $tmp/config.new $tmp/config; exec sleep 600"

# Sets $run to the script's pid, $slapd and $folder to what it started.
start()
{
	rm -f "$tmp/config"
	# A shell's background ignores Ctrl-C.
	DEMO_SH=$stay env --default-signal=INT,QUIT "$@" </dev/null >"$tmp/out" 2>&1 &
	run=$!
	within 20 test -e "$tmp/config" || return 1
	folder=$(dirname "$(cat "$tmp/config")")
	slapd=$(cat "$folder/pid")
}

gone() { [ ! -e "$folder" ] && [ ! -d "/proc/$slapd" ]; }

# ---- the data
ldap/demo/generate >"$tmp/data"
is "8 domains and 1 200 users" "$(grep -c '^dn: associatedDomain=' "$tmp/data") $(grep -c '^dn: uid=' "$tmp/data")" "8 1200"
is "always the same" "$(ldap/demo/generate | cksum)" "$(cksum <"$tmp/data")"
is "no address twice" "$(grep '^mail: ' "$tmp/data" | tr '[:upper:]' '[:lower:]' | sort | uniq -d)" ""
is "no name twice" "$(grep '^displayName: ' "$tmp/data" | sort | uniq -d)" ""
is "no numbers in names" "$(grep -E '^(displayName|uid): .*[0-9]' "$tmp/data")" ""
ok "names with an apostrophe" grep -q "^displayName: .*O'Brien" "$tmp/data"
ok "a long one" grep -q '^displayName: .*Wolfeschlegelsteinhausenbergerdorff' "$tmp/data"
ok "Chinese" grep -q '^displayName: 欧阳' "$tmp/data"
ok "Arabic" grep -q '^displayName: محمد' "$tmp/data"
is "selected addresses are the user's own, all of them hosted" "$(awk '
	/^associatedDomain: / { hosted[$2] }
	/^dn: / { split("", own) }
	/^mail: / { own[$2]; domain = $2; sub(/.*@/, "", domain); if (!(domain in hosted)) print }
	/^relaisThirdPartyAddress: / && !($2 in own)' "$tmp/data")" ""
routing() { # of the users below a domain: internal external none, then without
	awk -v dn="associatedDomain=$1,ou=domains,dc=demo" '
	/^dn: / { mine = substr($2, index($2, ",") + 1) == dn; n += mine }
	mine && /^relaisRouting: / { of[$2]++; n-- }
	END { print of["internal"] + 0, of["external"] + 0, of["none"] + 0, n }' "$tmp/data"
}
is "the master has 31 third-party users" "$(routing acme.example)" "812 31 0 0"
is "the slave has 14 users" "$(routing branch.example)" "14 0 0 0"
is "a domain that is not split" "$(routing lyon.example)" "96 0 0 0"
is "some users without relaisRouting" "$(routing maison-dupont.example)" "56 0 0 4"
is "an empty domain" "$(routing nouveau.example)" "0 0 0 0"
is "an IDN" "$(routing xn--fort-dore-i4af.example)" "47 0 0 0"
is "a migration" "$(routing rachat.example)" "60 30 0 0"
is "every routing" "$(routing mairie.example)" "30 12 8 0"
is "Bob has selected two of three" "$(sed -n '/^dn: uid=bob.durand,/,/^$/p' "$tmp/data" |
	grep -E '^(mail|relais)')" "mail: bob@acme.example
mail: bob.durand@acme.example
mail: bd@acme.example
relaisRouting: external
relaisThirdPartyAddress: bob@acme.example
relaisThirdPartyAddress: bob.durand@acme.example"

# ---- a run
began=$(date +%s%N)
# shellcheck disable=SC2016
DEMO_SH='
	uri=$(sed -n "s/.*uri *= *{\"\(.*\)\"}/\1/p" "$RELAIS_CONFIG")
	ldapwhoami -Q -Y EXTERNAL -H "$uri"
	ldapsearch -Q -LLL -Y EXTERNAL -H "$uri" -b dc=demo "(objectClass=inetOrgPerson)" 1.1 |
		grep -c ^dn:
	exit 7' $demo "$BUILD" </dev/null >"$tmp/out" 2>&1
is "the command's exit status" $? 7
is "signed in as admin0, nothing else on the terminal" "$(cat "$tmp/out")" "dn:uid=admin0,ou=admins,dc=demo
1200"
took=$((($(date +%s%N) - began) / 1000000))
echo "# started, asked and gone in $took ms"
ok "all of it in two seconds" [ $took -lt 2000 ]

start $demo "$BUILD"
tcp()
{
	local fd inode
	for fd in /proc/"$slapd"/fd/*; do
		inode=$(readlink "$fd" | sed -n 's/^socket:\[\(.*\)\]/\1/p')
		[ "$inode" ] && cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
			awk -v inode="$inode" '$10 == inode'
	done
}
is "a unix socket only" "$(tcp)" ""
journal_in() { sed -n 's/.*state_folder = "\(.*\)".*/\1/p' "$1"; }
is "its journal goes with it" "$(journal_in "$folder/relais.conf")" "$folder/journal"
is "nobody else can read it" "$(stat -c %a "$folder")" 700

# ---- the ways out
for signal in TERM HUP INT; do
	[ $signal = TERM ] || start $demo "$BUILD"
	kill -$signal "$run"
	wait "$run"
	ok "$signal: nothing is left when it has ended" gone
done
start setsid $demo "$BUILD"
kill -INT -- "-$run"
wait "$run"
ok "Ctrl-C: nothing is left" gone
start $demo "$BUILD"
# cat, since processes come and go while it reads
child=$(cat /proc/[0-9]*/status 2>/dev/null | awk -v parent="$run" '
	$1 == "Name:" { name = $2 }
	$1 == "Pid:" { pid = $2 }
	$1 == "PPid:" && $2 == parent && name == "sleep" { print pid }')
kill -KILL "$run"
wait "$run" 2>/dev/null
ok "kill -9: slapd and the data are gone" within 10 gone
ok "kill -9: there was what it ran" [ -n "$child" ]
ok "kill -9: and it is gone, too" within 10 test ! -d "/proc/$child"

start $demo "$BUILD"
keeper=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$slapd/status")
kill -KILL "$keeper"
ok "kill -9 of the keeper: slapd is gone" within 10 test ! -d "/proc/$slapd"
kill "$run"
wait "$run"
rm -rf "$folder"

start $demo "$BUILD"
kill -STOP "$slapd"
kill "$run"
wait "$run"
ok "a stopped slapd is ended, too" gone

# script(1) owns the terminal: with it, the terminal is closed.
start script -qec "$demo $BUILD" /dev/null
kill -KILL "$run"
wait "$run" 2>/dev/null
ok "a closed terminal: nothing is left" within 10 gone

# ---- KEEP=1
# shellcheck disable=SC2016
describe='
	uri=$(sed -n "s/.*uri *= *{\"\(.*\)\"}/\1/p" "$RELAIS_CONFIG")
	dn=associatedDomain=lyon.example,ou=domains,dc=demo'
# shellcheck disable=SC2016
KEEP=1 DEMO_SH="$describe"'
	ldapmodify -Q -Y EXTERNAL -H "$uri" >/dev/null <<END
dn: $dn
changetype: modify
replace: description
description: kept
END' $demo "$BUILD" </dev/null >"$tmp/out" 2>&1
is "KEEP=1 says where" "$(cat "$tmp/out")" "demo: the data is kept in $tmp/state/relais/demo"
# shellcheck disable=SC2016
is "KEEP=1 finds it again" "$(KEEP=1 DEMO_SH="$describe"'
	ldapsearch -Q -LLL -Y EXTERNAL -H "$uri" -s base -b "$dn" description' \
	$demo "$BUILD" </dev/null 2>/dev/null | sed -n 's/^description: //p')" "kept"
export KEEP=1
start $demo "$BUILD"
is "one at a time" "$(DEMO_SH=true $demo "$BUILD" 2>&1)" "demo: $tmp/state/relais/demo: another demo has it"
is "its journal stays with it" "$(journal_in "$folder/relais.conf")" "$tmp/state/relais/demo/journal"
kill "$run"
wait "$run"
ok "KEEP=1: slapd and the socket are gone, the data is there" eval 'gone && [ -d "$tmp/state/relais/demo/db" ]'
unset KEEP

# ---- as anybody
if [ "$(id -u)" -eq 0 ]; then
	chmod 711 "$tmp"
	mkdir "$tmp/copy" && cp -r --parents ldap "$tmp/copy" && chmod -R go+rX "$tmp/copy"
	# shellcheck disable=SC2016
	is "as an ordinary user" "$(cd "$tmp/copy" && DEMO_SH='
		ldapwhoami -Q -Y EXTERNAL -H "$(sed -n "s/.*uri *= *{\"\(.*\)\"}/\1/p" "$RELAIS_CONFIG")"' \
		HOME=$tmp setpriv --reuid 65534 --regid 65534 --clear-groups $demo build </dev/null 2>&1)" \
		"dn:uid=admin0,ou=admins,dc=demo"
fi
finish
