#!/bin/bash
# Who may do what, over plain LDAP: super administrators, user administrators, readers,
# somebody in ou=admins without a group, a user, nobody; in both shapes of the tree.
. tests/tap.sh
top=$PWD
domains=ou=domains,dc=demo
admins=ou=admins,dc=demo
acme=associatedDomain=acme.example,$domains
branch=associatedDomain=branch.example,$domains
groups="ou=user administrators,$admins"
at_end()
{
	"$top/tests/slapd" stop "$tmp/tree"
	"$top/tests/slapd" stop "$tmp/flat"
	"$top/tests/slapd" stop "$tmp/bare"
}

# as WHO COMMAND...: a name in ou=admins, the DN of a user, or "" for nobody
as()
{
	local who=$1 command=$2
	shift 2
	case $who in
	'') set -- -x "$@" ;;
	root) set -- -x -D cn=root,dc=demo -w root "$@" ;;
	*=*) set -- -x -D "$who" -w demo "$@" ;;
	*) set -- -x -D "uid=$who,$admins" -w demo "$@" ;;
	esac
	LDAPNOINIT=1 "$command" -H "$uri" "$@"
}

# Everything there is, but for what tells the time.
dump() { as root ldapsearch -LLL -o ldif_wrap=no -b dc=demo '(!(ou=u0*))' '*' '+' | grep -v '^contextCSN: '; }

# does CODE WHO WHAT COMMAND [ARGUMENT...]: LDIF on stdin.  Refused, nothing is changed.
does()
{
	local code=$1 who=$2 name="$shape: ${2:-nobody} $3" got
	shift 3
	[ "$code" = 0 ] || dump >"$tmp/before"
	as "$who" "$@" >"$tmp/out" 2>&1
	got=$?
	is "$name" "$got" "$code"
	[ "$code" = 0 ] || {
		dump >"$tmp/after"
		is "$name: as it was" "$(diff "$tmp/before" "$tmp/after")" ""
	}
}

# modifies CODE WHO WHAT DN MODS: MODS are lines of LDIF, "; " between them.
modifies()
{
	printf 'dn: %s\nchangetype: modify\n%s\n' "$4" "$(sed 's/; /\n/g' <<<"$5")" >"$tmp/ldif"
	does "$1" "$2" "$3" ldapmodify -f "$tmp/ldif"
}

values() { as "$1" ldapsearch -LLL -o ldif_wrap=no -b "$2" -s base "(objectClass=*)" "$3" 2>/dev/null | sed -n "s/^$3: //p" | sort | tr '\n' ' '; }
count() { as "$1" ldapsearch -LLL -o ldif_wrap=no -b dc=demo "$2" 1.1 2>/dev/null | grep -c ^dn:; }

# The DN of a user: below that of the domain, or in ou=people.
user()
{
	case $shape in
	tree) printf 'uid=%s,associatedDomain=%s,%s' "$1" "$2" "$domains" ;;
	flat) printf 'uid=%s,ou=people,dc=demo' "$1" ;;
	esac
}

# max has addresses in two domains; ivo administers both, tom is in no group; boss stands
# among the administrators with an address.  No domain is called ghost.example.
more()
{
	cat <<-END
		dn: $(user max acme.example)
		objectClass: inetOrgPerson
		objectClass: relaisUser
		uid: max
		cn: Max
		sn: Max
		mail: max@acme.example
		mail: max@branch.example
		relaisRouting: internal
		userPassword: demo

		dn: uid=ivo,$admins
		objectClass: account
		objectClass: simpleSecurityObject
		uid: ivo
		userPassword: demo

		dn: uid=tom,$admins
		objectClass: account
		objectClass: simpleSecurityObject
		uid: tom
		userPassword: demo

		dn: uid=boss,$admins
		objectClass: inetOrgPerson
		uid: boss
		cn: Boss
		sn: Boss
		mail: boss@lyon.example
		userPassword: demo

		dn: cn=branch,$groups
		objectClass: groupOfNames
		cn: branch
		cn: branch.example
		member: uid=tom,ou=people,dc=demo

		dn: cn=branch.example,$groups
		objectClass: groupOfNames
		cn: branch.example
		member: uid=ivo,$admins

		dn: cn=acme.test,$groups
		objectClass: groupOfNames
		cn: acme.test
		member: uid=ivo,$admins

		dn: cn=ghost.example,$groups
		objectClass: groupOfNames
		cn: ghost.example
		member: uid=anna,$admins
	END
}

