# TAP for tests/*/test_*.sh: source it, call these, end with `finish`.
#
#	ok NAME COMMAND...	the command succeeds
#	is NAME GOT EXPECTED	two texts are the same
#	within SECONDS COMMAND...	true as soon as the command is, tried until then
#
# $tmp is a short temporary folder, removed at the end (`at_end` is called first).
# shellcheck shell=bash
set -u
tap_n=0
tap_failed=0
tmp=$(mktemp -d /tmp/t.XXXXXX) || exit 1
at_end() { :; }
trap 'at_end; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP

tap()
{
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $2"
	fi
}

ok()
{
	local name=$1 rc
	shift
	"$@" >"$tmp/tap.out" 2>&1
	rc=$?
	tap $rc "$name"
	[ $rc -eq 0 ] || {
		echo "# status $rc: $*"
		sed 's/^/# /' "$tmp/tap.out" | head -40
	}
}

is()
{
	[ "$2" = "$3" ]
	tap $? "$1"
	[ "$2" = "$3" ] || {
		printf '%s\n' "$2" | sed 's/^/#      got /' | head -40
		printf '%s\n' "$3" | sed 's/^/# expected /' | head -40
	}
}

within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}

finish()
{
	echo "1..$tap_n"
	[ $tap_failed -eq 0 ]
	exit
}
