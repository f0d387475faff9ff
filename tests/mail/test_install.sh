#!/bin/bash
# "Putting relais on your directory" of README.md, followed to the letter.
#
# The page's indented blocks are run in their order, on an OpenLDAP made as Debian's package
# makes it, with a flat ou=people of 500 users that never heard of relais, and on a Postfix
# (Debian's main.cf and master.cf) and a Dovecot that serve them already.  All the while mail
# comes in and addresses are asked for: nothing that was accepted before is refused.
#
# How a block is read: one that begins with "# /a/path" is that file; with "# /a/path, these
# lines", lines that replace those of the same name there; any other is commands.  A command
# that ends in "# prints nothing" must print nothing, every other one must succeed, but for
# ldapmodify -c, of which the page says that it tells errors.  What the page says in words is
# done by hand below, at its place.
#
# What is not to the letter, so that nothing outside a temporary folder is touched: see
# here() for the text, and MAIL_CONFIG and RELAIS_CONFIG, which stand for /etc/postfix and
# /etc/relais/relais.conf.
[ "$(id -u)" = 0 ] || {
	echo "1..0 # SKIP Postfix and Dovecot need root"
	exit 0
}
. tests/tap.sh
top=$PWD
BUILD=$(realpath "${BUILD:-build}")
PATH=$tmp/usr/local/bin:$PATH:/usr/sbin:/sbin
export LDAPNOINIT=1 LC_ALL=C.UTF-8
export MAIL_CONFIG=$tmp/etc/postfix RELAIS_CONFIG=$tmp/etc/relais/relais.conf
umask 022
chmod 711 "$tmp"
admin=cn=admin,dc=example,dc=org
uri=ldapi://$(printf %s "$tmp/run/ldapi" | sed 's,/,%2F,g')

free_port()
{
	local port
	while port=$((10000 + RANDOM % 22000)); do
		[ -z "$(ss -Hltn "sport = :$port")" ] && break
	done
	echo $port
}

here()
{
	sed -e "s,/usr/local,$tmp/usr/local,g" \
		-e "s,/etc/,$tmp/etc/,g" \
		-e "s,/var/log/,$tmp/log/,g" \
		-e "s,ldapi:///,$uri,g" \
		-e "s, -W\>, -w secret,g" \
		-e "s,^make && make install,make -s -o all BUILD=$BUILD install," \
		-e "s,^slapcat ,&-F $tmp/etc/ldap/slapd.d ," \
		-e "s,doveadm ,&-c $tmp/etc/dovecot/dovecot.conf ,g" \
		-e "s,'smtp/inet/,'127.0.0.1:$port/inet/,"
}

# ---- what was there before ------------------------------------------------------------

# 500 users in three domains; some have a second address, in another domain, in capitals.
people()
{
	cat <<-END
		dn: dc=example,dc=org
		objectClass: top
		objectClass: dcObject
		objectClass: organization
		o: Example
		dc: example

		dn: ou=people,dc=example,dc=org
		objectClass: organizationalUnit
		ou: people

		dn: ou=devices,dc=example,dc=org
		objectClass: organizationalUnit
		ou: devices

		dn: cn=scanner,ou=devices,dc=example,dc=org
		objectClass: inetOrgPerson
		cn: scanner
		sn: scanner
		mail: scanner

	END
	awk 'BEGIN {
		split("acme.example branch.example lyon.example", domain, " ")
		for (i = 1; i <= 500; i++) {
			u = sprintf("u%03d", i)
			d = domain[i % 3 + 1]
			print "dn: uid=" u ",ou=people,dc=example,dc=org"
			print "objectClass: inetOrgPerson"
			print "uid: " u "\ncn: User " i "\nsn: Number " i "\nuserPassword: pass-" u
			print "mail: " u "@" d
			if (i % 5 == 0)
				print "mail: First." toupper(u) "@" toupper(substr(d, 1, 1)) substr(d, 2)
			if (i % 7 == 0)
				print "mail: " u "@acme.test"
			print ""
		}
	}'
}