# What nobody but a super administrator does.
only_super()
{
	local who=$1 code=50 me="uid=${1:-anna},$admins"
	case $who in
	'') code=8 ;; # who is nobody at all is asked to sign in first
	*=*) me=$who ;;
	esac
	while IFS='|' read -r what dn mods; do
		modifies $code "$who" "$what" "$dn" "$mods"
	done <<-END
		clears a relay|$acme|delete: relaisSplitRelay
		sets a relay|$acme|replace: relaisSplitRelay; relaisSplitRelay: [192.0.2.66]
		forwards unknown addresses|$acme|replace: relaisForwardUnknown; relaisForwardUnknown: TRUE
		adds an alias|$acme|add: associatedDomain; associatedDomain: acme.org
		removes an alias|$acme|delete: associatedDomain; associatedDomain: acme.test
		describes a domain|$acme|replace: description; description: mine
		gives a domain an address|$acme|add: mail; mail: acme@acme.example
		takes an alias of another domain|$branch|add: associatedDomain; associatedDomain: acme.org
		sets another domain's relay|$branch|replace: relaisSplitRelay; relaisSplitRelay: [192.0.2.66]
		sets a password|$alice|replace: userPassword; userPassword: x
		adds a password|$elodie|add: userPassword; userPassword: x
		deletes a password|$alice|delete: userPassword
		sets a third-party user's password|$bob|replace: userPassword; userPassword: x
		names a user|$alice|replace: cn; cn: Alicia
		describes a user|$alice|add: description; description: x
		changes a user's class|$alice|add: objectClass; objectClass: domainRelatedObject
		makes a user a domain|$alice|add: objectClass; objectClass: relaisDomain; -; add: associatedDomain; associatedDomain: acme.org
		replaces a user's classes|$alice|replace: objectClass; objectClass: inetOrgPerson; objectClass: relaisUser
		changes another domain's user's routing|$zoe|replace: relaisRouting; relaisRouting: none
		selects an address of another's user|$zoe|add: relaisThirdPartyAddress; relaisThirdPartyAddress: zoe@branch.example
		takes over another's user|$zoe|add: mail; mail: zoe@acme.example
		takes him over by a selected address|$zoe|add: relaisThirdPartyAddress; relaisThirdPartyAddress: zoe@acme.example
		takes him over at one go|$zoe|add: mail; mail: zoe@acme.example; -; replace: relaisRouting; relaisRouting: none
		replaces another's user's addresses|$zoe|replace: mail; mail: zoe@acme.example
		deletes another's user's addresses|$zoe|delete: mail
		deletes another's user's address|$zoe|delete: mail; mail: zoe@branch.example
		gives his user an address elsewhere|$alice|add: mail; mail: alice@branch.example
		the same in capitals|$alice|add: mail; mail: Alice@BRANCH.Example
		the same, by OID|$alice|add: 0.9.2342.19200300.100.1.3; 0.9.2342.19200300.100.1.3: alice@branch.example
		the same with an option|$alice|add: mail;lang-en; mail;lang-en: alice@branch.example
		the same beside a right one|$alice|add: mail; mail: al@acme.example; mail: alice@branch.example
		the same selected|$alice|add: relaisThirdPartyAddress; relaisThirdPartyAddress: alice@branch.example
		an address in no domain|$alice|add: mail; mail: alice@elsewhere.example
		an address in a domain below|$alice|add: mail; mail: alice@x.acme.example
		an address that ends like his|$alice|add: mail; mail: alice@notacme.example
		an address in a domain that is none|$alice|add: mail; mail: alice@ghost.example
		replaces all addresses, whosever|$max|replace: mail; mail: max@acme.example
		deletes all addresses, whosever|$max|delete: mail
		deletes the other domain's address|$max|delete: mail; mail: max@branch.example
		selects the other domain's address|$max|add: relaisThirdPartyAddress; relaisThirdPartyAddress: max@branch.example
		makes himself a super administrator|cn=super administrators,$admins|add: member; member: $me
		leaves the readers|cn=readers,$admins|delete: member; member: uid=rita,$admins
		makes himself a user administrator|cn=branch.example,$groups|add: member; member: $me
		takes another's right|cn=branch.example,$groups|replace: member; member: $me
		widens his group|cn=acme.example,$groups|add: cn; cn: branch.example
		resets an administrator's password|uid=admin0,$admins|replace: userPassword; userPassword: x
		gives an administrator an address|uid=admin0,$admins|add: objectClass; objectClass: relaisUser; -; add: mail; mail: root@acme.example
		shuts an administrator out|uid=boss,$admins|add: objectClass; objectClass: relaisUser; -; replace: relaisRouting; relaisRouting: external
		may act as another|$me|add: authzTo; authzTo: dn:*
	END
	printf 'dn: uid=new,%s\nobjectClass: inetOrgPerson\nuid: new\ncn: n\nsn: n\nmail: new@acme.example\n' \
		"${alice#*,}" >"$tmp/new"
	does $code "$who" "adds a user" ldapadd -f "$tmp/new"
	printf 'dn: associatedDomain=neu.example,%s\nobjectClass: organizationalUnit\nobjectClass: relaisDomain\nou: n\nassociatedDomain: neu.example\n' \
		"$domains" >"$tmp/new"
	does $code "$who" "adds a domain" ldapadd -f "$tmp/new"
	printf 'dn: cn=lyon.example,%s\nobjectClass: groupOfNames\ncn: lyon.example\nmember: %s\n' \
		"$groups" "$me" >"$tmp/new"
	does $code "$who" "adds a group" ldapadd -f "$tmp/new"
	printf 'dn: uid=eve,%s\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: eve\nuserPassword: x\n' \
		"$admins" >"$tmp/new"
	does $code "$who" "adds an administrator" ldapadd -f "$tmp/new"
	does $code "$who" "deletes a user" ldapdelete "$alice"
	does $code "$who" "deletes another's user" ldapdelete "$zoe"
	does $code "$who" "deletes a group" ldapdelete "cn=readers,$admins"
	does $code "$who" "renames a user" ldapmodrdn -r "$alice" uid=alicia
	does $code "$who" "renames a group" ldapmodrdn -r "cn=branch.example,$groups" cn=lyon.example
	does $code "$who" "moves another's user to his domain" ldapmodrdn -s "$acme" "$zoe" uid=zoe
	does $code "$who" "moves a domain" ldapmodrdn -s ou=people,dc=demo "$branch" associatedDomain=branch.example
}

