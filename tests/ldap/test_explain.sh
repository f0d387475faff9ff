#!/bin/bash
# `relais explain`: what it prints, in which order, and how it ends.
. tests/tap.sh
BUILD=${BUILD:-build}
relais=$BUILD/relais
export LDAPNOINIT=1 LC_ALL=C.UTF-8 LANGUAGE=
at_end() { tests/slapd stop "$tmp/s" 2>/dev/null; }

tests/slapd start "$tmp/s" || exit 1
export RELAIS_CONFIG=$tmp/s/relais.conf

# The command's exit status, its output in $out and $err.
explain()
{
	"$relais" explain "$@" >"$tmp/out" 2>"$tmp/err"
	local status=$?
	out=$(cat "$tmp/out") err=$(cat "$tmp/err")
	return $status
}

ok "a person's words" explain BOB@acme.example
is "where, why, and what was asked" "$out" 'BOB@acme.example
  Goes to the split relay 192.0.2.25.
  It is a selected address of a third-party user.
  SMTP answer 250, rule 3.
  1. domains      acme.example
     (&(objectClass=relaisDomain)(associatedDomain=acme.example))
     = associatedDomain=acme.example,ou=domains,dc=demo (associatedDomain)
  2. recipients   bob@acme.example
     (|(&(mail=bob@acme.example)(objectClass=inetOrgPerson)(relaisRouting=internal))(&(relaisThirdPartyAddress=bob@acme.example)(relaisRouting=external)))
     = uid=bob,associatedDomain=acme.example,ou=domains,dc=demo (relaisThirdPartyAddress)
  3. internal     bob@acme.example
     (&(mail=bob@acme.example)(objectClass=inetOrgPerson)(relaisRouting=internal))
     = not found
  4. thirdparty   bob@acme.example
     (&(relaisThirdPartyAddress=bob@acme.example)(relaisRouting=external))
     = uid=bob,associatedDomain=acme.example,ou=domains,dc=demo (relaisThirdPartyAddress)
  5. relay        acme.example
     (&(objectClass=relaisDomain)(|(relaisSplitRelay=[*])(relaisSplitRelay=[*]:*))(associatedDomain=acme.example))
     = associatedDomain=acme.example,ou=domains,dc=demo (relaisSplitRelay)'
LANGUAGE=fr explain alice@acme.example
ok "in French" grep -q "Va dans la boîte d'ici" "$tmp/out"

explain --json nobody@acme.example
is "JSON" "$out" '[
{
  "address": "nobody@acme.example",
  "verdict": "reject",
  "next_hop": null,
  "smtp": "550 5.1.1",
  "domain": "acme.example",
  "entry": null,
  "rule": 6,
  "steps": [
    {
      "map": "domains",
      "key": "acme.example",
      "filter": "(&(objectClass=relaisDomain)(associatedDomain=acme.example))",
      "entry": "associatedDomain=acme.example,ou=domains,dc=demo",
      "attribute": "associatedDomain",
      "conflict": false
    },
    {
      "map": "recipients",
      "key": "nobody@acme.example",
      "filter": "(|(&(mail=nobody@acme.example)(objectClass=inetOrgPerson)(relaisRouting=internal))(&(relaisThirdPartyAddress=nobody@acme.example)(relaisRouting=external)))",
      "entry": null,
      "attribute": null,
      "conflict": false
    },
    {
      "map": "unknown",
      "key": "nobody@acme.example",
      "filter": "(&(objectClass=relaisDomain)(relaisForwardUnknown=TRUE)(|(relaisSplitRelay=[*])(relaisSplitRelay=[*]:*))(associatedDomain=acme.example))",
      "entry": null,
      "attribute": null,
      "conflict": false
    }
  ]
}
]'

# verdicts, in the order that was asked for
verdicts() { sed -n 's/^  "verdict": "\(.*\)",$/\1/p' "$tmp/out" | tr '\n' ' '; }
explain --json alice@acme.example bob@acme.example x@branch.example x@acme.example x@x.example x
is "every kind, in order" "$(verdicts)" "local relay verify reject not-hosted not-hosted "

printf 'x@acme.example\r\n\n   alice@acme.example  \nbob@acme.example' >"$tmp/in"
ok "from standard input" explain --json - <"$tmp/in"
is "blank lines, blanks, no newline at the end" "$(verdicts)" "reject local relay "
explain --json bob@acme.example - x@x.example <"$tmp/in"
is "among others" "$(verdicts)" "relay reject local relay not-hosted "
ok "nothing to explain" explain --json - </dev/null
is "an empty array" "$out" "[]"
for n in $(seq 3000); do echo "u$n@branch.example"; done >"$tmp/in"
explain --json - <"$tmp/in"
is "thousands stay in order" "$(sed -n 's/^  "address": "\(.*\)",$/\1/p' "$tmp/out" | cksum)" \
	"$(cksum <"$tmp/in")"
(head -c 100000 /dev/zero | tr '\0' a; echo @acme.example; echo alice@acme.example) >"$tmp/in"
explain --json - <"$tmp/in"
is "a line as long as a book" "$(verdicts)" "not-hosted local "
printf 'b\xff\x1b[2Jb@acme.example\n' >"$tmp/in"
explain --json - <"$tmp/in"
is "bytes that are no text, in JSON" "$(verdicts)" "not-hosted "
explain - <"$tmp/in"
ok "and none of them on a terminal" eval '! grep -q "$(printf "\033")" "$tmp/out"'
mkfifo "$tmp/fifo"
"$relais" explain - <"$tmp/fifo" >"$tmp/stream" &
pid=$!
exec 9>"$tmp/fifo"
echo bob@acme.example >&9
ok "an answer does not wait for the next line" within 20 grep -q "192.0.2.25" "$tmp/stream"
exec 9>&-
ok "and the end of the lines is the end" wait $pid

explain >/dev/null
is "no address" "$? $err" "2 relais: relais explain ADDRESS...: this is how it is used. See relais --help."
tests/slapd stop "$tmp/s"
explain --json bob@acme.example
is "no directory" "$? $out" "2 []"
ok "says so" grep -q "can't be reached" "$tmp/err"
RELAIS_CONFIG=$tmp/none explain bob@acme.example
is "no configuration" $? 2
sed 's/auth = "external"/auth = "simple"/' "$RELAIS_CONFIG" >"$tmp/simple"
RELAIS_CONFIG=$tmp/simple setsid "$relais" explain bob@acme.example </dev/null >"$tmp/out" 2>"$tmp/err"
is "a password, and no terminal" "$? $(cat "$tmp/err")" \
	"2 relais: The directory wants a password, and there is no terminal to ask for it."
finish