slapd_start()
{
	mkdir -p "$tmp/run" "$tmp/db" "$tmp/etc/ldap/slapd.d"
	chmod 755 "$tmp/run"
	sed -e 's|@SUFFIX@|dc=example,dc=org|g' -e 's|@PASSWORD@|secret|g' \
		-e "s|/var/lib/ldap|$tmp/db|" -e "s|/var/run/slapd|$tmp/run|" \
		-e 's|^olcDatabase: mdb|&\nolcDbNoSync: TRUE|' \
		/usr/share/slapd/slapd.init.ldif >"$tmp/init.ldif" &&
		slapadd -F "$tmp/etc/ldap/slapd.d" -b cn=config -l "$tmp/init.ldif" &&
		people >"$tmp/people.ldif" &&
		slapadd -q -F "$tmp/etc/ldap/slapd.d" -b dc=example,dc=org -l "$tmp/people.ldif" ||
		return 1
	slapd -F "$tmp/etc/ldap/slapd.d" -h "$uri" -d 0 </dev/null >"$tmp/slapd.log" 2>&1 &
	slapd=$!
	within 10 ldapsearch -x -H "$uri" -b '' -s base 1.1
}

dovecot_start()
{
	mkdir -p "$tmp/etc/dovecot" "$tmp/vmail"
	chown 65534 "$tmp/vmail"
	cat >"$tmp/etc/dovecot/dovecot-ldap.conf.ext" <<-END
		uris = $uri
		base = ou=people,dc=example,dc=org
		auth_bind = yes
		pass_filter = (&(objectClass=inetOrgPerson)(|(uid=%u)(mail=%u)))
		pass_attrs = uid=user
		user_filter = (&(objectClass=inetOrgPerson)(|(uid=%u)(mail=%u)))
		user_attrs = uid=user
	END
	cat >"$tmp/etc/dovecot/dovecot.conf" <<-END
		base_dir = $tmp/run/dovecot
		state_dir = $tmp/run/dovecot-state
		log_path = $tmp/log/dovecot.log
		instance_name = $tmp
		protocols = lmtp
		ssl = no
		auth_failure_delay = 0
		recipient_delimiter = +
		mail_uid = 65534
		mail_gid = 65534
		first_valid_uid = 1
		mail_home = $tmp/vmail/%u
		mail_location = maildir:~/
		passdb {
		  driver = ldap
		  args = $tmp/etc/dovecot/dovecot-ldap.conf.ext
		}
		userdb {
		  driver = ldap
		  args = $tmp/etc/dovecot/dovecot-ldap.conf.ext
		}
		service lmtp {
		  unix_listener $tmp/spool/private/dovecot-lmtp {
		    mode = 0600
		    user = postfix
		  }
		}
		service anvil {
		  chroot =
		  unix_listener anvil-auth-penalty {
		    mode = 0
		  }
		}
	END
	dovecot -c "$tmp/etc/dovecot/dovecot.conf"
}

