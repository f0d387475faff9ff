#!/bin/bash
# A mail server with a directory replica of its own: Postfix and Dovecot read it, the
# console saves through it at the provider, and mail follows.  The provider killed and
# revived: mail goes on, saving stops and goes on.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
harness=$here/harness
dir=$tmp/h

[ "$(id -u)" = 0 ] || {
	echo "1..0 # SKIP two Postfix need root"
	exit 0
}

at_end()
{
	"$harness" stop "$dir"
}

chmod 711 "$tmp"
PATH=$BUILD:$PATH
mark=0

# Where the next message to an address is.  The relay of acme.example is B.
goes_to()
{
	local answer
	mark=$((mark + 1))
	answer=$("$harness" send "$dir" outside "$2" "m$1$mark")
	if [[ $answer == 250* ]]; then
		"$harness" where "$dir" "m$1$mark"
	else
		echo "${answer%%[ -]*}"
	fi
}

answers()
{
	[[ $("$harness" rcpt "$dir" outside "$1") == $2* ]]
}

# `type` is the console on a terminal; its script comes from stdin.
at_the_console()
{
	ok "$1" env RELAIS_CONFIG="$dir/relais.conf" "$BUILD/tests/pty/type" relais
}

# Alice in the list, from home.
to_alice()
{
	cat <<-END
		see 6 users,
		keys <End><Up><Enter>
		see Alice Martin
		gone (reading)
		to Alice Martin
	END
}

switch_alice()
{
	to_alice
	cat <<-END
		keys t
		see < Show LDIF >
		on < Save >
		keys <Enter>
		$1
		keys <F10>
		end 0
	END
}

ok 'two mail systems, a replica' env REPLICA=1 "$harness" start "$dir"
eval "$("$harness" info "$dir")"
ok 'the replica has it all' within 20 answers alice@acme.example 250
is 'a mailbox here' "$(goes_to a alice@acme.example)" A:alice

"$harness" b-user "$dir" alice@acme.example alice
at_the_console 'Alice is made third-party' < <(switch_alice 'see Saved Alice Martin')
is 'and it is so at the provider' "$(ldapsearch -Q -LLL -Y EXTERNAL -H "$WRITE_URI" -b dc=demo \
	'(&(uid=alice)(relaisRouting=external))' 1.1 | grep -c ^dn)" 1
in_place()
{
	[ "$(ldapsearch -Q -LLL -Y EXTERNAL -H "$URI" -b dc=demo \
		"(&(uid=alice)(relaisRouting=$1))" 1.1 | grep -c ^dn)" = 1 ]
}
ok 'the replica follows' within 10 in_place external
is 'mail follows' "$(goes_to b alice@acme.example)" B:alice

"$harness" provider-down "$dir"
is 'the provider is gone: third-party mail' "$(goes_to c alice@acme.example)" B:alice
is 'the provider is gone: mail to a mailbox' "$(goes_to d luc@lyon.example)" A:luc
is 'the provider is gone: nobody' "$(goes_to e nobody@lyon.example)" 550
refused_alice()
{
	to_alice
	cat <<-END
		keys t
		see < Show LDIF >
		on < Save >
		keys <Enter>
		see can't be reached: nothing was written
		see read-only for now
		keys <Enter>
		gone < Back to my form >
		keys <F10>
		see You have unsaved changes.
		keys <Right>
		on < Discard >
		keys <Enter>
		end 0
	END
}
at_the_console 'the provider is gone: it is said' < <(refused_alice)
ok 'nothing has changed' in_place external

ok 'the provider is back' "$harness" provider-up "$dir"
at_the_console 'Alice is made internal' < <(switch_alice 'see Saved Alice Martin')
ok 'the replica follows again' within 20 in_place internal
is 'mail follows again' "$(goes_to f alice@acme.example)" A:alice
finish
