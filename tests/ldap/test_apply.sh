#!/bin/bash
# `relais apply`: what it refuses, by line; what it writes, stops at and goes on with; undo.
. tests/tap.sh
BUILD=${BUILD:-build}
relais=$BUILD/relais
domains=ou=domains,dc=demo
acme=associatedDomain=acme.example,$domains
export LDAPNOINIT=1 LC_ALL=C.UTF-8 LANGUAGE= XDG_STATE_HOME=$tmp/state
at_end()
{
	tests/slapd stop "$tmp/s" 2>/dev/null
	tests/slapd stop "$tmp/l" 2>/dev/null
}

# Two who hold one address, a room, and 2 000 users of one address each.
{
	for who in dup1 dup2; do
		printf 'dn: uid=%s,%s\nobjectClass: inetOrgPerson\nuid: %s\ncn: D\nsn: D\nmail: dup@acme.example\n\n' \
			$who "$acme" $who
	done
	for i in $(seq 1001 3000); do
		printf 'dn: uid=u%s,%s\nobjectClass: inetOrgPerson\nobjectClass: relaisUser\nuid: u%s\ncn: U\nsn: U\nmail: u%s@acme.example\nrelaisRouting: internal\n\n' \
			"$i" "$acme" "$i" "$i"
	done
} >"$tmp/more.ldif"
tests/slapd start "$tmp/s" "$tmp/more.ldif" || exit 1
export RELAIS_CONFIG=$tmp/s/relais.conf
uri=$(cat "$tmp/s/uri")

# apply [OPTION...] FILE: its status; its output in $out and $err
apply()
{
	"$relais" apply "$@" >"$tmp/out" 2>"$tmp/err"
	local status=$?
	out=$(cat "$tmp/out") err=$(cat "$tmp/err")
	return $status
}

# refused NAME TEXT SENTENCE: a file of that text has that line told, and no other
refused()
{
	printf '%b' "$2" >"$tmp/bad.csv"
	apply --dry-run "$tmp/bad.csv"
	is "$1: status" $? 1
	is "$1" "$(grep '^line ' "$tmp/out")" "$3"
}

routing() { ldapsearch -LLL -Q -Y EXTERNAL -H "$uri" -b "$domains" "(mail=$1)" "$2" 2>/dev/null | sed -n "s/^$2: //p" | sort | tr '\n' ' '; }
third() { ldapsearch -LLL -Q -Y EXTERNAL -H "$uri" -b "$domains" '(&(uid=u*)(relaisRouting=external)(relaisThirdPartyAddress=u*))' 1.1 | grep -c ^dn:; }
items() { find "$tmp/state/relais/changes" -name '*[0-9].ldif' 2>/dev/null | wc -l; }
stuff() { find "$tmp/state" -type f 2>/dev/null | wc -l; }
all() { for i in $(seq 1001 3000); do echo "u$i@acme.example,$1"; done; }

# ---- what may not be
R='internal, external (or third-party) or none.'
refused "no CSV" 'alice@acme.example,none\n"bob"x@acme.example,none\n' \
	"line 2: This isn't CSV: a quotation mark is never closed, or stands inside of a field."
refused "a quote that is never closed" '# x\n\n"alice@acme.example,none\nx\n' \
	"line 3: This isn't CSV: a quotation mark is never closed, or stands inside of a field."
refused "no address" ',none\n' "line 1: The address is missing."
refused "no mail address" 'alice,none\n' "line 1: alice: Not a mail address: write it as name@domain."
refused "no domain name" 'a@a_b,none\n' "line 1: a@a_b: Not a domain name: write it as acme.example."
refused "no routing" 'alice@acme.example\n' "line 1: alice@acme.example: The routing is missing: $R"
refused "unknown routing" 'alice@acme.example,away\n' \
	"line 1: alice@acme.example: away: no such routing: it is $R"
refused "too many columns" 'alice@acme.example,none,,x\n' \
	"line 1: alice@acme.example: Too many columns: they are address, routing, addresses."
refused "another header" 'address,name\nalice@acme.example,none\n' \
	"line 1: Other columns than address, routing, addresses."
refused "nobody" 'nobody@acme.example,none\n' "line 1: nobody@acme.example: Nobody has this address."
refused "two" 'dup@acme.example,none\n' \
	"line 1: dup@acme.example: Several users have this address: repair that first."
