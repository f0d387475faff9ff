#!/bin/bash
# The schema, access rules, indexes and overlays of ldap/schema, in both forms: what
# slapd.conf includes, and the LDIF that cn=config takes.
. tests/tap.sh
top=$PWD
base=ou=domains,dc=demo
acme=associatedDomain=acme.example,$base
bob=uid=bob,$acme
alice=uid=alice,$acme
at_end()
{
	"$top/tests/slapd" stop "$tmp/a"
	"$top/tests/slapd" stop "$tmp/b"
}

# as WHO COMMAND...: WHO is admin (EXTERNAL), nobody, or a DN, whose password is in $password
as()
{
	local who=$1 command=$2
	shift 2
	case $who in
	admin) set -- -Q -Y EXTERNAL "$@" ;;
	nobody) set -- -x "$@" ;;
	*) set -- -x -D "$who" -w "$password" "$@" ;;
	esac
	LDAPNOINIT=1 "$command" -H "$uri" "$@"
}

# The result code of a modify; LDIF after the dn on stdin.
modify()
{
	{
		printf 'dn: %s\nchangetype: modify\n' "$2"
		cat
	} | as "$1" ldapmodify >"$tmp/modify" 2>&1
	echo $?
}

sign_in()
{
	password=$2 as "$1" ldapwhoami >/dev/null 2>&1
	echo $?
}

values() { as "$1" ldapsearch -LLL -o ldif_wrap=no -b "$2" -s base "(objectClass=*)" "$3" 2>/dev/null | sed -n "s/^$3: //p"; }

