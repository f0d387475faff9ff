#!/bin/bash
# Directories of the shapes that people have: the console changes them, and `relais explain`
# and the Postfix tables, asked by postmap(1), say the same of where mail goes.  What is
# expected is written here by hand.  Needs no root.
. tests/tap.sh
BUILD=$(realpath "${BUILD:-build}")
PATH=$PATH:/usr/sbin:/sbin
relais=$BUILD/relais
export LDAPNOINIT=1 LC_ALL=C.UTF-8
alice=uid=alice,associatedDomain=acme.example,ou=domains,dc=demo
acme=associatedDomain=acme.example,ou=domains,dc=demo

at_end()
{
	local d
	for d in "$tmp"/*/; do
		[ ! -e "$d/proxy.pid" ] || kill "$(cat "$d/proxy.pid")"
		[ ! -e "$d/pid" ] || tests/slapd stop "$d"
	done
}

# ---- a shape ----------------------------------------------------------------------------

# begin NAME [what tests/slapd takes...]: a directory; $dir and $uri are its
begin()
{
	shape=$1 dir=$tmp/$(echo "$1" | tr -dc a-z | cut -c1-12)
	shift
	mkdir -p "$dir"
	tests/slapd start "$dir" "$@" >"$dir/start" 2>&1
	tap $? "$shape: a directory"
	[ -e "$dir/pid" ] || sed 's/^/# /' "$dir/start"
	uri=$(cat "$dir/uri")
	export RELAIS_CONFIG=$dir/relais.conf
}

# conf DOMAINS USERS: lines of relais.conf, and the tables that come of them
conf()
{
	printf postfix >"$dir/postfix-password"
	chmod 600 "$dir/postfix-password"
	cat >"$dir/relais.conf" <<-END
		directory {
		  uri  = {"${3-$uri}"}
		  base = "dc=demo"
		}
		domains { $1 }
		users { $2 }
		postfix {
		  uri = {"$uri"}
		  bind_dn = "cn=postfix,ou=services,dc=demo"
		  password_file = "$dir/postfix-password"
		}
	END
	ok "$shape: the tables are written" "$relais" postfix "$dir/tables"
	touch -d '1 minute ago' "$dir"/tables/*
}

table()
{
	postmap -q "$2" "ldap:$dir/tables/ldap-$1.cf" 2>&1
}

# Where Postfix finds it, by the order of transport_maps and virtual_mailbox_maps.
by_tables()
{
	local address=$1 domain=${1##*@} found
	if [ -z "$(table domains "$domain")" ]; then
		echo not-hosted
	elif [ -n "$(table internal "$address")" ]; then
		[ "$(table recipients "$address")" = OK ] && echo local
	elif [ -n "$(table thirdparty "$address")" ]; then
		[ "$(table recipients "$address")" = OK ] || return
		found=$(table relay "$(table thirdparty "$address")")
		echo "${found:-defer}" | sed 's/^relay:/relay /'
	elif [ -n "$(table unknown "$address")" ]; then
		table unknownrelay "$domain" | sed 's/^relay:/verify /'
	else
		echo reject
	fi
}

by_console()
{
	"$relais" explain --json "$1" | awk -F'"' '$2 == "verdict" { verdict = $4 }
		$2 == "next_hop" { hop = $4 }
		END { gsub("_", "-", verdict); print verdict (hop == "" ? "" : " " hop) }'
}

# goes ADDRESS WHERE, as many as there are
goes()
{
	while [ $# -gt 0 ]; do
		is "$shape: $1 (console)" "$(by_console "$1")" "$2"
		is "$shape: $1 (tables)" "$(by_tables "$1")" "$2"
		shift 2
	done
}

# type_at WHAT <<script: the console, as admin0
type_at()
{
	{
		printf 'see admin0 · ldapi\ngone …\n'
		cat
		printf 'keys <F10>\nend 0\n'
	} >"$dir/script"
	ok "$shape: $1" "$BUILD/tests/pty/type" "$relais" <"$dir/script"
}

# open_row ITEM LIST NAME FIELD: from home to a form
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

open_user()
{
	open_row "Directory entities" "Display name" "$1" "Mail system"
}

open_domain()
{
	open_row "Supervised domains" "Unknown" "$1" "Relay for split domains"
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

# choose KEYS NAME: of the three mail systems, so many away from what it is
choose()
{
	cat <<-END
		keys <Enter>
		see [x]
		keys $1<Enter>
		see ( $2
	END
}

set_relay()
{
	type_at "$1 gets the relay $2" <<-END
		$(open_domain "$1")
		keys <C-a><C-k>$2
		see [$2
		$(save)
	END
}

new_domain()
{
	type_at "$1 as a new domain" <<-END
		to Supervised domains
		keys <Enter>
		see Unknown
		gone (reading)
		keys n
		on Domain name
		keys $1
		see ${2:-$1}
		gone …
		$(save)
	END
}

modify()
{
	ldapmodify -x -H "$uri" -D cn=root,dc=demo -w root >"$dir/modify" 2>&1
}

# values DN ATTRIBUTE: sorted, on one line
values()
{
	ldapsearch -x -LLL -o ldif-wrap=no -H "$uri" -D cn=root,dc=demo -w root -b "$1" -s base \
		'(objectClass=*)' "$2" | sed -n "s/^$2:* //p" | sort | tr '\n' ' '
}

# A command that ends once an entry has the value.
until_value()
{
	echo "timeout 10 sh -c 'until ldapsearch -x -LLL -H $uri -D cn=root,dc=demo -w root" \
		"-b $1 -s base | grep -q \"$2\"; do sleep 0.05; done'"
}

# ---- flat, everybody below ou=people ------------------------------------------------------

flat()
{
	begin "flat" flat
	conf 'base = "ou=domains,dc=demo"' 'base = "ou=people,dc=demo"'
	goes alice@acme.example local bob@acme.example 'relay [192.0.2.25]' \
		carol@acme.example reject elodie@acme.example reject \
		nobody@branch.example 'verify [mail.old.example]:2525' \
		luc@lyon.example local nobody@lyon.example reject x@elsewhere.example not-hosted
	# Élodie has no class and no routing of ours.
	type_at "a user without our class becomes third-party" <<-END
		$(open_user elodie@acme)
		$(choose '<Up>' 'Third-party mail')
		$(save)
	END
	is "$shape: class" "$(values uid=elodie,ou=people,dc=demo objectClass)" \
		'inetOrgPerson relaisUser '
	is "$shape: selection" "$(values uid=elodie,ou=people,dc=demo relaisThirdPartyAddress)" \
		'elodie@acme.example '
	goes elodie@acme.example 'relay [192.0.2.25]'
	set_relay acme.example 192.0.2.77
	goes elodie@acme.example 'relay [192.0.2.77]' bob@acme.example 'relay [192.0.2.77]' \
		alice@acme.example local
}

# ---- users below their domain ---------------------------------------------------------------

tree()
{
	begin "tree, internal" tree
	conf 'base = "ou=domains,dc=demo"' 'default_routing = "internal"'
	goes alice@acme.example local bob@acme.example 'relay [192.0.2.25]' \
		bd@acme.example reject carol@acme.example reject elodie@acme.example local \
		nobody@branch.example 'verify [mail.old.example]:2525'
	type_at "who was internal by default becomes third-party" <<-END
		$(open_user elodie@acme)
		$(choose '<Down>' 'Third-party mail')
		$(save)
	END
	goes elodie@acme.example 'relay [192.0.2.25]'
	type_at "and is internal again" <<-END
		$(open_user elodie@acme)
		$(choose '<Up>' 'Internal mail')
		$(save)
	END
	is "$shape: said in words now" "$(values "uid=elodie,$acme" relaisRouting)" 'internal '
	is "$shape: nothing selected" "$(values "uid=elodie,$acme" relaisThirdPartyAddress)" ''
	goes elodie@acme.example local
}

# ---- several attributes that hold addresses ------------------------------------------------------

attributes()
{
	mkdir -p "$tmp/attr"
	sed 's/^/ /; s/^ \([a-z]*  *\((\|to\)\)/\1/' >"$tmp/attr/schema.conf" <<-'END'
		attributetype ( 1.3.6.1.4.1.7914.1.2.1.3 NAME 'mailAlternateAddress'
		EQUALITY caseIgnoreIA5Match SUBSTR caseIgnoreIA5SubstringsMatch
		SYNTAX 1.3.6.1.4.1.1466.115.121.1.26{256} )
		objectclass ( 1.3.6.1.4.1.7914.1.2.2.1 NAME 'qmailUser' SUP top AUXILIARY
		MAY ( mail $ mailAlternateAddress ) )
		access to attrs=mailAlternateAddress
		by dn.onelevel="ou=admins,dc=demo" write
		by dn.onelevel="ou=services,dc=demo" read
	END
	cat >"$tmp/attr/users.ldif" <<-'END'
		dn: uid=gina,ou=people,dc=demo
		objectClass: inetOrgPerson
		objectClass: qmailUser
		uid: gina
		cn: Gina Lollo
		sn: Lollo
		mail: gina@acme.example
		mailAlternateAddress: g.lollo@acme.example
		mailAlternateAddress: Gina@ACME.example
		mailAlternateAddress: gina@branch.example

		dn: uid=hugo,ou=people,dc=demo
		objectClass: inetOrgPerson
		objectClass: qmailUser
		uid: hugo
		cn: Hugo Klein
		sn: Klein
		mailAlternateAddress: hugo@acme.example
	END
	begin "two attributes" flat "$tmp/attr/schema.conf" "$tmp/attr/users.ldif"
	conf 'base = "ou=domains,dc=demo"' 'base = "ou=people,dc=demo"
		addresses = {"mail", "mailAlternateAddress"} default_routing = "internal"'
	goes gina@acme.example local g.lollo@acme.example local gina@branch.example local \
		hugo@acme.example local nobody@acme.example reject
	# Each address once, whichever attribute holds it; one of them stays here.
	type_at "three addresses, one of them not selected" <<-END
		$(open_user Gina)
		see g.lollo@acme.example
		see gina@branch.example
		$(choose '<Down>' 'Third-party mail')
		keys <Tab><Tab>
		on g.lollo@acme.example
		keys <Space>
		see [ ] g.lollo@acme.example
		$(save)
	END
	is "$shape: selection" "$(values uid=gina,ou=people,dc=demo relaisThirdPartyAddress)" \
		'gina@acme.example gina@branch.example '
	goes gina@acme.example 'relay [192.0.2.25]' g.lollo@acme.example reject \
		gina@branch.example 'relay [mail.old.example]:2525'
	# An address that only the second attribute holds is somebody's.
	type_at "an address of the second attribute is taken" <<-END
		$(open_user Alice)
		keys +
		see Address
		keys hugo@acme.example<Tab><Tab><Enter>
		see already belongs to Hugo Klein
		keys <Esc>
		see You have unsaved changes.
		keys <Right><Enter>
	END
	type_at "what is removed goes out of every attribute" <<-END
		$(open_user Gina)
		keys <Tab>
		on gina@acme.example
		keys -
		gone [x] gina@acme.example
		$(save)
	END
	is "$shape: out of mail" "$(values uid=gina,ou=people,dc=demo mail)" ''
	is "$shape: and of the other, in capitals" \
		"$(values uid=gina,ou=people,dc=demo mailAlternateAddress)" \
		'g.lollo@acme.example gina@branch.example '
	goes gina@acme.example reject gina@branch.example 'relay [mail.old.example]:2525'
	type_at "a new one goes into the first attribute" <<-END
		$(open_user Hugo)
		keys +
		see Address
		keys h.klein@acme.example<Tab><Tab><Enter>
		see h.klein@acme.example
		gone …
		$(save)
	END
	is "$shape: into mail" "$(values uid=hugo,ou=people,dc=demo mail)" 'h.klein@acme.example '
	goes h.klein@acme.example local hugo@acme.example local
}

# ---- users elsewhere than below their domain -----------------------------------------------------

branches()
{
	cat >"$tmp/branches.ldif" <<-'END'
		dn: uid=remy,associatedDomain=branch.example,ou=domains,dc=demo
		objectClass: inetOrgPerson
		uid: remy
		cn: Rémy Loin
		sn: Loin
		mail: remy@acme.example

		dn: ou=staff,ou=people,dc=demo
		objectClass: organizationalUnit
		ou: staff

		dn: uid=sam,ou=staff,ou=people,dc=demo
		objectClass: inetOrgPerson
		uid: sam
		cn: Sam Petit
		sn: Petit
		mail: sam@branch.example
	END
	begin "other branches" tree "$tmp/branches.ldif"
	conf 'base = "ou=domains,dc=demo"' 'base = "dc=demo"'
	# default_routing none
	goes remy@acme.example reject sam@branch.example 'verify [mail.old.example]:2525'
	type_at "below another domain" <<-END
		$(open_user remy@acme)
		$(choose '<Up>' 'Third-party mail')
		$(save)
	END
	type_at "below no domain" <<-END
		$(open_user sam@branch)
		$(choose '<Up><Up>' 'Internal mail')
		$(save)
	END
	goes remy@acme.example 'relay [192.0.2.25]' sam@branch.example local \
		alice@acme.example local
	# The domain's own form counts him, and will not let go of its relay.
	type_at "their domain knows of them" <<-END
		$(open_domain acme.example)
		see 2 third-party users
		keys <C-a><C-k>
		see 2 third-party users still need this relay
		keys <Esc>
		see You have unsaved changes.
		keys <Right><Enter>
	END
}

# ---- domain entries that were there before ---------------------------------------------------------

domains()
{
	cat >"$tmp/domains.ldif" <<-'END'
		dn: ou=soleil.example,ou=domains,dc=demo
		objectClass: organizationalUnit
		objectClass: domainRelatedObject
		ou: soleil.example
		associatedDomain: soleil.example
		associatedDomain: soleil.test
		description: avant

		dn: dc=lune.example,ou=domains,dc=demo
		objectClass: dNSDomain
		dc: lune.example

		dn: ou=mars.example,ou=domains,dc=demo
		objectClass: organizationalUnit
		ou: mars.example

		dn: uid=tom,ou=mars.example,ou=domains,dc=demo
		objectClass: inetOrgPerson
		uid: tom
		cn: Tom Mars
		sn: Mars
		mail: tom@mars.example
		mail: tom@soleil.test
	END
	begin "domain entries" tree "$tmp/domains.ldif"
	conf 'base = "ou=domains,dc=demo"' 'default_routing = "internal"'
	goes tom@mars.example not-hosted tom@soleil.test not-hosted
	new_domain soleil.example
	new_domain lune.example
	new_domain mars.example
	is "$shape: domainRelatedObject, its class" \
		"$(values ou=soleil.example,ou=domains,dc=demo objectClass)" \
		'domainRelatedObject organizationalUnit relaisDomain '
	is "$shape: its names stay" "$(values ou=soleil.example,ou=domains,dc=demo associatedDomain)" \
		'soleil.example soleil.test '
	is "$shape: and its description" "$(values ou=soleil.example,ou=domains,dc=demo description)" \
		'avant '
	is "$shape: dNSDomain, its class" "$(values dc=lune.example,ou=domains,dc=demo objectClass)" \
		'dNSDomain relaisDomain '
	is "$shape: its name" "$(values dc=lune.example,ou=domains,dc=demo associatedDomain)" \
		'lune.example '
	is "$shape: organizationalUnit, its class" \
		"$(values ou=mars.example,ou=domains,dc=demo objectClass)" \
		'organizationalUnit relaisDomain '
	goes tom@mars.example local tom@soleil.test local nobody@lune.example reject
	set_relay lune.example mail.lune.example
	is "$shape: its relay" "$(values dc=lune.example,ou=domains,dc=demo relaisSplitRelay)" \
		'[mail.lune.example] '
	goes nobody@lune.example reject

	# Such entries taken for domains as they are: our class comes when one is saved.
	modify <<-'END'
		dn: ou=soleil.example,ou=domains,dc=demo
		changetype: modify
		delete: objectClass
		objectClass: relaisDomain
	END
	conf 'base = "ou=domains,dc=demo"
		filter = "(|(objectClass=relaisDomain)(objectClass=domainRelatedObject))"' \
		'default_routing = "internal"'
	goes tom@soleil.test local nobody@soleil.example reject
	set_relay soleil.example 192.0.2.44
	is "$shape: the class comes with the relay" \
		"$(values ou=soleil.example,ou=domains,dc=demo objectClass)" \
		'domainRelatedObject organizationalUnit relaisDomain '
	type_at "and carries third-party users" <<-END
		$(open_user tom@mars)
		$(choose '<Down>' 'Third-party mail')
		see mars.example has no relay
		keys <Tab>
		on tom@mars.example
		keys <Space>
		see [ ] tom@mars.example
		$(save)
	END
	goes tom@soleil.test 'relay [192.0.2.44]' tom@mars.example reject
}

# ---- a server that can less -----------------------------------------------------------------------

# No overlays, no indexes: whatever is wrong is refused by the console alone.
bare()
{
	SLAPD_BARE=1 begin "no overlays" tree
	conf 'base = "ou=domains,dc=demo"' ''
	type_at "an address has one holder" <<-END
		$(open_user luc@lyon)
		keys +
		see Address
		keys ALICE@acme.example<Tab><Tab><Enter>
		see already belongs to Alice Martin
		keys <Esc>
		see You have unsaved changes.
		keys <Right><Enter>
	END
	type_at "a name has one domain" <<-END
		to Supervised domains
		keys <Enter>
		see Unknown
		gone (reading)
		keys n
		on Domain name
		keys acme.test
		see already belongs to another domain
		keys <Esc>
		see You have unsaved changes.
		keys <Right><Enter>
	END
	type_at "and a user is switched" <<-END
		$(open_user alice@acme)
		$(choose '<Down>' 'Third-party mail')
		keys <Tab><Tab><Tab><Tab>
		$(save)
	END
	goes alice@acme.example 'relay [192.0.2.25]'
}

# Through a proxy that neither lists nor takes the assertion and the post-read control.
controls()
{
	local proxied
	begin "no assertion, no post-read" tree
	mkfifo "$dir/ready"
	"$BUILD/tests/ldap/proxy" "$dir/p" "$dir/ldapi" --record "$dir/record" \
		--hide 1.3.6.1.1.12 --hide 1.3.6.1.1.13.2 >"$dir/ready" &
	echo $! >"$dir/proxy.pid"
	read -r _ <"$dir/ready"
	proxied=ldapi://$(printf %s "$dir/p" | sed 's,/,%2F,g')
	conf 'base = "ou=domains,dc=demo"' '' "$proxied"
	type_at "saved, and once more from the same form" <<-END
		$(open_domain acme.example)
		keys <C-a><C-k>192.0.2.30
		see [192.0.2.30
		$(save)
		keys <C-a><C-k>192.0.2.31
		see [192.0.2.31
		$(save)
		run $(until_value "$acme" '\[192.0.2.31]')
	END
	goes bob@acme.example 'relay [192.0.2.31]'
	ok "$shape: each names what it replaces" test "$(grep -c '^delete: relaisSplitRelay' "$dir/record")" = 2

	# Somebody else saves while the form is open.
	{
		printf 'see admin0 · ldapi\ngone …\n'
		open_domain acme.example
		printf 'keys <C-a><C-k>192.0.2.32\nsee [192.0.2.32\n'
		echo "run modify-as-somebody-else"
		cat <<-'END'
			keys <C-s>
			see < Show LDIF >
			on < Save >
			keys <Enter>
			see Changed by somebody else
			see 192.0.2.99
			keys <Esc>
			keys <F10>
			see You have unsaved changes.
			keys <Right><Enter>
			end 0
		END
	} >"$dir/script"
	cat >"$dir/modify-as-somebody-else" <<-END
		dn: $acme
		changetype: modify
		replace: relaisSplitRelay
		relaisSplitRelay: [192.0.2.99]
	END
	sed -i "s|^run modify.*|run ldapmodify -x -H $uri -D cn=root,dc=demo -w root -f $dir/modify-as-somebody-else|" \
		"$dir/script"
	ok "$shape: a stale write is refused" "$BUILD/tests/pty/type" "$relais" <"$dir/script"
	is "$shape: theirs stays" "$(values "$acme" relaisSplitRelay)" '[192.0.2.99] '
	type_at "a user is switched" <<-END
		$(open_user elodie@acme)
		$(choose '<Up>' 'Third-party mail')
		$(save)
	END
	goes elodie@acme.example 'relay [192.0.2.99]'
}

# 600 users, of whom the server shows 500 at a time.
limit()
{
	seq 600 | awk '{ u = sprintf("p%03d", $1)
		print "dn: uid=" u ",ou=people,dc=demo\nobjectClass: inetOrgPerson\nuid: " u
		print "cn: Person " u "\nsn: P\nmail: " u "@lyon.example\n" }' >"$tmp/many.ldif"
	echo 'limits dn.onelevel="ou=admins,dc=demo" size=500' >"$tmp/limit.conf"
	begin "a size limit of 500" flat "$tmp/many.ldif" "$tmp/limit.conf"
	conf 'base = "ou=domains,dc=demo"' 'base = "ou=people,dc=demo"'
	type_at "home says that there are more" <<-END
		see 500+ users, 1 third-party
	END
	# The last of them is in no list that the server gives whole.
	type_at "who is beyond it is found by name" <<-END
		$(open_user p599)
		$(choose '<Up><Up>' 'Internal mail')
		$(save)
	END
	goes p599@lyon.example local p598@lyon.example reject
	type_at "and by the filters" <<-END
		to Directory entities
		keys <Enter>
		see of 500+
		gone (reading)
		keys f
		see Mail system
		keys <Enter><Up><Up><Enter>
		see Mail: internal
		keys <Esc>
		see p599@lyon.example
		gone (reading)
	END
	set_relay lyon.example 192.0.2.88
	goes nobody@lyon.example reject p599@lyon.example local
}

shapes='flat tree attributes branches domains bare controls limit'
for one in ${ONLY_SHAPE:-$shapes}; do
	$one >"$tmp/$one.out" 2>&1 &
	jobs=$(($(jobs -rp | wc -l)))
	[ "$jobs" -lt 4 ] || wait -n
done
wait
cat "$tmp"/*.out | awk '
	/^(not )?ok / { sub(/ok [0-9]+ -/, "ok " ++n " -") }
	/^[^#]/ && !/^(not )?ok / { $0 = "# " $0 }
	{ print }
	END { print "1.." n + 0 }' >"$tmp/all"
cat "$tmp/all"
! grep -q '^not ok' "$tmp/all"
exit