# Further ways round, that need a name.
ways_round()
{
	local who=$1
	does 1 "$who" "changes a password by the operation for it" ldappasswd -s x "$alice"
	printf 'dn: %s\nchangetype: modify\nreplace: relaisSplitRelay\nrelaisSplitRelay: [192.0.2.66]\n' "$acme" >"$tmp/ldif"
	does 50 "$who" "relaxes the rules" ldapmodify -e '!relax' -f "$tmp/ldif"
	does 50 "$who" "manages DSA IT" ldapmodify -M -f "$tmp/ldif"
	does 123 "$who" "acts as a super administrator" ldapmodify -e "!authzid=dn:uid=admin0,$admins" -f "$tmp/ldif"
	# Refused as a whole, whatever else is in it.
	modifies 50 "$who" "hides a change among others" "$alice" \
		"add: mail; mail: al@acme.example; -; replace: sn; sn: x"
	is "$shape: $who compares no password" "$(as "$who" ldapcompare "$alice" userPassword:demo >/dev/null 2>&1; echo $?)" 50
}

# Without the overlays, which refuse them whoever writes: what is no address is not his.
malformed()
{
	local value
	for value in 'alice@*' 'alice@' 'alice' '@acme.example' 'a@acme.example)(uid=*' \
		'alice@branch.example@acme.example' 'a@acme.example,dc=demo' 'a@acme_example'; do
		modifies 50 anna "writes $value" "$alice" "add: mail; mail: $value"
		modifies 50 anna "selects $value" "$alice" "add: relaisThirdPartyAddress; relaisThirdPartyAddress: $value"
	done
}

