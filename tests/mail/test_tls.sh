#!/bin/bash
# The Postfix tables over TLS: they answer when the directory's certificate is good, and
# not otherwise.  Needs no root: postmap(1) reads the tables as Postfix does.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
relais=${BUILD:-$here/../build}/relais
PATH=$PATH:/usr/sbin:/sbin
dir=$tmp/d

at_end()
{
	"$here/slapd" stop "$dir"
}

free_port()
{
	local port
	while port=$((10000 + RANDOM % 22000)); do
		[ -z "$(ss -Hltn "sport = :$port")" ] && break
	done
	echo $port
}

certificates()
{
	local ca
	for ca in ca other; do
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$ca" \
			-keyout "$tmp/$ca.key" -out "$tmp/$ca.pem" || return 1
	done
	printf 'subjectAltName=IP:127.0.0.1' >"$tmp/san"
	openssl req -newkey rsa:2048 -nodes -subj /CN=ldap.test \
		-keyout "$tmp/tls.key" -out "$tmp/tls.csr" &&
		openssl x509 -req -days 2 -in "$tmp/tls.csr" -CA "$tmp/ca.pem" \
			-CAkey "$tmp/ca.key" -CAcreateserial -extfile "$tmp/san" \
			-out "$tmp/tls.pem"
}

# The same directory once more, with TLS, on two ports.
serve()
{
	"$here/slapd" stop "$dir" || return 1
	sed -i "1i TLSCertificateFile $tmp/tls.pem\nTLSCertificateKeyFile $tmp/tls.key" \
		"$dir/slapd.conf"
	slapd -f "$dir/slapd.conf" -d 0 \
		-h "$(cat "$dir/uri") ldap://127.0.0.1:$plain ldaps://127.0.0.1:$tls" \
		</dev/null >"$dir/slapd.log" 2>&1 &
	echo $! >"$dir/pid"
	within 20 ldapsearch -x -H "$(cat "$dir/uri")" -b '' -s base 1.1
}

# URI, starttls, CA file: what the table of domains then says of acme.example.
domains_by()
{
	sed "s|^  base .*|&\n  starttls = $2\n  ca_file = \"$3\"|
		s|^postfix {|&\n  uri = {\"$1\"}|" "$dir/relais.conf" >"$tmp/relais.conf"
	rm -rf "$tmp/tables"
	RELAIS_CONFIG=$tmp/relais.conf "$relais" postfix "$tmp/tables" >/dev/null || return 1
	touch -d '1 minute ago' "$tmp"/tables/*
	postmap -q acme.example "ldap:$tmp/tables/ldap-domains.cf" 2>"$tmp/postmap.log"
}

ok 'a directory' "$here/slapd" start "$dir"
ok 'certificates' certificates
plain=$(free_port) tls=$(free_port)
ok 'with TLS' serve
is 'ldaps, the right authority' "$(domains_by "ldaps://127.0.0.1:$tls" false "$tmp/ca.pem")" OK,OK
is 'ldaps, another authority' "$(domains_by "ldaps://127.0.0.1:$tls" false "$tmp/other.pem")" ''
is 'ldaps, another name' "$(domains_by "ldaps://127.0.0.2:$tls" false "$tmp/ca.pem")" ''
is 'StartTLS, the right authority' "$(domains_by "ldap://127.0.0.1:$plain" true "$tmp/ca.pem")" OK,OK
is 'StartTLS, another authority' "$(domains_by "ldap://127.0.0.1:$plain" true "$tmp/other.pem")" ''
is 'the second of two servers' \
	"$(domains_by "ldaps://127.0.0.1:1\", \"ldaps://127.0.0.1:$tls" false "$tmp/ca.pem")" OK,OK
is 'in the clear, on this machine' "$(domains_by "ldap://127.0.0.1:$plain" false '')" OK,OK
finish
