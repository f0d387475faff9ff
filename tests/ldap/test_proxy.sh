#!/bin/bash
# The proxy as a program: what it writes down is what was sent, and its faults are the
# ones that were asked for.
. tests/tap.sh
proxy=$BUILD/tests/ldap/proxy
alice=uid=alice,associatedDomain=acme.example,ou=domains,dc=demo
pid=
at_end()
{
	[ -n "$pid" ] && kill "$pid" 2>/dev/null
	tests/slapd stop "$tmp/d"
}

# run OPTIONS...: the proxy between $tmp/p and slapd, until the next one
run()
{
	end_proxy
	mkfifo "$tmp/ready"
	"$proxy" "$tmp/p" "$tmp/d/ldapi" "$@" >"$tmp/ready" &
	pid=$!
	read -r said <"$tmp/ready"
	rm "$tmp/ready"
}

end_proxy()
{
	[ -n "$pid" ] && kill "$pid" && wait "$pid"
	pid=
}

# describe TEXT: prints the result of a modify through the proxy
describe()
{
	printf 'dn: %s\nchangetype: modify\nreplace: description\ndescription:%s\n' "$alice" "$1" |
		LDAPNOINIT=1 ldapmodify -Q -Y EXTERNAL -H "ldapi://$(printf %s "$tmp/p" | sed 's,/,%2F,g')" \
			>"$tmp/out" 2>&1
	echo $?
}

description()
{
	LDAPNOINIT=1 ldapsearch -Q -Y EXTERNAL -LLL -o ldif-wrap=no -H "$(cat "$tmp/d/uri")" -b "$alice" \
		-s base description | sed -n 's/^description:* //p'
}

tests/slapd start "$tmp/d" || exit 1

run --record "$tmp/record"
is "it says when it listens" "$said" ready
is "a change passes" "$(describe ' one')" 0
is "... to the directory" "$(description)" one
is "bytes pass" "$(describe ': w6k=')" 0
is "... as they are" "$(description)" w6k=
is "what passed is written down" "$(cat "$tmp/record")" "dn: $alice
changetype: modify
replace: description
description: one
-

dn: $alice
changetype: modify
replace: description
description:: w6k=
-"

run --answer 'modify:19:description: not today' --once
is "an answer in the server's place" "$(describe ' two')" 19
is "... has its words" "$(sed -n 's/.*additional info: //p' "$tmp/out")" \
	"description: not today"
is "... and nothing is written" "$(description)" w6k=
is "once is once" "$(describe ' three')" 0

run --answer modify:53:no
is "without --once, always" "$(describe ' a')$(describe ' b')" 5353

run --cut up:20 --once
is "a request that is cut" "$(describe ' four')" 255
is "... does not arrive" "$(description)" three
run --cut down:0 --once
is "an answer that is cut" "$(describe ' five')" 255
is "... was given" "$(description)" five
is "cut once" "$(describe ' six')" 0

controls()
{
	LDAPNOINIT=1 ldapsearch -x -LLL -H "ldapi://$(printf %s "$tmp/p" | sed 's,/,%2F,g')" \
		-b '' -s base supportedControl | grep -cF "$1"
}

run
is "the assertion control is listed" "$(controls 1.3.6.1.1.12)" 1
run --hide 1.3.6.1.1.12 --hide 1.3.6.1.1.13.2
is "a hidden one is not" "$(controls 1.3.6.1.1.12)$(controls 1.3.6.1.1.13.2)" 00
is "... the others are" "$(controls 1.3.6.1.1.13.1)" 1
is "... a change passes" "$(describe ' seven')" 0
is "... but not with it" "$(printf 'dn: %s\nchangetype: modify\nreplace: description\n' "$alice" |
	LDAPNOINIT=1 ldapmodify -Q -Y EXTERNAL -e '!assert=(uid=alice)' \
		-H "ldapi://$(printf %s "$tmp/p" | sed 's,/,%2F,g')" >/dev/null 2>&1
	echo $?)" 12
is "... and nothing is written" "$(description)" seven

run --answer write:x 2>"$tmp/error"
wait "$pid"
is "what cannot be understood is refused" $? 2
pid=
is "... with a word about it" "$(cat "$tmp/error")" "proxy: write:x: not OP:CODE:TEXT"

run
kill "$pid"
wait "$pid"
is "it ends when told to" $? 0
pid=
ok "... and takes its socket with it" test ! -e "$tmp/p"
finish
