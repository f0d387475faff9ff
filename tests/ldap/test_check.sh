#!/bin/bash
# `relais check` on a real directory: every rule, broken in one domain and nearly in
# another; what the server lacks; exit status, text and JSON.  Postfix's rules are in
# tests/mail/test_check.sh.
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

# Rules seen broken, and seen in order where they nearly are not: those of the table in
# core/audit_rules.c are all to be among them in the end.
declare -A broken nearly

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
row 'domain-malformed error' "$r|forward|alias=a_b.@" "$r|forward|alias=a-b.@"
row 'address-not-ascii error' 'U|r=internal|m=é#@' 'U|r=internal|m=e#@'

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
	broken[${rule%% *}]=1 nearly[${rule%% *}]=1
done

# ---- over the whole directory
# stray NAME ROUTING LINE...: a user of no domain
stray()
{
	printf 'dn: uid=%s,ou=domains,dc=demo\nobjectClass: inetOrgPerson\nobjectClass: relaisUser\n' "$1"
	printf 'uid: %s\ncn: x\nsn: x\nrelaisRouting: %s\n' "$1" "$2"
	shift 2
	printf '%s\n' "$@" ''
}
root() { LDAPNOINIT=1 "$@" -x -D cn=root,dc=demo -w root -H "$(cat "$dir/uri")" >/dev/null; }
strays()
{
	stray x internal
	stray y internal 'mail: y@nowhere.test'
	stray z external 'mail: z@nowhere.test' 'relaisThirdPartyAddress: z@nowhere.test'
	stray w internal 'mail: w@x_y.test'
	stray xn none
	stray yn internal 'mail: yn@A-B.n20.test'
	stray zn external 'mail: zn@a-b.n20.test' 'relaisThirdPartyAddress: zn@A-B.N20.TEST'
}
ok "users of no domain" root ldapadd < <(strays)
check --json >"$tmp/out"
is "everything: found something" $? 1
found() { sed -nE 's/^ *\{"rule": "([^"]*)", "severity": "([^"]*)".*"name": "'"$1"'".*/\1 \2/p' "$tmp/out"; }
for row in 'x internal-no-address warning' 'y address-not-hosted warning' \
	'z selected-not-hosted error' 'w address-domain-malformed error'; do
	rule=${row#* }
	is "$rule: broken" "$(found "${row%% *}")" "$rule"
	broken[${rule% *}]=1 nearly[${rule% *}]=1
done
for name in xn yn zn; do
	is "nearly: $name" "$(found $name)" ""
done
ok "everything: each named row is there, too" grep -q '"name": "b14.test"\|"entry": "uid=u1,associatedDomain=b14.test' "$tmp/out"
is "everything: the domains" "$(sed -nE 's/.*"domains": ([0-9]+).*/\1/p' "$tmp/out")" $((n_rows * 2))
printf 'dn: uid=%s,ou=domains,dc=demo\nchangetype: delete\n\n' x y z w xn yn zn | root ldapmodify

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

# ---- a name service that does not answer: a network of its own has none
far() { printf 'dn: associatedDomain=b1.test,ou=domains,dc=demo\nchangetype: modify\nreplace: relaisSplitRelay\nrelaisSplitRelay: %s\n' "$1"; }
printf 'hosts: files dns\n' >"$tmp/dns.conf"
printf 'nameserver 127.0.0.1\n' >"$tmp/resolv.conf"
cut_off=(unshare -mn sh -c 'mount --bind "$0" /etc/nsswitch.conf && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
	"$tmp/dns.conf" "$tmp/resolv.conf")
unread()
{
	"${cut_off[@]}" "$relais" check --json b1.test >"$tmp/out"
	echo "$? $(sed -nE 's/^ *\{"rule": "(relay-[^"]*)", ("severity"|"about"): "([^"]*)".*"arguments": \["(.*)"\], "count".*/\1 \3 \4/p' "$tmp/out")"
}
if "${cut_off[@]}" true 2>/dev/null; then
	ok "a relay that only a name service knows" root ldapmodify < <(far '[mail.far.example]')
	is "relay-unread: broken" "$(unread)" "0 relay-unread domain mail.far.example"
	is "relay-unread: as text" "$("${cut_off[@]}" "$relais" check b1.test | sed '/Postfix/d')" \
		"not checked: b1.test: The relay's name mail.far.example couldn't be looked up: the name service gives no answer.
  associatedDomain=b1.test,ou=domains,dc=demo

1 domain, 1 user: nothing is wrong."
	ok "a relay that this machine knows, too" root ldapmodify < <(far '[localhost]:2525')
	is "relay-unread: nearly" "$(unread)" "0 "
else
	echo "ok $((++tap_n)) - relay-unread # SKIP needs namespaces"
fi
broken[relay-unread]=1 nearly[relay-unread]=1
tests/slapd stop "$dir"

# ---- a server that gives only so many entries: no half of a directory is told as checked
limited()
{
	echo "limits dn.onelevel=\"ou=admins,dc=demo\" size=$1" >"$tmp/limit.conf"
	rm -rf "$dir"
	SLAPD_BARE=1 tests/slapd start "$dir" empty "$ldif" "$tmp/limit.conf"
}
cut_short()
{
	check "$@" >"$tmp/out" 2>"$tmp/err"
	echo "$? $(cat "$tmp/out" "$tmp/err")"
}
too_many="2 relais: The directory stopped at its limit: ask for less, or try again later."
ok "as many entries as there are domains" limited $((n_rows * 2))
is "users are cut short" "$(cut_short)" "$too_many"
is "in JSON, too: nothing to take for an answer" "$(cut_short --json)" "$too_many"
is "what it gives whole is checked" "$(cut_short n2.test | tail -n 1)" "1 domain, 1 user: nothing is wrong."
tests/slapd stop "$dir"
ok "one less" limited $((n_rows * 2 - 1))
is "domains are cut short" "$(cut_short n2.test)" "$too_many"
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
rm -rf "$dir"
ok "a directory as it should be" tests/slapd start "$dir" tree
is "cn=config not readable" "$(server_rules)" "server-configuration-unread "
broken[server-configuration-unread]=1
tests/slapd stop "$dir"
with_config >"$tmp/good.conf"
ok "cn=config readable" serve "$tmp/good.conf"
is "nothing is missing" "$(server_rules)" ""
nearly[server-configuration-unread]=1 nearly[schema-missing]=1
unserve
sed '0,/^database/s//access to dn.base=cn=Subschema by * none\naccess to * by * read\n\n&/' \
	"$tmp/good.conf" >"$tmp/unread.conf"
ok "the schema not readable" serve "$tmp/unread.conf"
is "it is said" "$(server_rules)" "schema-unread "
broken[schema-unread]=1
unserve
sed '0,/^database/s//access to dn.base=cn=Subschema by anonymous none by * read\naccess to * by * read\n\n&/' \
	"$tmp/good.conf" >"$tmp/read.conf"
ok "the schema readable for who signs in" serve "$tmp/read.conf"
is "that is enough" "$(server_rules)" ""
nearly[schema-unread]=1
unserve
cat >"$tmp/other.conf" <<'END'
moduleload unique
moduleload constraint
overlay constraint
constraint_attribute relaisThirdPartyAddress,associatedDomain,MAIL regex ^.+$
constraint_attribute relaisRouting,relaisSplitRelay regex ^.+$
overlay unique
unique_uri "ldap:///?associatedDomain,relaisThirdPartyAddress,mail?sub?(objectClass=*)"
index relaisSplitRelay,Mail,relaisThirdPartyAddress sub,eq
index objectClass,associatedDomain,relaisRouting,relaisForwardUnknown,entryUUID,entryCSN pres,eq
END
sed "/relais-overlays.conf/d; s,^include.*relais-index.conf\",include \"$tmp/other.conf\"," "$tmp/good.conf" >"$tmp/same.conf"
ok "overlays and indexes in other words" serve "$tmp/same.conf"
is "they do, too" "$(server_rules)" ""
nearly[overlay-missing]=1 nearly[index-missing]=1
unserve
sed '/relais-overlays.conf/d; s/^include.*relais-index.conf"/index objectClass,relaisRouting,relaisForwardUnknown,mail,entryUUID,entryCSN eq\nindex associatedDomain,relaisThirdPartyAddress eq,sub\nindex relaisSplitRelay sub/' \
	"$tmp/good.conf" >"$tmp/lacks.conf"
ok "without overlays and one index" serve "$tmp/lacks.conf"
is "they are missed" "$(server_rules)" "overlay-missing unique, mail, relaisThirdPartyAddress, associatedDomain
overlay-missing constraint, mail, relaisThirdPartyAddress, relaisSplitRelay, associatedDomain, relaisRouting
index-missing mail, sub"
broken[overlay-missing]=1 broken[index-missing]=1
unserve
mkdir "$tmp/empty"
sed "/relais.schema/d; /relais-/d; s/by self read by \* none/by * read/; s,^directory.*,directory \"$tmp/empty\"," "$tmp/good.conf" >"$tmp/none.conf"
ok "without the schema" serve "$tmp/none.conf"
slapd_data() { LDAPNOINIT=1 ldapadd -x -D cn=root,dc=demo -w root -H "$(cat "$dir/uri")" >/dev/null; }
printf 'dn: dc=demo\nobjectClass: dcObject\nobjectClass: organization\ndc: demo\no: d\n\ndn: ou=domains,dc=demo\nobjectClass: organizationalUnit\nou: domains\n' | slapd_data
ok "with two entries" test $? -eq 0
is "it is missed" "$(server_rules | sed -n 's/^schema-missing //p' | tr '\n' ' ')" \
	"relaisSplitRelay relaisForwardUnknown relaisRouting relaisThirdPartyAddress relaisDomain relaisUser "
broken[schema-missing]=1
unserve

# ---- the table of the rules has no other
ids() { sed -nE 's/^\t\{RULE_[A-Z0-9_]+, "([^"]+)".*/\1/p' core/audit_rules.c | sort -u; }
is "the table is read whole" "$(grep -c '^	{RULE_' core/audit_rules.c)" \
	"$(sed -nE 's/^\t\{RULE_[A-Z0-9_]+, "([^"]+)".*/\1/p' core/audit_rules.c | grep -c .)"
is "every rule was broken" "$(printf '%s\n' "${!broken[@]}" | sort)" "$(ids | grep -v '^postfix-')"
is "every rule was nearly broken" "$(printf '%s\n' "${!nearly[@]}" | sort)" "$(ids | grep -v '^postfix-')"
finish