# As the package leaves it, but for places, and set up as sites do.
postfix_start()
{
	port=$(free_port)
	mkdir -p "$tmp/etc/postfix" "$tmp/spool" "$tmp/lib"
	chown postfix "$tmp/lib"
	cp /usr/share/postfix/main.cf.debian "$tmp/etc/postfix/main.cf"
	cp /etc/postfix/dynamicmaps.cf "$tmp/etc/postfix/"
	ln -s /etc/postfix/dynamicmaps.cf.d "$tmp/etc/postfix/dynamicmaps.cf.d"
	sed "s/^smtp  *inet/127.0.0.1:$port inet/" /usr/share/postfix/master.cf.dist \
		>"$tmp/etc/postfix/master.cf"
	# "outside" is this very machine, so that nothing is let through for its address.
	postconf -e "queue_directory = $tmp/spool" "data_directory = $tmp/lib" \
		"maillog_file = $tmp/log/mail.log" "maillog_file_prefixes = $tmp" \
		'multi_instance_name = postfix-install' 'inet_interfaces = 127.0.0.1' \
		'inet_protocols = ipv4' 'mynetworks = 192.0.2.0/24' 'smtputf8_enable = no' \
		'myhostname = mx.mail.test' 'mydestination = $myhostname, localhost' \
		'alias_maps =' 'alias_database =' 'recipient_delimiter = +' \
		'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination' \
		'virtual_mailbox_domains = acme.example, acme.test, branch.example, lyon.example' \
		"virtual_mailbox_maps = proxy:ldap:$tmp/etc/postfix/users.cf" \
		"virtual_alias_maps = hash:$tmp/etc/postfix/virtual" \
		'virtual_transport = lmtp:unix:private/dovecot-lmtp'
	cat >"$tmp/etc/postfix/users.cf" <<-END
		server_host = $uri
		version = 3
		bind = no
		search_base = ou=people,dc=example,dc=org
		query_filter = (mail=%s)
		result_attribute = uid
	END
	echo 'sales@acme.example u007@branch.example, u003@acme.example' \
		>"$tmp/etc/postfix/virtual"
	touch -d '1 minute ago' "$tmp"/etc/postfix/*
	postmap "hash:$tmp/etc/postfix/virtual" 2>/dev/null
	postfix start >"$tmp/postfix.log" 2>&1
}

# Ends a server by the pid in a file, and what it started.
end_server()
{
	local pid n=0
	pid=$(tr -d ' ' 2>/dev/null <"$1") && [ "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 500 ]; do
		n=$((n + 1))
		sleep 0.01
	done
}

at_end()
{
	: >"$tmp/stop"
	[ -z "${watchers-}" ] || wait $watchers
	[ -z "${sink-}" ] || kill "$sink"
	end_server "$tmp/spool/pid/master.pid"
	end_server "$tmp/run/dovecot/master.pid"
	[ -z "${slapd-}" ] || {
		kill "$slapd"
		wait "$slapd" 2>/dev/null
	}
}

# ---- mail -------------------------------------------------------------------------------

# A session in which each address is asked for; prints "address answer", a line each.
ask()
{
	local reply address
	{ exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
	{
		printf 'EHLO client.test\r\nMAIL FROM:<s%s@outside.example>\r\n' "$RANDOM" >&3
		for _ in greeting EHLO MAIL; do
			reply=x-x-
			while [[ $reply == ???-* ]]; do
				read -r -t 60 reply <&3 || return 1
			done
		done
		for address; do
			printf 'RCPT TO:<%s>\r\n' "$address" >&3
			read -r -t 60 reply <&3 || return 1
			echo "$address ${reply%$'\r'}"
		done
		printf 'QUIT\r\n' >&3
	} 2>/dev/null
	exec 3>&-
}

# All of them, some of them twice, and some that are refused.
everybody()
{
	local list
	mapfile -t list < <(sed -n 's/^mail: \(.*@.*\)/\1/p' "$tmp/people.ldif")
	ask "${list[@]:0:250}" u003+x@acme.example && ask "${list[@]:250:250}" U001@BRANCH.example
	ask "${list[@]:500}" sales@acme.example Sales+today@acme.example
	ask nobody@acme.example nobody+x@lyon.example
	ask nobody@branch.example someone@elsewhere.example scanner@acme.example
}

# A message with a word of its own.
send()
{
	local line
	{ exec 4<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
	for line in "EHLO client.test" "MAIL FROM:<sender-$2@outside.example>" "RCPT TO:<$1>" \
		DATA $'Subject: '"$2"$'\r\n\r\n'"$2"$'\r\n.' QUIT; do
		reply=x-x-
		while [[ $reply == ???-* ]]; do
			read -r -t 60 reply <&4 || return 1
		done
		[[ $reply == [23]* ]] || break
		printf '%s\r\n' "$line" >&4
	done
	exec 4>&-
	echo "${reply%$'\r'}"
}

user_address()
{
	sed -n "/^uid: $1$/,/^$/s/^mail: //p" "$tmp/people.ldif" | tail -n 1
}

# Until $tmp/stop is there: asks for a few addresses at a time, and says of each that is not
# taken when that was.
keep_asking()
{
	local list n=0
	mapfile -t list < <(sed -n 's/^mail: \(.*@.*\)/\1/p' "$tmp/people.ldif" | sort -R --random-source=/etc/passwd)
	while [ ! -e "$tmp/stop" ]; do
		ask "${list[@]:n % ${#list[@]}:5}" sales@acme.example |
			awk -v at="$(cat "$tmp/at")" '{ n++ } $2 != 250 { print at ": " $0 }
				END { if (!n) print at ": no answer" }' >>"$tmp/refused"
		n=$((n + 5))
	done
	echo $n >"$tmp/asked"
}

keep_sending()
{
	local n=0 uid
	while [ ! -e "$tmp/stop" ]; do
		n=$((n + 1))
		uid=$(printf 'u%03d' $((n * 37 % 500 + 1)))
		[ $uid != u003 ] || continue # moves to the other system
		send "$(user_address "$uid")" "mark$n" >"$tmp/sent" 2>&1
		grep -q '^250' "$tmp/sent" || echo "$(cat "$tmp/at"): $uid: $(cat "$tmp/sent")" >>"$tmp/refused"
		echo "$uid mark$n" >>"$tmp/posted"
	done
}

# "user word" of every message that is in a mailbox here, or "sink word" on the other system.
mailboxes()
{
	(cd "$tmp/vmail" && grep -rx '[a-z]*[0-9]*' -- */new) |
		sed -n 's,^\([^/]*\)/new/[^:]*:\(.\),\1 \2,p'
	grep -rhx '[a-z]*[0-9]*' "$tmp/sink" | sed -n 's/^./sink &/p'
}

