#!/bin/bash
# `relais check` on a real directory: every rule, broken in one domain and nearly in
# another; what the server lacks; exit status, text and JSON.
. tests/tap.sh
dir=$tmp/d
relais=$BUILD/relais
PATH=$PATH:/usr/sbin:/sbin
slapd_pid=
at_end()
{
	[ -z "$slapd_pid" ] || kill "$slapd_pid" 2>/dev/null
	tests/slapd stop "$dir"
}
# No Postfix but one that says nothing: what this machine's is set to is not looked at.
mkdir "$tmp/etc" && : >"$tmp/etc/main.cf" && : >"$tmp/etc/master.cf"
export MAIL_CONFIG=$tmp/etc

# Names are those of /etc/hosts, whatever name service there is here.
printf 'hosts: files\n' >"$tmp/nsswitch.conf"
alone=(unshare -m sh -c 'mount --bind "$0" /etc/nsswitch.conf && exec "$@"' "$tmp/nsswitch.conf")
"${alone[@]}" true 2>/dev/null || alone=()
check() { "${alone[@]}" "$relais" check "$@"; }

# "rule severity" of each finding of the JSON on stdin, sorted, on one line.
rules() { sed -nE 's/^ *\{"rule": "([^"]*)", "severity": "([^"]*)".*/\1 \2/p' | sort | tr '\n' ',' | sed 's/,$//'; }

# ---- the directory: a row is a rule, what breaks it, what nearly does
# domain LINE... / user LINE... with @ for the domain's name; every user gets a uid.
n=0
rows=()
ldif=$tmp/rows.ldif
part()
{
	local name=$1 text=$2 u=0 line
	local base=associatedDomain=$name,ou=domains,dc=demo domain='' users=''
	local -a lines
	IFS='|' read -ra lines <<<"${text//@/$name}"
	for line in "${lines[@]}"; do
		case $line in
		U*)
			u=$((u + 1))
			users+=$'\n'"dn: uid=u$u,$base"$'\n'"objectClass: inetOrgPerson"$'\n'
			users+="objectClass: relaisUser"$'\n'"uid: u$u"$'\n'"cn: u"$'\n'"sn: u"$'\n'
			;;
		r=*) users+="relaisRouting: ${line#r=}"$'\n' ;;
		m=*) users+="mail: ${line#m=}"$'\n' ;;
		s=*) users+="relaisThirdPartyAddress: ${line#s=}"$'\n' ;;
		relay=*) domain+="relaisSplitRelay: ${line#relay=}"$'\n' ;;
		forward) domain+="relaisForwardUnknown: TRUE"$'\n' ;;
		alias=*) domain+="associatedDomain: ${line#alias=}"$'\n' ;;
		esac
	done
	printf 'dn: %s\nobjectClass: organizationalUnit\nobjectClass: relaisDomain\nou: %s\n' "$base" "$name"
	printf 'associatedDomain: %s\n%s' "$name" "$domain"
	printf '\ndn: uid=post,%s\nobjectClass: inetOrgPerson\nobjectClass: relaisUser\nuid: post\n' "$base"
	[ "${text#*nopost}" != "$text" ] ||
		printf 'cn: p\nsn: p\nrelaisRouting: internal\nmail: postmaster#%s\n' "$name" | tr '#' '@'
	[ "${text#*nopost}" = "$text" ] || printf 'cn: p\nsn: p\nrelaisRouting: none\n'
	printf '%s\n' "$users"
}

# "#" stands for the "@" of an address.
row()
{
	n=$((n + 1))
	rows+=("$1")
	{
		part "b$n.test" "$2"
		part "n$n.test" "$3"
	} | tr '#' '@' >>"$ldif"
}