refused "twice" 'address,routing\nalice@acme.example,none\r\nALICE@acme.test,internal\n' \
	"line 3: ALICE@acme.test: This user is in line 2 already."
refused "not his" 'alice@acme.example,external,alice@acme.example bob@acme.example\n' \
	"line 1: alice@acme.example: bob@acme.example isn't an address of this user: unselect it."
refused "none under this name" 'alice@acme.example,external,@branch.example\n' \
	"line 1: alice@acme.example: Select at least one address, or choose another mail system."
refused "a wrong one" 'alice@acme.example,external,alice\n' \
	"line 1: alice@acme.example: alice: Not a mail address: write it as name@domain."
refused "addresses and names" 'alice@acme.example,external,@acme.test alice@acme.example\n' \
	"line 1: alice@acme.example: Choose by addresses or by @domain names, not by both."
refused "chosen for internal" 'alice@acme.example,internal,@acme.test\n' \
	"line 1: alice@acme.example: Addresses are only chosen for external (third-party)."
refused "no relay" 'luc@lyon.example,external\n' \
	"line 1: luc@lyon.example: lyon.example has no relay for split domains: set it first, or luc@lyon.example's mail would be held."
refused "no text" 'alice@acme.example,none\nb\xffb@acme.example,none\n' \
	"line 2: This isn't text in UTF-8."
refused "controls are not shown" 'a\x1b[2Jb@acme.example,none\n' \
	"line 1: a�[2Jb@acme.example: Not a mail address: write it as name@domain."
{
	head -c 70000 /dev/zero | tr '\0' a
	echo ,none
	echo nobody@acme.example,none
} >"$tmp/long"
apply --dry-run "$tmp/long"
is "too long, and the next one" "$(grep '^line' "$tmp/out")" "line 1: This is longer than a line may be.
line 2: nobody@acme.example: Nobody has this address."
is "nothing was ever written" "$(stuff)" 0

# ---- forms of the same
same='1 line
  1 to change
  0 have it already
  0 refused
For example
  alice@acme.example: Internal mail → Third-party mail — alice@acme.test
1 user gets third-party mail: the chosen addresses go to the relay of each address'"'"'s domain, and signing in here ends.
Mail to 2 addresses will be refused from now on.
Nothing was written.'
for text in 'alice@acme.example,third-party,@acme.test' 'alice@acme.example;external;alice@acme.test' \
	'alice@acme.example\texternal\t@ACME.test\n' '\xef\xbb\xbfaddress,routing,addresses\r\n"Alice <alice@acme.example>",External,"@acme.test",,\r\n' \
	'# why\n\n"alice@acme.example","external","alice@acme.test\r\nALICE@acme.test"\n'; do
	printf '%b' "$text" >"$tmp/in"
	ok "a dry run: $text" apply --dry-run "$tmp/in"
	apply --dry-run - <"$tmp/in"
	is "what it says, from standard input" "$out" "$same"
done
LANGUAGE=fr apply --dry-run "$tmp/in"
ok "in French" grep -q "^Rien n'a été écrit\.$" "$tmp/out"
apply --dry-run /dev/null
is "nothing at all" "$? $(head -1 "$tmp/out")" "0 0 lines"
is "a dry run writes nothing" "$(routing alice@acme.example relaisRouting)$(stuff)" "internal 0"

# ---- all or nothing
printf 'alice@acme.example,none\nnobody@acme.example,none\ncarol@acme.example,internal\n' >"$tmp/in"
apply "$tmp/in"
is "one bad line: status" $? 1
is "and nothing is written" "$(routing alice@acme.example relaisRouting)$(stuff)" "internal 0"
is "says so" "$(tail -1 "$tmp/out")" "Nothing was written: every line must be right first."
printf 'alice@acme.example,external,@acme.test\nbob@acme.example,external,bob@acme.example bob.durand@acme.example\ncarol@acme.example,internal\nzoe@branch.example,none\n' >"$tmp/in"
ok "four lines" apply "$tmp/in"
is "who has it already is counted" "$(sed -n '1,4p' "$tmp/out" | tr -s '\n ' ' ')" \
	"4 lines 3 to change 1 has it already 0 refused "
is "is written" "$(routing alice@acme.example relaisRouting)$(routing alice@acme.example relaisThirdPartyAddress)$(
	routing carol@acme.example relaisRouting)$(routing zoe@branch.example relaisRouting)" \
	"external alice@acme.test internal none "