# Everything that must hold, on the directory at $uri; $1 names the form.
holds()
{
	local form=$1 value code got=

	is "$form: who is who" "$(as admin ldapwhoami)" dn:uid=admin0,ou=admins,dc=demo

	# Third-party users do not sign in.
	is "$form: an internal user signs in" "$(sign_in "$alice" demo)" 0
	is "$form: a third-party user does not" "$(sign_in "$bob" demo)" 49
	modify admin "$bob" >/dev/null <<-END
		delete: relaisThirdPartyAddress
		-
		replace: relaisRouting
		relaisRouting: internal
	END
	is "$form: he does once he is internal" "$(sign_in "$bob" demo)" 0
	is "$form: one change makes him external again" "$(modify admin "$bob" <<-END
		replace: relaisRouting
		relaisRouting: external
		-
		add: relaisThirdPartyAddress
		relaisThirdPartyAddress: bob@acme.example
	END
	)" 0
	is "$form: and keeps him out" "$(sign_in "$bob" demo)" 49

	# What the mail system's identity may do.
	password=postfix
	is "$form: Postfix finds a selected address in any case" "$(as cn=postfix,ou=services,dc=demo \
		ldapsearch -LLL -b dc=demo '(&(relaisThirdPartyAddress=BOB@Acme.Example)(relaisRouting=external))' \
		entryDN | sed -n 's/^entryDN: //p')" "$bob"
	is "$form: and a domain with a usable relay" "$(as cn=postfix,ou=services,dc=demo ldapsearch -LLL -b dc=demo \
		'(&(objectClass=relaisDomain)(relaisForwardUnknown=TRUE)(|(relaisSplitRelay=[*])(relaisSplitRelay=[*]:*))(associatedDomain=branch.example))' \
		relaisSplitRelay | sed -n 's/^relaisSplitRelay: //p')" "[mail.old.example]:2525"
	is "$form: but no password" "$(values cn=postfix,ou=services,dc=demo "$alice" userPassword)" ""
	is "$form: it changes nothing" "$(modify cn=postfix,ou=services,dc=demo "$acme" <<-END
		replace: relaisForwardUnknown
		relaisForwardUnknown: TRUE
	END
	)" 50
	is "$form: anonymous readers see no routing" "$(values nobody "$acme" relaisSplitRelay)" ""

	# Users do not route their own mail.
	password=demo
	is "$form: a user sees his routing" "$(values "$alice" "$alice" relaisRouting)" internal
	for value in "relaisRouting: none" "mail: postmaster@acme.example" "relaisThirdPartyAddress: alice@acme.example"; do
		is "$form: but cannot set $value" "$(modify "$alice" "$alice" <<-END
			replace: ${value%%:*}
			$value
		END
		)" 50
	done

	# Roles; every right and way round is in test_rights.sh.
	is "$form: a user administrator writes an address of his domain" "$(modify uid=anna,ou=admins,dc=demo "$alice" <<-END
		add: mail
		mail: al@acme.test
		-
		delete: mail
		mail: AL@acme.test
	END
	)" 0
	is "$form: and none of another" "$(modify uid=anna,ou=admins,dc=demo "$alice" <<-END
		add: mail
		mail: alice@branch.example
	END
	)" 50
	is "$form: a reader writes none" "$(modify uid=rita,ou=admins,dc=demo "$alice" <<-END
		add: mail
		mail: al@acme.test
	END
	)" 50
	is "$form: but sees them" "$(values uid=rita,ou=admins,dc=demo "$bob" relaisRouting)" external

	# The relay is one next hop.  Result 19 is constraintViolation.
	while read -r code value; do
		got=$(modify admin "$acme" <<-END
			replace: relaisSplitRelay
			relaisSplitRelay: $value
		END
		)
		is "$form: relay $value" "$got" "$code"
	done <<-'END'
		0 [192.0.2.25]
		0 [192.0.2.25]:587
		0 [mail.old.example]:2525
		0 [relay]
		0 [IPv6:2001:db8::25]:587
		0 [mail.old.example]:65535
		19 [mail.old.example]:65536
		19 [mail.old.example]:0
		19 [mail.old.example]:
		19 mail.old.example
		19 192.0.2.25:25
		19 smtp:[192.0.2.25]
		19 evil:[x]
		19 [a:25]
		19 []
		19 [-mail.example]
		19 [mail.old.example] x
		19 [mail.old_example]
	END
	is "$form: one relay only" "$(modify admin "$acme" <<-END
		replace: relaisSplitRelay
		relaisSplitRelay: [192.0.2.25]
		relaisSplitRelay: [192.0.2.26]
	END
	)" 19
	is "$form: forward-unknown is a boolean" "$(modify admin "$acme" <<-END
		replace: relaisForwardUnknown
		relaisForwardUnknown: maybe
	END
	)" 21
	modify admin "$acme" >/dev/null <<-END
		replace: relaisSplitRelay
		relaisSplitRelay: [192.0.2.25]
	END

	# Addresses.
	while read -r code value; do
		got=$(modify admin "$alice" <<-END
			add: mail
			mail: $value
		END
		)
		is "$form: address $value" "$got" "$code"
	done <<-'END'
		0 a.martin@acme.example
		0 o'brien+lists@xn--fort-dore-i4af.example
		19 alice
		19 @acme.example
		19 alice@
		19 a%b@acme.example
		19 acme.example!alice
		19 alice@b@acme.example
		19 Bob@ACME.example
		19 BD@acme.example
		20 ALICE@acme.example
	END
	is "$form: a name is taken once, as an alias too" "$(modify admin "associatedDomain=lyon.example,$base" <<-END
		add: associatedDomain
		associatedDomain: ACME.test
	END
	)" 19
	is "$form: no U-label" "$(modify admin "$acme" <<-END
		add: associatedDomain
		associatedDomain: acme_sud.example
	END
	)" 19
	is "$form: a routing is one of three words" "$(modify admin "$alice" <<-END
		replace: relaisRouting
		relaisRouting: elsewhere
	END
	)" 19
	is "$form: relax passes the overlays for the rootdn" "$(
		printf 'dn: %s\nchangetype: modify\nadd: mail\nmail: bob@acme.example\n' "$alice" |
			password=root as cn=root,dc=demo ldapmodify -e relax >/dev/null 2>&1
		echo $?
	)" 0

	# A domain as the console makes it.
	new="associatedDomain=neuf.example,$base"
	is "$form: a new domain" "$(as admin ldapadd >/dev/null 2>&1 <<-END
		dn: $new
		objectClass: organizationalUnit
		objectClass: relaisDomain
		ou: neuf.example
		associatedDomain: neuf.example
		associatedDomain: neuf.test
		description: Tout neuf
		relaisSplitRelay: [192.0.2.9]
		relaisForwardUnknown: TRUE
	END
	echo $?)" 0
	is "$form: it is one of its names" "$(modify admin "$new" <<-END
		delete: associatedDomain
		associatedDomain: neuf.example
	END
	)" 64
	is "$form: a domain has a name" "$(as admin ldapadd >/dev/null 2>&1 <<-END
		dn: ou=sans,$base
		objectClass: organizationalUnit
		objectClass: relaisDomain
		ou: sans
	END
	echo $?)" 65
	is "$form: selected addresses need the class" "$(modify admin "uid=elodie,$acme" <<-END
		add: relaisThirdPartyAddress
		relaisThirdPartyAddress: elodie@acme.example
	END
	)" 65
	is "$form: a domain goes" "$(as admin ldapdelete "$new" >/dev/null 2>&1; echo $?)" 0

	# More than slapd's 500, for administrators.
	for i in $(seq 600); do
		printf 'dn: ou=u%d,ou=people,dc=demo\nobjectClass: organizationalUnit\nou: u%d\n\n' "$i" "$i"
	done | as admin ldapadd >/dev/null
	is "$form: no size limit for administrators" "$(as admin ldapsearch -LLL \
		-b ou=people,dc=demo -s one 1.1 | grep -c ^dn:)" 600
}