# Every message posted is with its user, and nowhere else.
all_arrived()
{
	mailboxes | grep ' mark' | sort >"$tmp/arrived"
	sort "$tmp/posted" | cmp -s - <(uniq "$tmp/arrived")
}

is_with()
{
	[ "$(mailboxes | awk -v word="$1" '$2 == word { print $1 }' | sort | tr '\n' ' ')" = "$2 " ]
}

# Who gets a message to the address.
goes_to()
{
	local word=$3
	is "$1: accepted" "$(send "$2" "$word" | cut -c1-3)" 250
	ok "$1: it is with $4" within 15 is_with "$word" "$4"
}

signs_in()
{
	doveadm -c "$tmp/etc/dovecot/dovecot.conf" auth test "$1" "pass-$1"
}

# ---- the page -----------------------------------------------------------------------------

# Each block in a file STEP.NUMBER.
blocks()
{
	mkdir "$tmp/page"
	awk -v dir="$tmp/page" '
	function end() { if (block != "") printf "%s", block >(dir "/" step "." ++n[step]); block = "" }
	/^## / { end(); on = $0 == "## Putting relais on your directory"; next }
	!on { next }
	/^### [0-9]/ { end(); step = $2 + 0; next }
	/^    / { block = block blank substr($0, 5) "\n"; blank = ""; next }
	/^$/ { if (block != "") blank = blank "\n"; next }
	{ end(); blank = "" }
	END { end() }' README.md
}

# A line that goes on below is one command.
commands()
{
	awk '{ text = text (text == "" ? "" : "\n") $0 }
		/(\\|\|)$/ { next }
		{ printf "%s%c", text, 0; text = "" }' "$1"
}

# name = value lines, into the file that has them.
these_lines()
{
	local line name
	while IFS= read -r line; do
		name=${line%% =*}
		grep -v "^$name *=" "$1" >"$tmp/lines"
		echo "$line" >>"$tmp/lines"
		cat "$tmp/lines" >"$1"
	done
}

run_command()
{
	local name="step $step: ${1%%$'\n'*}" rc
	eval "$(here <<<"$1")" >"$tmp/out" 2>"$tmp/err" </dev/null
	rc=$?
	case $1 in
	*"# prints nothing") rc=$(wc -l <"$tmp/out") ;;
	"ldapmodify -c "*) rc=0 ;;
	esac
	tap "$rc" "$name"
	[ "$rc" -eq 0 ] || sed 's/^/# /' "$tmp/out" "$tmp/err" | head -20
}

run_block()
{
	local first file command
	read -r first <"$1"
	file=$(sed -n 's/^# \(\/[^ ,]*\).*/\1/p' <<<"$first" | here)
	case $first in
	"# /"*", these lines") tail -n +2 "$1" | here | these_lines "$file" ;;
	"# /"*) here <"$1" >"$file" ;;
	*)
		while IFS= read -r -d '' command; do
			run_command "$command"
		done < <(commands "$1")
		return
		;;
	esac
	ok "step $step: $file is written" grep -q . "$file"
}

# All blocks of a step; before the last one of step 8 its condition.
follow()
{
	local block blocks
	step=$1
	echo "step $step" >"$tmp/at"
	mapfile -t blocks < <(printf '%s\n' "$tmp/page/$step".* | sort -V)
	sessions=$(children "$(tr -d ' ' <"$tmp/spool/pid/master.pid")")
	for block in "${blocks[@]}"; do
		[ "$step $block" != "8 ${blocks[-1]}" ] ||
			ok "step 8: the sessions of before have ended" within 20 sessions_ended
		run_block "$block"
	done
}

# Those of Postfix's processes that read the configuration for a session.
children()
{
	local pid
	for pid in $(cat "/proc/$1/task/$1/children"); do
		grep -qxE 'smtpd|trivial-rewrite' "/proc/$pid/comm" 2>/dev/null && echo "$pid"
	done
}

