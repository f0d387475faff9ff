#!/bin/bash
# The runner itself: what it counts, and that nothing outlives a test.
. tests/tap.sh
mkdir -p "$tmp/tests/core" "$tmp/b"
cp tests/run tests/reap.c "$tmp/tests"

# counts NAME EXPECTED-LAST-LINE: of the program on stdin
counts()
{
	{
		echo '#!/bin/sh'
		cat
	} >"$tmp/tests/core/test_it.sh"
	chmod +x "$tmp/tests/core/test_it.sh"
	(cd "$tmp" && TEST_TIMEOUT=1 tests/run b core) >"$tmp/out" 2>&1
	is "$1" "$(tail -n 1 "$tmp/out")" "$2"
}

counts "passed, failed, skipped" "1 passed, 1 failed, 2 skipped" <<'END'
printf '1..4\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP not here\nnot ok 4 # SKIP d\n'
END
ok "a failure is shown whole" grep -q '^not ok 2 - b' "$tmp/out"
ok "a skip says why" grep -q 'skipped: not here' "$tmp/out"
counts "a whole program skipped" "0 passed, 0 failed, 1 skipped" <<'END'
echo '1..0 # SKIP needs root'
END
counts "nothing printed" "0 passed, 1 failed, 0 skipped" <<'END'
:
END
counts "fewer tests than planned" "1 passed, 2 failed, 0 skipped" <<'END'
printf '1..3\nok 1 - a\n'
END
counts "more tests than planned" "2 passed, 1 failed, 0 skipped" <<'END'
printf '1..1\nok 1 - a\nok 2 - b\n'
END
counts "a status without a failure" "1 passed, 1 failed, 0 skipped" <<'END'
printf '1..1\nok 1 - a\n'
exit 3
END
counts "a crash" "1 passed, 1 failed, 0 skipped" <<'END'
printf '1..1\nok 1 - a\n'
kill -SEGV $$
END
counts "cmocka's group that could not be set up" "0 passed, 2 failed, 0 skipped" <<'END'
printf '1..1\nnot ok 0 - group [  FAILED  ] GROUP SETUP\n'
exit 1
END
counts "too long" "0 passed, 2 failed, 0 skipped" <<END
echo 1..1
setsid sleep 600 & echo \$! >$tmp/pid
sleep 600
END
ok "and its daemon is gone" test ! -d "/proc/$(cat "$tmp/pid")"
counts "a daemon left behind" "1 passed, 1 failed, 0 skipped" <<END
printf '1..1\nok 1 - a\n'
setsid setsid sleep 600 & echo \$! >$tmp/pid
END
ok "is named" grep -q 'left behind: sleep' "$tmp/out"
ok "and gone" test ! -d "/proc/$(cat "$tmp/pid")"
counts "one that ends soon is none" "1 passed, 0 failed, 0 skipped" <<'END'
printf '1..1\nok 1 - a\n'
setsid sleep 0.2 &
END
counts "the environment is clean, and no terminal" "1 passed, 0 failed, 0 skipped" <<'END'
echo 1..1
[ "$LC_ALL $TZ" = "C.UTF-8 UTC" ] && [ -d "$HOME" ] && [ -z "${RELAIS_CONFIG-}" ] &&
	[ -d "$BUILD" ] && ! (: </dev/tty) 2>/dev/null && echo ok 1
END
finish
