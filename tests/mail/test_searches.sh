#!/bin/bash
# How often Postfix searches the directory for a recipient: at most as often as written
# here.  Resolving one (trivial-rewrite: domains, then transport_maps for the address, its
# domain and what that is below) takes 2 searches for an internal user, 4 for a third-party
# one, 6 where the domain forwards and 7 where nothing is found; whether it is listed, 1 to
# 3 where the domain is hosted; known and verify, 1 each.  smtpd(8) resolves once, a probe
# of the relay once, the queue manager once.
[ "$(id -u)" = 0 ] || {
	echo "1..0 # SKIP two Postfix need root"
	exit 0
}
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
chmod 711 "$tmp"

# kind, searches at RCPT and in all, answer, where the message is then
expected()
{
	cat <<-END
		internal 4 6 250 A:alice
		third-party 6 10 250 B:bob
		unknown-on-master 10 - 550 -
		unknown-on-slave 16 22 250 B:remote
		nowhere-on-slave 16 - 550 -
		outgoing 9 16 250 B:outside
		sender 7 - - -
	END
}

# None were counted: the log is not what it was, or the tables are not asked.
few()
{
	[ "$1" = - ] && [ "$2" = - ] || { [ "$1" -ge 2 ] && [ "$1" -le "$2" ]; }
}

ok 'counted' eval '"$here/searches" "$tmp/h" >"$tmp/counts"'
while read -r kind at_rcpt in_all answer place; do
	IFS=$'\t' read -r _ got_rcpt got_all got_answer got_place < <(grep "^$kind	" "$tmp/counts")
	ok "$kind: ${got_rcpt:-no} searches at RCPT, at most $at_rcpt" few "${got_rcpt:-0}" "$at_rcpt"
	ok "$kind: ${got_all:-no} in all, at most $in_all" few "${got_all:-0}" "$in_all"
	is "$kind: answer and place" "${got_answer-} ${got_place-}" "$answer $place"
done < <(expected)
finish