sessions_ended()
{
	local pid
	for pid in $sessions; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}

same_answers()
{
	everybody >"$tmp/answers"
	is "after step $step: everybody is answered as before" \
		"$(diff "$tmp/answers.before" "$tmp/answers")" "${1-}"
}

type_at()
{
	ok "$1" "$BUILD/tests/pty/type" relais <<-END
		see < Sign in >
		keys ann<Enter>password-of-ann<Enter>
		see ann · ldapi · ready
		$(cat)
		keys <F10>
		end 0
	END
}

new_domain()
{
	type_at "step 4: $1 in the console" <<-END
		to Supervised domains
		keys <Enter>
		see New domain
		gone (reading)
		keys n
		on Domain name
		keys $1
		${2:+keys <Tab><Tab>$2}
		keys <C-s>
		see < Show LDIF >
		on < Save >
		keys <Enter>
		see in force from the next
	END
}

# An entry a line, whatever their order.
entries()
{
	ldapsearch -x -H "$uri" -D $admin -w secret -LLL -o ldif_wrap=no -b dc=example,dc=org |
		awk -v RS= '{ gsub(/\n/, "|"); print }' | sort
}

# The configuration of slapd without what every write changes.
config()
{
	slapcat -n 0 -F "$tmp/etc/ldap/slapd.d" -o ldif_wrap=no |
		grep -vE '^(entryCSN|modif|creat|entryUUID|contextCSN|structuralObjectClass)'
}

# Opens the one row of a list that has the text.
open_row()
{
	cat <<-END
		to $1
		keys <Enter>
		see $2
		gone (reading)
		keys /
		on Filter
		keys $3
		see 1 of 1
		keys <Enter>
		on $3
		keys <Enter>
		see < Cancel >
		gone …
		on $4
	END
}

save()
{
	cat <<-END
		keys <C-s>
		see < Show LDIF >
		on < Save >
		keys <Enter>
		see in force from the next
	END
}

relay_of()
{
	type_at "$2 is the relay of $1" <<-END
		$(open_row "Supervised domains" Unknown "$1" "Relay for split domains")
		keys <C-a><C-k>$2
		see [$2
		$(save)
	END
}

# $2: how far the other choice is, $3: its name
mail_system_of()
{
	type_at "$1 has: $3" <<-END
		$(open_row "Directory entities" "Display name" "$1" "Mail system")
		keys <Enter>
		see [x]
		keys $2<Enter>
		see ( $3
		$(save)
	END
}

modify()
{
	ldapmodify -x -H "$uri" -D $admin -w secret >"$tmp/modify" 2>&1
	echo $?
}

mkdir "$tmp/log" "$tmp/sink"
chown postfix "$tmp/sink"
touch "$tmp/log/mail.log"
blocks
is "the page has its steps" "$(printf '%s\n' "$tmp"/page/* | sed 's,.*/,,; s,\..*,,' | sort -u | tr '\n' ' ')" \
	'1 2 3 5 6 7 8 '
ok "a directory as Debian makes it, with 500 users" slapd_start
ok "Postfix" postfix_start
ok "Dovecot, to which it delivers" dovecot_start
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
ok "Postfix listens" within 10 port_open

echo before >"$tmp/at"
everybody >"$tmp/answers.before"
is "before: who is accepted" "$(grep -c ' 250 ' "$tmp/answers.before")" 675
is "before: who is not" "$(grep -v ' 250 ' "$tmp/answers.before" | cut -d' ' -f1-3)" \
	'nobody@acme.example 550 5.1.1
nobody+x@lyon.example 550 5.1.1
nobody@branch.example 550 5.1.1
someone@elsewhere.example 454 4.7.1
scanner@acme.example 550 5.1.1'
entries >"$tmp/entries.before"
mkdir "$tmp/postfix" "$tmp/dovecot"
for file in postfix/main.cf postfix/master.cf dovecot/dovecot-ldap.conf.ext; do
	cp "$tmp/etc/$file" "$tmp/$file.before"
done
config >"$tmp/config.before"
: >"$tmp/refused"
: >"$tmp/posted"
keep_asking &
watchers=$!
keep_sending &
watchers="$watchers $!"

follow 1
same_answers
follow 2
same_answers
is "what violates the overlays may stay" "$(modify <<-'END'
	dn: cn=scanner,ou=devices,dc=example,dc=org
	changetype: modify
	replace: description
	description: second floor
END
)" 0
is "and is refused when it is written again" "$(modify <<-'END'
	dn: cn=scanner,ou=devices,dc=example,dc=org
	changetype: modify
	replace: mail
	mail: scanner
END
)" 19
is "nobody gets another's address" "$(modify <<-'END'
	dn: cn=scanner,ou=devices,dc=example,dc=org
	changetype: modify
	replace: mail
	mail: U001@branch.example