# ---- the LDIF is that of the .conf and .schema files
cp -r ldap/schema "$tmp/schema"
"$tmp/schema/mkldif"
for f in ldap/schema/*.ldif; do
	ok "${f##*/} is up to date: ldap/schema/mkldif makes it" diff -u "$f" "$tmp/schema/${f##*/}"
done

# ---- slapd.conf
# "filter" has slapd name what it searches without an index.
ok "slapd.conf: loads" env SLAPD_DEBUG=filter tests/slapd start "$tmp/a"
uri=$(cat "$tmp/a/uri")
holds slapd.conf
password=postfix
is "slapd.conf: Postfix reads no names" "$(values cn=postfix,ou=services,dc=demo "$alice" cn)" ""
while read -r filter; do
	as admin ldapsearch -LLL -b dc=demo "$filter" 1.1 >/dev/null
done <<'END'
(&(objectClass=relaisDomain)(associatedDomain=acme.example))
(&(mail=alice@acme.example)(objectClass=inetOrgPerson)(relaisRouting=internal))
(&(mail=alice@acme.example)(objectClass=inetOrgPerson)(!(relaisRouting=external))(!(relaisRouting=none)))
(&(relaisThirdPartyAddress=bob@acme.example)(relaisRouting=external))
(&(objectClass=relaisDomain)(relaisForwardUnknown=TRUE)(|(relaisSplitRelay=[*])(relaisSplitRelay=[*]:*))(associatedDomain=branch.example))
(&(objectClass=inetOrgPerson)(mail=*@acme.example))
(relaisThirdPartyAddress=*@acme.example)
(&(objectClass=inetOrgPerson)(|(cn=*mart*)(displayName=*mart*)(sn=*mart*)(givenName=*mart*)(uid=*mart*)(mail=*mart*)))
(associatedDomain=*acme*)
(entryUUID=fcacb63a-7afe-1041-99a8-7f5679a29644)
(entryCSN>=20260101000000.000000Z#000000#000#000000)
END
is "slapd.conf: every search has its index" "$(grep 'not indexed' "$tmp/a/slapd.log" | sort | uniq -c)" ""
as admin ldapsearch -LLL -b dc=demo '(description=x)' 1.1 >/dev/null
ok "slapd.conf: (and slapd says when one has none)" grep -q 'description) not indexed' "$tmp/a/slapd.log"

# ---- cn=config, as Debian sets it up: {0}config, {1}mdb with a rule or two of its own
mkdir -m 711 "$tmp/b" && mkdir "$tmp/b/db" "$tmp/b/d"
cat >"$tmp/b/first.conf" <<END
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile "$tmp/b/slapd.pid"
authz-regexp "^gidNumber=[0-9]+[+]uidNumber=$(id -u),cn=peercred,cn=external,cn=auth$" "uid=admin0,ou=admins,dc=demo"
database config
rootpw config
database mdb
suffix dc=demo
rootdn cn=root,dc=demo
rootpw root
directory "$tmp/b/db"
maxsize 268435456
dbnosync
index objectClass eq
index cn,uid eq
access to attrs=userPassword by self write by anonymous auth by * none
access to * by self write by users read
END
# slaptest wants a database to try the configuration on.
slapadd -n 1 -f "$tmp/b/first.conf" -l /dev/null
ok "cn=config: set up" slaptest -f "$tmp/b/first.conf" -F "$tmp/b/d"
slapd_uri() { printf 'ldapi://%s\n' "$(printf %s "$1/ldapi" | sed 's,/,%2F,g')"; }
uri=$(slapd_uri "$tmp/b")
slapd -F "$tmp/b/d" -h "$uri" -d 0 </dev/null >"$tmp/b/slapd.log" 2>&1 &
echo $! >"$tmp/b/pid"
answers() { as nobody ldapsearch -b '' -s base 1.1 >/dev/null 2>&1; }
ok "cn=config: starts" within 10 answers
config() { password=config as cn=config "$@"; }
ok "cn=config: relais.ldif" config ldapadd -f ldap/schema/relais.ldif
ok "cn=config: relais-access.ldif" config ldapmodify -f ldap/schema/relais-access.ldif
config ldapmodify -c -f ldap/schema/relais-index.ldif >"$tmp/index" 2>&1
is "cn=config: relais-index.ldif, but what is there already" "$(grep -o 'additional info: .*' "$tmp/index")" \
	'additional info: modify/delete: olcDbIndex: no such value
additional info: modify/add: olcDbIndex: value #0 already exists
additional info: duplicate index definition for attr "cn"
additional info: duplicate index definition for attr "uid"'
config ldapcompare 'olcDatabase={1}mdb,cn=config' 'olcDbIndex:mail eq,sub' >/dev/null
is "cn=config: the others are there" $? 6
# slapadd would do; but every one of these entries must be writable through the overlays.
{
	cat ldap/demo/base.ldif
	echo
	cat tests/fixture.ldif
} >"$tmp/b/data.ldif"
ok "cn=config: the data loads" eval 'password=root as cn=root,dc=demo ldapadd -f "$tmp/b/data.ldif"'
ok "cn=config: relais-overlays.ldif" config ldapmodify -f ldap/schema/relais-overlays.ldif
holds cn=config

# ---- the log of all changes, with the lines of README.md
mkdir "$tmp/b/log"
sed -n '/^Such a log/,/^#/p' README.md | sed -n 's/^    //p; s/^$//p' |
	sed "s/dc=example,dc=org/dc=demo/g; s,/var/lib/ldap/accesslog,$tmp/b/log," >"$tmp/log.ldif"
ok "the log: README's lines" config ldapmodify -f "$tmp/log.ldif"
password=root
is "the log: a change" "$(modify cn=root,dc=demo "$acme" <<<'replace: description
description: logged')" 0
is "the log: a password" "$(modify cn=root,dc=demo "$alice" <<<'replace: userPassword
userPassword: Zq7-Kettle')" 0
# logged WHO ATTRIBUTE
logged()
{
	password=${3:-demo} as "$1" ldapsearch -LLL -o ldif_wrap=no -b cn=accesslog \
		'(objectClass=auditModify)' "$2" 2>/dev/null | sed -n "s/^$2: //p" | grep -v 'entryCSN\|modif'
}
admin() { echo "uid=$1,ou=admins,dc=demo"; }
is "the log: administrators read it" "$(logged "$(admin rita)" reqMod)" 'description:= logged'
is "the log: passwords not" "$(logged "$(admin anna)" reqMod)" 'description:= logged'
is "the log: but super administrators" "$(logged "$(admin admin1)" reqMod)" 'description:= logged
userPassword:= Zq7-Kettle'
is "the log: nobody else" "$(logged "$alice" reqMod Zq7-Kettle)$(logged nobody reqMod)" ""
is "the log: who signs in" "$(sign_in "$alice" Zq7-Kettle)" 0
finish