# What each of the three roles sees.
reads()
{
	local who=$1
	is "$shape: $who sees a domain" "$(values "$who" "$acme" relaisSplitRelay)$(values "$who" "$acme" relaisForwardUnknown)$(values "$who" "$acme" associatedDomain)$(values "$who" "$acme" description)" \
		'[192.0.2.25] FALSE acme.example acme.test Acme '
	is "$shape: $who sees a user" "$(values "$who" "$bob" mail)$(values "$who" "$bob" relaisRouting)$(values "$who" "$bob" relaisThirdPartyAddress)$(values "$who" "$bob" cn)" \
		'bd@acme.example bob.durand@acme.example bob@acme.example external bob.durand@acme.example bob@acme.example Bob Durand '
	is "$shape: $who sees another domain's user" "$(values "$who" "$zoe" mail)$(values "$who" "$zoe" relaisRouting)" \
		'zoe@branch.example internal '
	is "$shape: $who sees who may do what" "$(values "$who" "cn=acme.example,$groups" member)" "uid=anna,$admins "
	is "$shape: $who sees what was changed when" "$(values "$who" "$alice" entryCSN | wc -w) $(values "$who" "$alice" entryUUID | wc -w) $(values "$who" "$alice" modifyTimestamp | wc -w) $(values "$who" dc=demo contextCSN | wc -w)" '1 1 1 1'
	is "$shape: $who finds users" "$(count "$who" '(&(objectClass=inetOrgPerson)(|(cn=*Durand*)(mail=zoe@branch.example)))')" 2
	is "$shape: $who finds domains" "$(count "$who" '(&(objectClass=relaisDomain)(relaisForwardUnknown=TRUE))')" 1
	is "$shape: $who reads the schema" "$(as "$who" ldapsearch -LLL -o ldif_wrap=no -b cn=subschema -s base attributeTypes | grep -c relaisRouting)" 1
	is "$shape: $who sees all of 600" "$(count "$who" '(ou=u0*)')" 600
}

sees_no_passwords()
{
	is "$shape: ${1:-nobody} sees no password" "$(as "$1" ldapsearch -LLL -b dc=demo userPassword 2>/dev/null | grep -c userPassword)" 0
	is "$shape: ${1:-nobody} finds nobody by his password" "$(count "$1" '(userPassword=*)')" 0
}

# What a user administrator does to the users of his domain.
user_administrator()
{
	modifies 0 anna "adds an address" "$alice" "add: mail; mail: al@acme.example"
	modifies 0 anna "adds one under another name of the domain" "$alice" "add: mail; mail: al@acme.test"
	modifies 0 anna "adds one in capitals" "$alice" "add: mail; mail: A.L@ACME.Example"
	modifies 0 anna "changes one" "$alice" "delete: mail; mail: al@acme.test; -; add: mail; mail: all@acme.test"
	modifies 0 anna "removes one" "$alice" "delete: mail; mail: alice@acme.test"
	modifies 0 anna "makes a user third-party" "$alice" \
		"replace: relaisRouting; relaisRouting: external; -; add: relaisThirdPartyAddress; relaisThirdPartyAddress: alice@acme.example"
	is "$shape: who does not sign in then" "$(as "$alice" ldapwhoami >/dev/null 2>&1; echo $?)" 49
	modifies 0 anna "and internal again" "$alice" \
		"replace: relaisRouting; relaisRouting: internal; -; delete: relaisThirdPartyAddress; relaisThirdPartyAddress: alice@acme.example"
	modifies 0 anna "sets the first routing" "$elodie" \
		"add: objectClass; objectClass: relaisUser; -; add: relaisRouting; relaisRouting: none"
	modifies 0 anna "and takes it back" "$elodie" \
		"delete: objectClass; objectClass: relaisUser; -; delete: relaisRouting"
	modifies 0 anna "names the class by its number" "$elodie" \
		"add: objectClass; objectClass: 2.25.58312967459586236000040637945770231520.2.2"
	modifies 0 anna "writes his address of a user of two domains" "$max" \
		"add: mail; mail: m@acme.example; -; delete: mail; mail: max@acme.example"
	modifies 19 anna "takes nobody's address" "$alice" "add: mail; mail: bob@acme.example"
	modifies 0 ivo "writes by a group that has an alias's name" "$alice" "add: mail; mail: ivo@acme.example"
	modifies 0 ivo "writes addresses of both his domains" "$alice" \
		"add: mail; mail: alice@branch.example; mail: alice2@acme.test"
	modifies 50 anna "takes no address of the other one" "$alice" "delete: mail; mail: alice@branch.example"
	modifies 50 tom "is none by a group of another tom" "$zoe" "add: mail; mail: tom@branch.example"

	# Rights come and go with the group and the domain's names, and nothing is restarted.
	modifies 0 admin0 "gives a domain another name" "$acme" "add: associatedDomain; associatedDomain: acme.org"
	modifies 0 anna "has it at once" "$alice" "add: mail; mail: alice@acme.org"
	modifies 0 anna "takes it back" "$alice" "delete: mail; mail: alice@acme.org"
	modifies 0 admin0 "makes tom a user administrator" "cn=acme.example,$groups" "add: member; member: uid=tom,$admins"
	modifies 0 tom "is one" "$alice" "add: mail; mail: tom@acme.example"
	modifies 0 admin0 "and no more" "cn=acme.example,$groups" "delete: member; member: uid=tom,$admins"
	modifies 50 tom "is none" "$alice" "delete: mail; mail: tom@acme.example"
	modifies 0 anna "takes the last address of a user" "$carol" "delete: mail; mail: carol@acme.example"
	# In the tree he stands below his domain; elsewhere nothing says that he was of it.
	case $shape in
	tree) modifies 0 anna "gives it back" "$carol" "add: mail; mail: carol@acme.example" ;;
	flat) modifies 50 anna "cannot give it back" "$carol" "add: mail; mail: carol@acme.example" ;;
	esac
}

