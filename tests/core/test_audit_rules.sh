#!/bin/bash
# Every rule of the consistency check has its rows in core's tests and in the screens';
# tests/ldap/test_check.sh and tests/mail/test_check.sh see to the command's.
. tests/tap.sh
ids() { sed -nE 's/^\t\{RULE_[A-Z0-9_]+, "([^"]+)".*/\1/p' core/audit_rules.c | sort -u; }

# lacking FORMAT FILE...: the rules that stand in none of the files, as FORMAT has them
lacking()
{
	local format=$1 id
	shift
	ids | while read -r id; do
		# shellcheck disable=SC2059
		grep -qE "$(printf "$format" "$id")" "$@" || echo "$id"
	done
}

is "there are rules" "$(ids | head -n 1)" "address-domain-malformed"
is "in core" "$(lacking '"%s (NOTE|WARNING|ERROR)' tests/core/test_audit.c tests/core/test_audit_postfix.c)" ""
is "on the screen" "$(lacking '"%s[":,]' tests/tui/test_check.c tests/tui/test_check_server.c)" ""
finish