END
)" 19
modify >/dev/null <<-'END'
	dn: cn=scanner,ou=devices,dc=example,dc=org
	changetype: modify
	delete: description
END
follow 3
same_answers

step=4
echo "step 4" >"$tmp/at"
new_domain acme.example acme.test
new_domain branch.example
new_domain lyon.example
same_answers
follow 5
same_answers
ok "u003 signs in" signs_in u003

follow 6
# Only who is nobody's is told once and for all.
same_answers '679c679
< someone@elsewhere.example 454 4.7.1 <someone@elsewhere.example>: Relay access denied
---
> someone@elsewhere.example 554 5.7.1 <someone@elsewhere.example>: Relay access denied'
follow 7
goes_to "a user without any class of ours" u006@acme.example word1 u006
goes_to "an alias of Postfix's" sales@acme.example word2 "u003 u007"

# ---- third-party mail works
echo "third-party" >"$tmp/at"
sink_port=$(free_port)
smtp-sink -u postfix -d "$tmp/sink/" "127.0.0.1:$sink_port" 100 &
sink=$!
relay_of acme.example "127.0.0.1:$sink_port"
mail_system_of u003@acme.example '<Down>' 'Third-party mail'
everybody | sed '679d' >"$tmp/answers"
is "third-party: everybody is answered as before" "$(sed 679d "$tmp/answers.before" |
	diff - "$tmp/answers")" ''
goes_to "third-party" u003@acme.example word3 sink
goes_to "third-party, in a list" sales@acme.example word4 "sink u007"
goes_to "third-party: others" u006@acme.example word5 u006
ok "third-party: no sign-in" eval '! signs_in u003'
ok "third-party: others sign in" signs_in u006
ok "step 8 tells who is left" eval 'here <"$tmp/page/8.1" >"$tmp/left"; . "$tmp/left" | grep -q u003'
mail_system_of u003@acme.example '<Up>' 'Internal mail'

# ---- and out again
follow 8
same_answers
goes_to "out again" u003@acme.example word6 u003
ok "out again: he signs in" signs_in u003
is "out again: the entries are as they were" "$(entries | diff "$tmp/entries.before" -)" ''
for file in postfix/main.cf postfix/master.cf dovecot/dovecot-ldap.conf.ext; do
	ok "out again: $file" cmp "$tmp/$file.before" "$tmp/etc/$file"
done
is "out again: slapd's configuration but for schema, modules, indexes of the site's attributes" \
	"$(config | diff "$tmp/config.before" - | grep -v 'relais' | grep '^[<>]')" \
	'> olcModuleLoad: {1}unique
> olcModuleLoad: {2}constraint
> objectClass: olcSchemaConfig
> 
< olcDbIndex: cn,uid eq
> olcDbIndex: cn,uid eq,sub
> olcDbIndex: associatedDomain eq,sub
> olcDbIndex: mail eq,sub
> olcDbIndex: sn eq,sub
> olcDbIndex: givenName eq,sub
> olcDbIndex: displayName eq,sub
> olcDbIndex: entryUUID eq
> olcDbIndex: entryCSN eq'
: >"$tmp/stop"
wait $watchers
watchers=
# What came while Dovecot read its configuration waits for a while.
postqueue -f
is "all the while: who was accepted before was not refused" "$(cat "$tmp/refused")" ''
ok "all the while: $(cat "$tmp/asked") addresses were asked for" [ "$(cat "$tmp/asked")" -gt 500 ]
ok "all the while: $(wc -l <"$tmp/posted") messages are in their mailboxes" within 15 all_arrived
is "all the while: nothing elsewhere" "$(diff <(sort "$tmp/posted") <(uniq "$tmp/arrived"))" ''
# As the page says of Dovecot's two reloads.
ok "all the while: hardly one twice" [ "$(uniq -d "$tmp/arrived" | wc -l)" -le 4 ]
finish