r="relay=[192.0.2.25]"
row 'relay-malformed error' 'relay=evil:[x]' 'relay=[localhost]:65535'
row 'forward-needs-relay error' 'forward' "$r|forward"
row 'relay-is-local error' 'relay=[127.0.0.1]' 'relay=[127.0.0.1]:2525'
row 'relay-is-local error' 'relay=[localhost]' 'relay=[localhost]:2525'
row 'relay-unresolved error' 'relay=[nosuch.invalid]' 'relay=[localhost]:2525'
row 'domain-taken error' 'alias=B7.test' 'alias=b6.test.example|U|r=internal|m=postmaster#b6.test.example'
row 'domain-taken error' '' ''
row 'postmaster-missing warning' 'nopost' 'nopost|U|r=internal|m=PostMaster#@'
row 'routing-missing warning' 'U|m=a#@' 'U|m=a#@|r=none'
row 'routing-unknown warning' 'U|m=a#@|r=extern' 'U|m=a#@|r=Internal'
row 'forward-with-external advice' "$r|forward|U|r=external|m=a#@|s=a#@" "$r|forward|U|r=internal|m=a#@"
row 'address-taken error' 'U|r=internal|m=a#@|U|r=internal|m=A#@' 'U|r=internal|m=a#@|U|r=internal|m=aa#@'
row 'address-taken error' "$r|U|r=internal|m=a#@|U|r=external|m=b#@|m=a#@|s=b#@" "$r|U|r=internal|m=a#@|U|r=external|m=b#@|s=b#@"
row 'external-needs-relay error' 'U|r=external|m=a#@|s=a#@' "$r|U|r=external|m=a#@|s=a#@"
row 'external-needs-relay error,relay-malformed error' 'relay=[a:25]|U|r=external|m=a#@|s=a#@' "$r|U|r=external|m=a#@|s=A#@"
row 'selection-empty error' "$r|U|r=external|m=a#@" "$r|U|r=external|m=a#@|m=b#@|s=b#@"
row 'selection-not-own error' "$r|U|r=external|m=a#@|s=b#@" "$r|U|r=internal|m=a#@|s=b#@"
row 'address-routed error' 'U|r=internal|m=a%b#@' 'U|r=internal|m=a+b=c#@'
row 'address-malformed error' 'U|r=internal|m="a"#@' "U|r=internal|m=o'a_-#@"

n_rows=$n
ok "a directory that refuses nothing" env SLAPD_BARE=1 tests/slapd start "$dir" empty "$ldif"
export RELAIS_CONFIG=$dir/relais.conf
for ((n = 1; n <= n_rows; n++)); do
	rule=${rows[n - 1]}
	check --json "b$n.test" >"$tmp/out"
	status=$?
	is "$rule: broken" "$(rules <"$tmp/out")" "$rule"
	case $rule in
	*advice) is "$rule: advice alone is nothing wrong" $status 0 ;;
	*) is "$rule: status" $status 1 ;;
	esac
	check --json "n$n.test" >"$tmp/out"
	is "$rule: nearly" "$? $(rules <"$tmp/out")" "0 "
done

# ---- over the whole directory
more='dn: uid=x,ou=domains,dc=demo
objectClass: inetOrgPerson
objectClass: relaisUser
uid: x
cn: x
sn: x
relaisRouting: internal

dn: uid=y,ou=domains,dc=demo
objectClass: inetOrgPerson
objectClass: relaisUser
uid: y
cn: y
sn: y
relaisRouting: internal
mail: y@nowhere.test

dn: uid=z,ou=domains,dc=demo
objectClass: inetOrgPerson
objectClass: relaisUser
uid: z
cn: z
sn: z
relaisRouting: external
mail: z@nowhere.test
relaisThirdPartyAddress: z@nowhere.test'
root() { LDAPNOINIT=1 "$@" -x -D cn=root,dc=demo -w root -H "$(cat "$dir/uri")" >/dev/null; }
ok "users of no domain" root ldapadd <<<"$more"
check --json >"$tmp/out"
is "everything: found something" $? 1
for rule in 'internal-no-address warning' 'address-not-hosted warning' 'selected-not-hosted error'; do
	ok "$rule: broken" grep -q "\"rule\": \"${rule% *}\", \"severity\": \"${rule#* }\"" "$tmp/out"
done
ok "everything: each named row is there, too" grep -q '"name": "b14.test"\|"entry": "uid=u1,associatedDomain=b14.test' "$tmp/out"
is "everything: the domains" "$(sed -nE 's/.*"domains": ([0-9]+).*/\1/p' "$tmp/out")" $((n_rows * 2))
printf 'dn: uid=%s,ou=domains,dc=demo\nchangetype: delete\n\n' x y z | root ldapmodify

# ---- text
check b14.test >"$tmp/out"
is "as text" "$(cat "$tmp/out")" "error: u1: a@b14.test is selected, and b14.test has no usable relay for split domains.
  a@b14.test: held: no relay (450)
  uid=u1,associatedDomain=b14.test,ou=domains,dc=demo
not checked: Postfix: Postfix on this machine uses none of the tables that relais writes.

