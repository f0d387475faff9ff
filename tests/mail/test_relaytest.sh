#!/bin/bash
# The relay test against real Postfix: one that is good, that accepts everything, that
# greylists, that refuses the probe sender, that takes nothing, with TLS; and this mail
# system itself, by address, by its greeting and by what its relay asks it.
# Needs root.  What is expected is written here by hand.
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || {
	echo "1..0 # SKIP two Postfix need root"
	exit 0
}
. "$here/../tap.sh"
harness=$here/harness
relais=${BUILD:-$here/../../build}/relais
PATH=$PATH:/usr/sbin:/sbin
chmod 711 "$tmp"
dir=$tmp/d

at_end()
{
	"$harness" stop "$dir"
}

free_port()
{
	local port
	while port=$((10000 + RANDOM % 22000)); do
		[ -z "$(ss -Hltn "sport = :$port")" ] && break
	done
	echo $port
}

# service a|b NAME [OPTION...]: a further smtpd, on a port of its own: $NAME
service()
{
	local side=$1 name=$2 port option
	shift 2
	port=$(free_port)
	{
		echo "127.0.0.1:$port inet n - y - - smtpd"
		for option; do
			echo "  -o { $option }"
		done
	} >>"$dir/$side/etc/master.cf"
	printf -v "$name" %s "$port"
}

# B asks A by its name.
names()
{
	mkdir -p "$dir/b/queue/etc" &&
		echo '127.0.0.1 a.mail.test localhost' >"$dir/b/queue/etc/hosts" &&
		echo 'hosts: files' >"$dir/b/queue/etc/nsswitch.conf"
}

certificate()
{
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=b.mail.test \
		-addext subjectAltName=IP:127.0.0.1 -keyout "$tmp/b.key" -out "$tmp/b.pem"
}

# The sentences without what the server said, and the status.
told()
{
	"$relais" relay-test "$1" >"$tmp/out" 2>"$tmp/err"
	local status=$?
	grep -v '^ ' "$tmp/out"
	cat "$tmp/err"
	echo "status $status"
}

# shows NAME DOMAIN PORT LINE...
shows()
{
	local name=$1 domain=$2 port=$3
	shift 3
	"$harness" relay "$dir" "$domain" "[127.0.0.1]:$port"
	is "$name" "$(told "$domain")" "$(printf '%s\n' "$domain: 127.0.0.1:$port" "$@")"
	[ -z "$(grep DATA "$dir/b/log")" ] || tap 1 "$name: no DATA"
}

