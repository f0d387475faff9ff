#!/bin/bash
# "What relais promises" in README.md: each promise names tests, and those are run.
# What is run: `make check` builds every test_*.c of its suites and tests/run runs them,
# and every executable test_*.sh.
# shellcheck disable=SC2016
. tests/tap.sh

# promises FILE: a line each
promises()
{
	awk '/^#/ { inside = $0 == "## What relais promises" }
		inside && /^- / { if (text) print text; text = $0; next }
		inside && /^  / { text = text $0; next }
		text { print text; text = "" }
		END { if (text) print text }' "$1"
}

# tests_in: those named on stdin
tests_in() { grep -o '`tests/[^`]*`' | tr -d '`'; }

suites=$(sed -n 's/^SUITES *:= *//p' Makefile)

# is_run TEST
is_run()
{
	local suite=${1#tests/}
	suite=${suite%%/*}
	case " $suites " in
	*" $suite "*) ;;
	*) return 1 ;;
	esac
	case $1 in
	tests/"$suite"/test_*.sh) [ -x "$1" ] ;;
	tests/"$suite"/test_*) grep -q '^int main(' "$1.c" ;;
	*) return 1 ;;
	esac
}

promises README.md >"$tmp/promises"
ok "there are some" [ "$(wc -l <"$tmp/promises")" -ge 10 ]
while IFS= read -r promise; do
	named=$(tests_in <<<"$promise")
	ok "held by a test: ${promise:2:50}" [ -n "$named" ]
	for test in $named; do
		ok "$test is run" is_run "$test"
	done
done <"$tmp/promises"

# What would not do.
printf '## What relais promises\n\n- a `tests/core/test_a`\n- b\n  `tests/x/test_b.sh`\n\n## c\n\n- d\n' >"$tmp/readme"
is "one in two lines, none of the next section" "$(promises "$tmp/readme")" '- a `tests/core/test_a`
- b  `tests/x/test_b.sh`'
ok "no such test" eval '! is_run tests/core/test_no_such_test 2>/dev/null'
ok "no such suite" eval '! is_run tests/bench/test_run'
ok "a part of a test is none" eval '! is_run tests/ldap/proxy'
finish