super_administrator()
{
	modifies 0 $1 "writes a domain" "$branch" "replace: relaisSplitRelay; relaisSplitRelay: [192.0.2.9]; -; replace: description; description: x"
	modifies 0 $1 "writes any user" "$zoe" "replace: mail; mail: z@branch.example; -; replace: cn; cn: Z; -; replace: userPassword; userPassword: demo"
	modifies 0 $1 "sets a third-party user's password" "$bob" "replace: userPassword; userPassword: demo"
	printf 'dn: uid=new,%s\nobjectClass: inetOrgPerson\nuid: new\ncn: n\nsn: n\nmail: new@acme.example\n' \
		"${alice#*,}" >"$tmp/new"
	does 0 $1 "adds a user" ldapadd -f "$tmp/new"
	does 0 $1 "renames him" ldapmodrdn -r "uid=new,${alice#*,}" uid=newer
	does 0 $1 "deletes him" ldapdelete "uid=newer,${alice#*,}"
	printf 'dn: cn=lyon.example,%s\nobjectClass: groupOfNames\ncn: lyon.example\nmember: uid=tom,%s\n' \
		"$groups" "$admins" >"$tmp/new"
	does 0 $1 "adds a group" ldapadd -f "$tmp/new"
	does 0 $1 "deletes it" ldapdelete "cn=lyon.example,$groups"
}

holds()
{
	local who
	shape=$1
	alice=$(user alice acme.example)
	bob=$(user bob acme.example)
	carol=$(user carol acme.example)
	elodie=$(user elodie acme.example)
	max=$(user max acme.example)
	luc=$(user luc lyon.example)
	zoe=$(user zoe branch.example)
	more >"$tmp/more.ldif"
	for i in $(seq 600); do
		printf '\ndn: ou=u0%d,ou=people,dc=demo\nobjectClass: organizationalUnit\nou: u0%d\n' "$i" "$i"
	done >>"$tmp/more.ldif"
	ok "$shape: starts" tests/slapd start "$tmp/$shape" "$shape" "$tmp/more.ldif"
	uri=$(cat "$tmp/$shape/uri")
	for who in admin0 anna rita tom; do
		reads "$who"
	done
	is "$shape: nobody sees nothing" "$(count '' '(objectClass=*)')" 0
	is "$shape: a user sees himself only" "$(values "$alice" "$alice" relaisRouting)$(values "$alice" "cn=acme.example,$groups" member)$(values "$alice" "$bob" mail)" "internal "
	for who in anna rita tom '' "$luc"; do
		sees_no_passwords "$who"
	done
	for who in anna rita; do
		only_super "$who"
		ways_round "$who"
	done
	# A user administrator's own users are as little a reader's.
	for who in rita tom "$alice" "$luc"; do
		modifies 50 "$who" "adds an address" "$alice" "add: mail; mail: al@acme.example"
		modifies 50 "$who" "sets a routing" "$alice" "replace: relaisRouting; relaisRouting: none"
		modifies 50 "$who" "adds the class" "$elodie" "add: objectClass; objectClass: relaisUser"
		modifies 50 "$who" "selects an address" "$bob" "add: relaisThirdPartyAddress; relaisThirdPartyAddress: bd@acme.example"
	done
	only_super ''
	only_super "$luc"
	user_administrator
	super_administrator admin0
	super_administrator admin1
	modifies 0 anna "changes his own password" "uid=anna,$admins" "replace: userPassword; userPassword: demo"
	tests/slapd stop "$tmp/$shape"
}

holds tree
holds flat
shape=bare
alice=uid=alice,$acme
ok "bare: starts" env SLAPD_BARE=1 tests/slapd start "$tmp/bare" tree
uri=$(cat "$tmp/bare/uri")
malformed
modifies 0 anna "writes an address" "$alice" "add: mail; mail: a.l-x_y@acme.test"
finish