reload()
{
	local side
	for side in a b; do
		touch -d '1 minute ago' "$dir/$side"/etc/*
		postfix -c "$dir/$side/etc" reload
	done
}

all_listen()
{
	local port
	for port; do
		[ -n "$(ss -Hltn "sport = :$port")" ] || return 1
	done
}

reached='+ It can be reached.'
clear='+ Not encrypted: it offers no STARTTLS.'
known='+ It knows our users.'
postmaster='! It refuses postmaster, whom every domain must have.'
refused='+ It refuses unknown addresses at once: forwarding them is safe.'
good='Mail can go to this relay, that of unknown addresses, too.'
no_forward='Do not forward unknown addresses to this relay.'
later='Not settled yet: test this relay again in a few minutes.'
unfit="Mail can't go to this relay as things are."
loop="This can't be the relay: mail would go round in circles."

ok 'two mail systems' env B_PARAMETERS='smtp_host_lookup = native' "$harness" start "$dir"
# shellcheck disable=SC1091
. "$dir/info"
export RELAIS_CONFIG
sed 's/%2Fldapi/%2Fnowhere/' "$RELAIS_CONFIG" >"$tmp/away.conf"
ok 'a certificate' certificate
ok 'B knows us by name' names
"$harness" b-user "$dir" postmaster@acme.example bob
"$harness" b-user "$dir" postmaster@branch.example bob
service b accepts 'smtpd_reject_unlisted_recipient = no'
service b greylists \
	'smtpd_recipient_restrictions = check_recipient_access static:{450 4.2.0 Greylisted, see you}'
service b no_probe \
	'smtpd_sender_restrictions = check_sender_access static:{550 5.7.1 not you}'
service b no_probe_at_mail 'smtpd_delay_reject = no' \
	'smtpd_sender_restrictions = check_sender_access static:{550 5.7.1 not you}'
service b no_client 'smtpd_client_restrictions = check_client_access static:{554 5.7.1 go away}'
echo 'tlsmgr unix - - y 1000? 1 tlsmgr' >>"$dir/b/etc/master.cf"
service b encrypts 'smtpd_tls_security_level = may' "smtpd_tls_chain_files = $tmp/b.key, $tmp/b.pem"
service b asks_back 'smtpd_reject_unlisted_recipient = no' \
	'smtpd_recipient_restrictions = reject_unverified_recipient'
service a other_port
printf 'branch.example smtp:[a.mail.test]:%s\n' "$A_PORT" >>"$dir/b/etc/transport"
postmap -c "$dir/b/etc" "hash:$dir/b/etc/transport"
ok 'both with more services' reload
# shellcheck disable=SC2154
ok 'which listen' within 20 all_listen "$accepts" "$greylists" "$no_probe" "$no_probe_at_mail" \
	"$no_client" "$encrypts" "$asks_back" "$other_port"

shows 'a good one' acme.example "$B_PORT" "$reached" "$clear" "$known" "$refused" "$good" \
	'status 0'
ok 'in JSON' "$relais" relay-test --json acme.example
is 'which says it' "$(grep -cE '^  "(verdict": "good"|domain": "acme.example"|user": "bob@acme.example"|tls": null)' \
	"$tmp/tap.out")" 4
ok 'no relay' "$harness" relay "$dir" acme.example none
is 'nothing to test' "$(told acme.example)" \
	"$(printf '%s\n' 'relais: This domain has no relay for split domains.' 'status 2')"
is 'no domain of ours' "$(told other.example)" \
	"$(printf '%s\n' "relais: This isn't a supervised domain." 'status 2')"
is 'no domain at all' "$(told a..b)" \
	"$(printf '%s\n' 'relais: Not a domain name: write it as acme.example.' 'status 2')"
is 'no directory' "$(RELAIS_CONFIG=$tmp/away.conf told acme.example | tail -1)" 'status 2'
shows 'one that accepts everything' acme.example "$accepts" "$reached" "$clear" "$known" \
	"! It accepts an address that can't exist: were unknown addresses forwarded, bounces would follow." \
	"$no_forward" 'status 1'
shows 'one that greylists' acme.example "$greylists" "$reached" "$clear" \
	'! It puts us off (450 or 451, greylisting as a rule): test again in a few minutes.' \
	"$later" 'status 1'
for port in "$no_probe" "$no_probe_at_mail"; do
	shows 'one that refuses the probe sender' acme.example "$port" "$reached" "$clear" \
		'! It refuses the sender that addresses are verified with: forwarding unknown addresses would refuse everybody.' \
		"$no_forward" 'status 1'
done
ok 'a domain that forwards' "$harness" forward "$dir" acme.example TRUE
shows 'one that refuses the probe sender of a domain that forwards' acme.example "$no_probe" \
	"$reached" "$clear" \
	'x It refuses the sender that addresses are verified with: forwarding unknown addresses would refuse everybody.' \
	"$no_forward" 'status 1'
ok 'that does not' "$harness" forward "$dir" acme.example FALSE
shows 'one that turns us away' acme.example "$no_client" "$reached" "$clear" \
	'x It refuses every address, postmaster among them: it takes no mail to this domain from this machine.' \
	"$unfit" 'status 1'
shows 'one that does not know the user' branch.example "$B_PORT" "$reached" "$clear" \
	"+ Whether it knows our users wasn't asked: no third-party user has an address here." \
	"$refused" "$good" 'status 0'

shows 'TLS, a certificate of nobody' acme.example "$encrypts" "$reached" \
	"+ Encrypted, but its certificate doesn't verify: by an authority not trusted here." \
	"$known" "$refused" "$good" 'status 0'
sed -i "s|^mail {|& relay_ca_file = \"$tmp/b.pem\" |" "$RELAIS_CONFIG"
shows 'TLS, a certificate that verifies' acme.example "$encrypts" "$reached" \
	'+ Encrypted, and its certificate verifies.' "$known" "$refused" "$good" 'status 0'

shows 'ourselves, by address' acme.example "$A_PORT" \
	'x It is this mail system itself, by its name or address: mail would go round in circles.' \
	'x It greets with a name of this mail system: mail would go round in circles.' \
	"$reached" "$clear" "$known" "$postmaster" "$refused" "$loop" 'status 1'
shows 'ourselves, by the greeting' acme.example "$other_port" \
	'x It greets with a name of this mail system: mail would go round in circles.' \
	"$reached" "$clear" "$known" "$postmaster" "$refused" "$loop" 'status 1'
# Each asks the other about it: at first all that is told is that it waits, unless the other
# has asked back by then.
nobody="+ Whether it knows our users wasn't asked: no third-party user has an address here."
waits="! It puts off an address that can't exist: were unknown addresses forwarded, their senders would be told to try again."
back="x It asked this mail system about the address: it sends the domain's mail back here."
"$harness" relay "$dir" branch.example "[127.0.0.1]:$asks_back"
first=$(told branch.example)
at="branch.example: 127.0.0.1:$asks_back"
case $first in
*"$back"*) either=$(printf '%s\n' "$at" "$back" "$reached" "$clear" "$nobody" "$waits" "$loop" 'status 1') ;;
*) either=$(printf '%s\n' "$at" "$reached" "$clear" "$nobody" "$waits" "$later" 'status 1') ;;
esac
is 'both forward to each other' "$first" "$either"
shows 'both forward to each other, asked again' branch.example "$asks_back" "$back" "$reached" \
	"$clear" "$nobody" "$waits" "$loop" 'status 1'
ok 'unknown addresses are not forwarded any more' \
	"$harness" forward "$dir" branch.example FALSE
shows 'one that asks us' branch.example "$asks_back" "$back" "$reached" "$clear" "$nobody" \
	"$waits" "$loop" 'status 1'
finish
