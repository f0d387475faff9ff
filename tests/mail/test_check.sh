#!/bin/bash
# `relais check` reads Postfix's settings with the real postconf(1), on a configuration of
# its own: as `relais postfix` says it should be, then with each "must not" of it broken.
# Needs no root; nothing of Postfix runs.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
relais=${BUILD:-$here/../build}/relais
PATH=$PATH:/usr/sbin:/sbin
dir=$tmp/d

at_end()
{
	"$here/slapd" stop "$dir"
}

# "rule arguments" of what is found about Postfix.
found()
{
	"$relais" check --json "$@" >"$tmp/json"
	sed -nE 's/^ *\{"rule": "(postfix-[^"]*)".*"arguments": \[(.*)\], "count".*/\1 \2/p' "$tmp/json" |
		tr -d '"' | sed "s,$tmp,T,g"
}

master_cf()
{
	cat <<-'END'
		smtp inet n - y - - smtpd
		submission inet n - y - - smtpd
		cleanup unix n - y - 0 cleanup
		rewrite unix - - y - - trivial-rewrite
		proxymap unix - - n - - proxymap
		relay unix - - y - - smtp
		virtual unix - n n - - virtual
		lmtp unix - - y - - lmtp
	END
}

# As the fragment's own first lines say.
# Postfix waits a second before it reads a file that was written in this one.
aged() { touch -d '1 minute ago' "$tmp"/etc/*.cf; }

set_up()
{
	rm -rf "$tmp/etc"
	mkdir "$tmp/etc" || return 1
	master_cf >"$tmp/etc/master.cf"
	printf 'compatibility_level = 3.6\nmyhostname = mx.test\nmydestination = $myhostname, localhost\ninet_protocols = ipv4\nvirtual_transport = lmtp:unix:private/dovecot-lmtp\n' \
		>"$tmp/etc/main.cf"
	"$relais" postfix "$tmp/tables" >/dev/null &&
		aged && grep '^[a-z]' "$tmp/tables/main.cf.relais" | xargs -d '\n' postconf -c "$tmp/etc" -e && aged
}

ok "a directory" "$here/slapd" start "$dir" tree
export RELAIS_CONFIG=$dir/relais.conf MAIL_CONFIG=$tmp/etc LDAPNOINIT=1
ok "Postfix as it should be" set_up
is "nothing is wrong" "$(found)" ""

# NAME | what is changed | what is found; "nearly RULE" finds nothing
declare -A broken nearly
n=0
while IFS='|' read -r name change expected; do
	[ -n "$name" ] || continue
	set_up
	aged
	eval "$change"
	aged
	is "$name" "$(found | sort | paste -sd ';')" "$expected"
	n=$((n + 1))
	[ -z "$expected" ] || broken[${expected%% *}]=1
	[ "${name#nearly }" = "$name" ] || {
		name=${name#nearly }
		nearly[${name%%,*}]=1
	}
done <<'END'
a hosted domain in mydestination|postconf -e 'mydestination = mx.test, Acme.example'|postfix-local-class acme.example, mydestination
an alias in mydestination, by another parameter|postconf -e 'mydomain = acme.test' 'mydestination = $mydomain'|postfix-local-class acme.test, mydestination
nearly postfix-local-class, its namesake in mydestination|postconf -e 'mydestination = mx.acme.example'|
a hosted domain in virtual_alias_domains|postconf -e 'virtual_alias_domains = lyon.example'|postfix-local-class lyon.example, virtual_alias_domains
tables in virtual_alias_maps|postconf -e 'virtual_alias_maps = hash:/etc/none'|postfix-unread hash:/etc/none, virtual_alias_domains
a hosted domain as myhostname|postconf -e 'myhostname = lyon.example' 'mydestination =' 'myorigin = x.test'|postfix-local-class lyon.example, myhostname
a hosted domain as myorigin|postconf -e 'myorigin = lyon.example'|postfix-origin lyon.example, myorigin
nearly postfix-origin, a host of it|postconf -e 'myorigin = mx.lyon.example'|
a hosted domain in the file that is myorigin|echo lyon.example >"$tmp/mailname"; postconf -e "myorigin = $tmp/mailname"|postfix-origin lyon.example, myorigin
virtual(8)|postconf -X virtual_transport|postfix-virtual virtual
nearly postfix-virtual, another program by that name|postconf -e 'virtual_transport = virtual'; sed -i 's/^virtual unix .*/virtual unix - n n - - pipe flags=R user=nobody argv=\/bin\/true/' "$tmp/etc/master.cf"|
times and code of Postfix's own|postconf -X address_verify_negative_expire_time unverified_recipient_reject_code|postfix-verification address_verify_negative_expire_time, 3d, 2m;postfix-verification unverified_recipient_reject_code, 450, 550
nearly postfix-verification, a refusal remembered for a minute|postconf -e 'address_verify_negative_expire_time = 60s'|
no delimiter|postconf -X recipient_delimiter|postfix-delimiter , +
nearly postfix-delimiter, by another parameter|postconf -e 'mine = +' 'recipient_delimiter = $mine'|
submission with restrictions of its own|postconf -P 'submission/inet/smtpd_relay_restrictions=permit_sasl_authenticated,reject'|postfix-unchecked submission, permit_sasl_authenticated,reject
nearly postfix-unchecked, submission with both checks|postconf -P "submission/inet/smtpd_relay_restrictions=check_recipient_access,proxy:ldap:$tmp/tables/ldap-known.cf,check_recipient_access,proxy:ldap:$tmp/tables/ldap-verify.cf,permit_sasl_authenticated,reject"|
tables without proxy: in a chroot|sed -i 's/^virtual_mailbox_domains = proxy:/virtual_mailbox_domains = /' "$tmp/etc/main.cf"|postfix-chroot smtp, ldap:T/tables/ldap-domains.cf, virtual_mailbox_domains
nearly postfix-chroot, tables without proxy: and no chroot|sed -i 's/^virtual_mailbox_domains = proxy:/virtual_mailbox_domains = /' "$tmp/etc/main.cf"; sed -i 's/inet n - y/inet n - n/' "$tmp/etc/master.cf"|
a table that somebody changed|sed -i 's/^timeout.*/timeout = 60/' "$tmp/tables/ldap-relay.cf"|postfix-table T/tables/ldap-relay.cf
nearly postfix-table, another comment|sed -i 's/^# Written.*/# Written by relais of old/' "$tmp/tables/ldap-relay.cf"|
a table that is gone|rm "$tmp/tables/ldap-relay.cf"|postfix-unread T/tables/ldap-relay.cf
nearly postfix-unread, two domains and no table|postconf -e 'virtual_alias_domains = a.test b.test'|
none of the tables|postconf -X virtual_mailbox_domains virtual_mailbox_maps transport_maps smtpd_relay_restrictions|postfix-unused 
nearly postfix-unused, one of the tables|postconf -X virtual_mailbox_domains virtual_mailbox_maps transport_maps|
settings that cannot be read|echo 'no such line' >>"$tmp/etc/main.cf"; chmod 0 "$tmp/etc/main.cf"; rm "$tmp/etc/main.cf"|postfix-unread postconf
END
is "as many as there are" $n 26

# The configuration of relais has changed, the tables have not.
set_up
sed 's/^users {/users { default_routing = "internal"\n/' "$RELAIS_CONFIG" >"$tmp/relais.conf"
is "tables of another default_routing" "$(RELAIS_CONFIG=$tmp/relais.conf found | sort)" \
	"postfix-table T/tables/ldap-internal.cf
postfix-table T/tables/ldap-known.cf
postfix-table T/tables/ldap-recipients.cf"

# An IPv6 relay needs IPv6.
set_up
relay() { printf 'dn: associatedDomain=lyon.example,ou=domains,dc=demo\nchangetype: modify\nreplace: relaisSplitRelay\nrelaisSplitRelay: %s\n' "$1" | ldapmodify -Q -Y EXTERNAL -H "$(cat "$dir/uri")" >/dev/null; }
relay '[IPv6:2001:db8::25]'
is "an IPv6 relay and inet_protocols = ipv4" "$(found lyon.example)" "postfix-no-ipv6 [IPv6:2001:db8::25], ipv4"
postconf -e 'inet_protocols = all'
aged
is "an IPv6 relay and inet_protocols = all" "$(found lyon.example)" ""
broken[postfix-no-ipv6]=1 nearly[postfix-no-ipv6]=1

ids() { sed -nE 's/^\t\{RULE_[A-Z0-9_]+, "(postfix-[^"]+)".*/\1/p' "$here/../core/audit_rules.c" | sort -u; }
is "every rule was broken" "$(printf '%s\n' "${!broken[@]}" | sort)" "$(ids)"
is "every rule was nearly broken" "$(printf '%s\n' "${!nearly[@]}" | sort)" "$(ids)"
finish