is "as one of the journal" "$(items)" 1
ok "the same again" apply "$tmp/in"
is "writes nothing" "$(tail -1 "$tmp/out") $(items)" "Nothing was written. 1"

# ---- many
all third-party >"$tmp/third"
all internal >"$tmp/back"
ok "2 000 users to third-party mail" apply "$tmp/third"
is "all of them" "$(third) $(tail -1 "$tmp/out")" "2000 Written: 2,000 of 2,000."
is "one more of the journal" "$(items)" 2
ok "undone on the Changes screen" "$BUILD/tests/pty/type" "$relais" <<-END
	see 2,008 users
	keys <End>
	to Changes
	keys <Enter>
	see 2,000 changes.
	keys u
	see 2,000 changes are undone.
	on < Save >
	keys <Enter>
	see Close
	keys <F10>
	end 0
END
is "and nobody is left there" "$(third)" 0
ok "from standard input" apply - <"$tmp/third"
ok "and back" apply - <"$tmp/back"
is "nobody" "$(third)" 0

# Stopped in the middle: as soon as it has written down what it will do, which a slow program
# is told too early, or as soon as one is there, which a fast machine is told too late.
stopped=0
for try in 1 2 3 4 5 6 7 8; do
	before=$(items)
	"$relais" apply "$tmp/third" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	if [ $((try % 2)) -eq 1 ]; then
		within 30 eval '[ "$(items)" -gt '"$before"' ] || ! kill -0 $pid'
	else
		within 30 eval '[ "$(third)" -gt 0 ] || ! kill -0 $pid'
	fi
	kill -TERM $pid 2>/dev/null
	wait $pid
	status=$?
	stopped=$(third)
	[ "$stopped" -gt 0 ] && [ "$stopped" -lt 2000 ] && break
	apply "$tmp/back"
done
is "stopped: status" $status 1
n=$(sed -E ':a;s/^([0-9]+)([0-9]{3})/\1,\2/;ta' <<<"$stopped")
ok "says how many are written, and that is true" grep -q "^Written: $n of 2,000\.$" "$tmp/out"
ok "and what to do" grep -q "^Not tried, or not answered: .*\. The same file again does the rest\.$" "$tmp/out"
ok "going on" apply "$tmp/third"
is "does the rest, and nothing twice" "$(third) $(sed -n '2p' "$tmp/out" | tr -d ' ,')" \
	"2000 $((2000 - stopped))tochange"

# ---- who may not, and what can't be
sed 's/auth = "external"/auth = "simple"/' "$RELAIS_CONFIG" >"$tmp/simple"
printf 'u1001@acme.example,internal\nzoe@branch.example,internal\n' >"$tmp/in"
ok "without the right: told by its line, the rest is written" env RELAIS_CONFIG="$tmp/simple" \
	"$BUILD/tests/pty/type" "$relais" apply "$tmp/in" <<-END
	see Name
	keys anna<Enter>
	see assword
	keys demo<Enter>
	see line 2: uid=zoe
	see Written: 1 of 2.
	end 1
END
is "and that is true" "$(routing u1001@acme.example relaisRouting)$(routing zoe@branch.example relaisRouting)" \
	"internal none "
apply "$tmp/none"
is "no file" "$? $out" "2 "
ok "says so" grep -q "$tmp/none" "$tmp/err"
apply "$tmp"
is "a folder" $? 2
apply
is "no argument" "$?" 2
printf 'u1002@acme.example,internal\n' >"$tmp/in"
: >"$tmp/file"
XDG_STATE_HOME=$tmp/file apply "$tmp/in"
is "no journal, no change" "$? $(routing u1002@acme.example relaisRouting)" "2 external "
echo 'limits * size=7' >"$tmp/limit.conf"
tests/slapd start "$tmp/l" "$tmp/more.ldif" "$tmp/limit.conf" || exit 1
RELAIS_CONFIG=$tmp/l/relais.conf apply --dry-run "$tmp/third"
is "a server that answers with seven at most" "$? $(sed -n 2p "$tmp/out")" "0   2,000 to change"
tests/slapd stop "$tmp/s"
apply "$tmp/in"
is "no directory" $? 2
ok "says that, too" grep -q "can't be reached" "$tmp/err"
finish