1 domain, 2 users: 1 error."
ok "a relay that is an escape sequence" root ldapmodify <<END
dn: associatedDomain=b1.test,ou=domains,dc=demo
changetype: modify
replace: relaisSplitRelay
relaisSplitRelay: $(printf 'a\033[2J')
END
check --json b1.test >"$tmp/out"
is "in JSON it is what it is, escaped" "$(sed -nE 's/.*"arguments": \[(.*)\], "count".*/\1/p' "$tmp/out")" '"a\u001B[2J"'
check b1.test >"$tmp/out"
ok "and on a terminal it isn't" grep -q "The relay a$(printf '\357\277\275')\[2J can't be used" "$tmp/out"
LC_ALL=C.UTF-8 LANGUAGE=fr check N14.test. >"$tmp/out"
is "one domain, typed otherwise" $? 0

# ---- could not run
check nosuch.test 2>"$tmp/err" >"$tmp/out"
is "no such domain" "$? $(cat "$tmp/out" "$tmp/err")" "2 relais: nosuch.test: no such supervised domain."
check 'a b' 2>"$tmp/err"
is "no domain at all" "$? $(cat "$tmp/err")" "2 relais: a b: Not a domain name: write it as acme.example."
check >/dev/full 2>/dev/null
is "nowhere to write" $? 2
sed 's,ldapi://[^"]*,ldapi://%2Fnowhere%2Fldapi,' "$RELAIS_CONFIG" >"$tmp/away.conf"
check --config "$tmp/away.conf" >"$tmp/out" 2>"$tmp/err"
is "no directory" "$? $(cat "$tmp/out")" "2 "
tests/slapd stop "$dir"
# ---- what the server lacks, read from cn=config
with_config() { sed "s/^database mdb/database config\naccess to * by dn.exact=uid=admin0,ou=admins,dc=demo read\n\n&/" "$dir/slapd.conf"; }
serve()
{
	slapd -f "$1" -h "$(cat "$dir/uri")" -d 0 </dev/null >"$tmp/slapd.log" 2>&1 &
	slapd_pid=$!
	within 10 env LDAPNOINIT=1 ldapsearch -x -H "$(cat "$dir/uri")" -b '' -s base 1.1 >/dev/null 2>&1
}
unserve()
{
	kill "$slapd_pid" && wait "$slapd_pid"
	slapd_pid=
}
server_rules()
{
	"$relais" check --json | sed -nE 's/^ *\{"rule": "([^"]*)".*"about": "server".*"arguments": \[(.*)\], "count".*/\1 \2/p' | tr -d '"'
}
tests/slapd stop "$dir"
rm -rf "$dir"
ok "a directory as it should be" tests/slapd start "$dir" tree
is "cn=config not readable" "$(server_rules)" "server-configuration-unread "
tests/slapd stop "$dir"
with_config >"$tmp/good.conf"
ok "cn=config readable" serve "$tmp/good.conf"
is "nothing is missing" "$(server_rules)" ""
unserve
sed '/relais-overlays.conf/d; s/^include.*relais-index.conf"/index objectClass,relaisRouting,relaisForwardUnknown,mail,entryUUID,entryCSN eq\nindex associatedDomain,relaisThirdPartyAddress eq,sub\nindex relaisSplitRelay sub/' \
	"$tmp/good.conf" >"$tmp/lacks.conf"
ok "without overlays and one index" serve "$tmp/lacks.conf"
is "they are missed" "$(server_rules)" "overlay-missing unique, mail, relaisThirdPartyAddress, associatedDomain
overlay-missing constraint, mail, relaisThirdPartyAddress, relaisSplitRelay, associatedDomain, relaisRouting
index-missing mail, sub"
unserve
mkdir "$tmp/empty"
sed "/relais.schema/d; /relais-/d; s/by self read by \* none/by * read/; s,^directory.*,directory \"$tmp/empty\"," "$tmp/good.conf" >"$tmp/none.conf"
ok "without the schema" serve "$tmp/none.conf"
slapd_data() { LDAPNOINIT=1 ldapadd -x -D cn=root,dc=demo -w root -H "$(cat "$dir/uri")" >/dev/null; }
printf 'dn: dc=demo\nobjectClass: dcObject\nobjectClass: organization\ndc: demo\no: d\n\ndn: ou=domains,dc=demo\nobjectClass: organizationalUnit\nou: domains\n' | slapd_data
ok "with two entries" test $? -eq 0
is "it is missed" "$(server_rules | sed -n 's/^schema-missing //p' | tr '\n' ' ')" \
	"relaisSplitRelay relaisForwardUnknown relaisRouting relaisThirdPartyAddress relaisDomain relaisUser "
unserve
finish
