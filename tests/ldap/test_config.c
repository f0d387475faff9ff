/* Reading relais.conf: the example of the manual, and every way to get it wrong. */
#include "tests/ldap/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/sys/config.h"
#include "core/sys/host.h"

static char dir[] = "/tmp/rc.XXXXXX";
static char path[64];

static void write_bytes(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static bool load_text(const char *text, struct settings *s, struct err *err)
{
	write_bytes(text, strlen(text));
	return config_load(path, s, err);
}

/* ---- good ones ---------------------------------------------------------------- */

static const char example[] =
	"directory {\n"
	"  uri      = {\"ldapi://%2Frun%2Fslapd%2Fldapi\", \"ldaps://ldap2.example\"}   # "
	"in order\n"
	"  base     = \"dc=demo\"\n"
	"  auth     = \"external\"            # external | simple\n"
	"  bind_dn  = \"uid=%s,ou=admins,dc=demo\"     # simple: %s is the name typed\n"
	"  starttls = false\n"
	"  ca_file  = \"\"\n"
	"}\n"
	"domains { base = \"ou=domains,dc=demo\"  filter = \"(objectClass=relaisDomain)\" "
	"}\n"
	"users {\n"
	"  base      = \"%D\"                 # the domain entry's DN; or one DN for a "
	"flat tree\n"
	"  filter    = \"(objectClass=inetOrgPerson)\"\n"
	"  addresses = {\"mail\"}             # attributes that hold addresses\n"
	"  default_routing = \"none\"         # of a user without relaisRouting: none | "
	"internal\n"
	"}\n"
	"mail { local_names = {}  local_addresses = {}  local_ports = {25}  "
	"recipient_delimiter = \"+\" }\n"
	"postfix { uri = {}  bind_dn = \"\"  password_file = \"\" }   # what Postfix "
	"itself uses\n";

static void the_example(void **state)
{
	struct settings s;
	struct err err = {0};

	(void)state;
	if (!load_text(example, &s, &err))
		fail_msg("line %ld, %s: %s", err.number, err.arg[1], err.arg[2]);
	assert_int_equal(s.directory.uri.n, 2);
	assert_string_equal(s.directory.uri.v[0], "ldapi://%2Frun%2Fslapd%2Fldapi");
	assert_string_equal(s.directory.uri.v[1], "ldaps://ldap2.example");
	assert_string_equal(s.directory.base, "dc=demo");
	assert_int_equal(s.directory.auth, AUTH_EXTERNAL);
	assert_string_equal(s.directory.bind_dn, "uid=%s,ou=admins,dc=demo");
	assert_false(s.directory.starttls);
	assert_string_equal(s.directory.ca_file, "");
	assert_string_equal(s.directory.accesslog, "cn=accesslog");
	assert_string_equal(s.domains.base, "ou=domains,dc=demo");
	assert_string_equal(s.domains.filter, "(objectClass=relaisDomain)");
	assert_string_equal(s.users.base, "%D");
	assert_string_equal(s.users.filter, "(objectClass=inetOrgPerson)");
	assert_int_equal(s.users.addresses.n, 1);
	assert_string_equal(s.users.addresses.v[0], "mail");
	assert_int_equal(s.users.default_routing, ROUTING_NONE);
	assert_int_equal(s.mail.local_names.n, 0);
	assert_int_equal(s.mail.local_addresses.n, 0);
	assert_int_equal(s.mail.local_ports.n, 1);
	assert_int_equal(s.mail.local_ports.v[0], 25);
	assert_string_equal(s.mail.recipient_delimiter, "+");
	assert_int_equal(s.postfix.uri.n, 0);
	assert_string_equal(s.postfix.bind_dn, "");
	assert_string_equal(s.postfix.password_file, "");
	settings_release(&s);
}

static void every_key_is_taken(void **state)
{
	static const char text[] =
		"# comments of all three kinds\r\n"
		"// and\r\n"
		"/* of two\r\n   lines */ directory {\r\n"
		"uri = {ldap://one:389, 'ldaps://[2001:db8::1]:636/'} uri += "
		"{\"ldapi:///\"}\r\n"
		"base = 'o=Soci\303\251t\303\251' auth = simple\r\n"
		"bind_dn = \"cn=%s+ou=x,o=a\\\\,b\" starttls = yes ca_file = /etc/ca.pem "
		"}\r\n"
		"directory { accesslog = 'cn=log,o=x' }\r\n"
		"provider { uri = {\"ldaps://p1\", ldap://p2:1389} auth = external\r\n"
		"bind_dn = 'cn=%s,o=p' password_file = /etc/p starttls = on "
		"ca_file = /etc/p.pem }\r\n"
		"domains { base = \"OU=D,O=x\" filter = '(&(objectClass=a)(!(cn=\\28x*)))' "
		"}\r\n"
		"users { base = \"ou=people,o=x\" filter = "
		"\"(|(uid:2.4.6:=x)(a;lang-fr>=1)(&))\"\r\n"
		"addresses = {mail, mailAlternateAddress, 1.2.3} default_routing = "
		"internal }\r\n"
		"mail { local_names = {mx1.example} local_addresses = {192.0.2.1, "
		"\"2001:db8::1\"}\r\n"
		"local_ports = {} recipient_delimiter = \"\"\r\n"
		"probe_sender = 'probe@mx1.example' relay_ca_file = /etc/relays.pem }\r\n"
		"postfix { uri = {ldap://localhost} bind_dn = \"cn=postfix,o=x\"\r\n"
		"password_file = /etc/secret }\r\n"
		"session { lock_after = 1440 state_folder = /var/lib/relais }\r\n";
	struct settings s;
	struct err err = {0};

	(void)state;
	if (!load_text(text, &s, &err))
		fail_msg("line %ld, %s: %s %s", err.number, err.arg[1], err.arg[2],
			err.server);
	assert_int_equal(s.directory.uri.n, 3);
	assert_string_equal(s.directory.uri.v[0], "ldap://one:389");
	assert_string_equal(s.directory.uri.v[1], "ldaps://[2001:db8::1]:636/");
	assert_string_equal(s.directory.uri.v[2], "ldapi:///");
	assert_string_equal(s.directory.base, "o=Soci\303\251t\303\251");
	assert_int_equal(s.directory.auth, AUTH_SIMPLE);
	assert_string_equal(s.directory.bind_dn, "cn=%s+ou=x,o=a\\,b");
	assert_true(s.directory.starttls);
	assert_string_equal(s.directory.ca_file, "/etc/ca.pem");
	assert_string_equal(s.directory.accesslog, "cn=log,o=x");
	assert_int_equal(s.provider.uri.n, 2);
	assert_string_equal(s.provider.uri.v[1], "ldap://p2:1389");
	assert_int_equal(s.provider.auth, AUTH_EXTERNAL);
	assert_string_equal(s.provider.bind_dn, "cn=%s,o=p");
	assert_string_equal(s.provider.password_file, "/etc/p");
	assert_true(s.provider.starttls);
	assert_string_equal(s.provider.ca_file, "/etc/p.pem");
	assert_string_equal(s.domains.base, "OU=D,O=x");
	assert_string_equal(s.domains.filter, "(&(objectClass=a)(!(cn=\\28x*)))");
	assert_string_equal(s.users.base, "ou=people,o=x");
	assert_string_equal(s.users.filter, "(|(uid:2.4.6:=x)(a;lang-fr>=1)(&))");
	assert_int_equal(s.users.addresses.n, 3);
	assert_string_equal(s.users.addresses.v[1], "mailAlternateAddress");
	assert_string_equal(s.users.addresses.v[2], "1.2.3");
	assert_int_equal(s.users.default_routing, ROUTING_INTERNAL);
	assert_string_equal(s.mail.local_names.v[0], "mx1.example");
	assert_int_equal(s.mail.local_addresses.n, 2);
	assert_int_equal(s.mail.local_ports.n, 0);
	assert_string_equal(s.mail.recipient_delimiter, "");
	assert_string_equal(s.mail.probe_sender, "probe@mx1.example");
	assert_string_equal(s.mail.relay_ca_file, "/etc/relays.pem");
	assert_string_equal(s.postfix.uri.v[0], "ldap://localhost");
	assert_string_equal(s.postfix.bind_dn, "cn=postfix,o=x");
	assert_string_equal(s.postfix.password_file, "/etc/secret");
	assert_int_equal(s.session.lock_after, 1440);
	assert_string_equal(s.session.state_folder, "/var/lib/relais");
	settings_release(&s);
}

static void what_is_not_said_has_its_default(void **state)
{
	struct settings s;

	(void)state;
	assert_true(load_text("directory { base = \"dc=x\" }", &s, NULL));
	assert_int_equal(s.directory.uri.n, 1);
	assert_string_equal(s.directory.uri.v[0], "ldapi://%2Frun%2Fslapd%2Fldapi");
	assert_string_equal(s.domains.base, "dc=x"); /* the directory's */
	assert_string_equal(s.domains.filter, "(objectClass=relaisDomain)");
	assert_string_equal(s.users.base, "%D");
	assert_string_equal(settings_user_search_base(&s), "dc=x");
	assert_int_equal(s.mail.local_ports.n, 1);
	settings_release(&s);
}

static void defaults(void **state)
{
	static const struct {
		const char *section, *name, *value;
	} cases[] = {
		{"directory", "uri", "{\"ldapi://%2Frun%2Fslapd%2Fldapi\"}"},
		{"directory", "base", "\"\""},
		{"directory", "auth", "\"external\""},
		{"directory", "bind_dn", "\"\""},
		{"directory", "starttls", "false"},
		{"directory", "ca_file", "\"\""},
		{"directory", "accesslog", "\"cn=accesslog\""},
		{"directory", "transactions", "false"},
		{"provider", "uri", "{}"},
		{"provider", "auth", "\"simple\""},
		{"provider", "bind_dn", "\"\""},
		{"provider", "password_file", "\"\""},
		{"provider", "starttls", "false"},
		{"provider", "ca_file", "\"\""},
		{"domains", "base", "\"\""},
		{"domains", "filter", "\"(objectClass=relaisDomain)\""},
		{"users", "base", "\"%D\""},
		{"users", "filter", "\"(objectClass=inetOrgPerson)\""},
		{"users", "addresses", "{\"mail\"}"},
		{"users", "default_routing", "\"none\""},
		{"mail", "local_names", "{}"},
		{"mail", "local_addresses", "{}"},
		{"mail", "local_ports", "{25}"},
		{"mail", "recipient_delimiter", "\"+\""},
		{"mail", "probe_sender", "\"double-bounce\""},
		{"mail", "relay_ca_file", "\"\""},
		{"postfix", "uri", "{}"},
		{"postfix", "bind_dn", "\"\""},
		{"postfix", "password_file", "\"\""},
		{"session", "lock_after", "15"},
		{"session", "state_folder", "\"\""},
	};
	struct buf value = BUF_INIT;

	(void)state;
	assert_int_equal(CONFIG_KEYS, COUNT_OF(cases));
	for (size_t i = 0; i < CONFIG_KEYS; i++) {
		buf_reset(&value);
		config_default(&config_keys[i], &value);
		assert_string_equal(config_keys[i].section, cases[i].section);
		assert_string_equal(config_keys[i].name, cases[i].name);
		assert_string_equal(value.s, cases[i].value);
	}
	buf_release(&value);
}

/* ---- bad ones ----------------------------------------------------------------- */

#define A_DN "a distinguished name, such as \"ou=domains,dc=example\""
#define A_FILTER "a search filter in parentheses, such as \"(objectClass=person)\""
#define A_URI                                                                             \
	"ldap://, ldaps:// or ldapi:// and a host (for ldapi the socket's path, %2F for " \
	"/)"
#define CLEAN "UTF-8 without control characters (\\\\ for a backslash)"
#define OK "directory { base = 'dc=x' }\n"

static const struct bad {
	const char *name, *text;
	enum err_code code;
	long line;
	const char *key, *expected, *words;
} bad[] = {
	{"unknown key", "directory {\n\n  bse = \"dc=x\"\n}\n", ERR_CONFIG_UNKNOWN, 3,
		"directory.bse", "", ""},
	{"unknown section", OK "\nrelays {\n}\n", ERR_CONFIG_UNKNOWN, 3, "relays", "", ""},
	{"key outside of its section", OK "base = \"dc=x\"\n", ERR_CONFIG_UNKNOWN, 2,
		"base", "", ""},
	{"key of another section", "users {\n  uri = {a}\n}\n", ERR_CONFIG_UNKNOWN, 2,
		"users.uri", "", ""},
	{"libconfuse's path notation", OK "directory|auth = simple\n", ERR_CONFIG_UNKNOWN,
		2, "auth", "", ""},
	{"line after a block comment", "/* a\n b */ /* c */\ndirectory { x = 1 }",
		ERR_CONFIG_UNKNOWN, 3, "directory.x", "", ""},
	{"line after a string of two lines",
		"mail {\n recipient_delimiter = \"\\\n\"\n x = 1 }", ERR_CONFIG_UNKNOWN, 4,
		"mail.x", "", ""},
	{"line in a list", "mail { local_ports = {\n 25,\n 0 } }", ERR_CONFIG_VALUE, 3,
		"mail.local_ports", "a port from 1 to 65535", ""},
	{"a list where one is wanted", "directory {\nbase = {\"dc=x\"}\n}",
		ERR_CONFIG_SYNTAX, 2, "", "", "unexpected token '{'"},
	{"no equal sign", "directory {\n base \"dc=x\"\n}", ERR_CONFIG_SYNTAX, 2, "", "",
		"missing equal sign after option 'base'"},
	{"a DN without quotes", "directory {\n base = dc=x\n}", ERR_CONFIG_VALUE, 2,
		"directory.base", A_DN, ""},
	{"brace missing", OK "users {\n filter = \"(cn=a)\"\n\n", ERR_CONFIG_SYNTAX, 2, "",
		"", "a section without end"},
	{"list without end", "\nmail { local_ports = {25 }\n", ERR_CONFIG_SYNTAX, 2, "", "",
		"a section without end"},
	{"brace too many", OK "}\n", ERR_CONFIG_SYNTAX, 2, "", "",
		"unexpected closing brace"},
	{"string without end", "directory {\n base = \"dc=x\n\n\n}\n", ERR_CONFIG_SYNTAX, 2,
		"", "", "a string or comment without end"},
	{"comment without end", OK "\n/* and so on\n", ERR_CONFIG_SYNTAX, 3, "", "",
		"a string or comment without end"},
	{"twice", "directory {\n base = 'dc=x'\n base = 'dc=y'\n}", ERR_CONFIG_VALUE, 3,
		"directory.base", "to be said only once", ""},
	{"twice, in two sections", OK "directory { base = 'dc=y' }\n", ERR_CONFIG_VALUE, 2,
		"directory.base", "to be said only once", ""},
	{"list twice", "users { addresses = {mail, a} }\nusers { addresses = {mail} }",
		ERR_CONFIG_VALUE, 2, "users.addresses", "to be said only once", ""},
	{"backslash by itself", "users {\n filter = \"(cn=\\28a)\" }", ERR_CONFIG_SYNTAX, 2,
		"", "", "bad escape sequence '\\28'"},
	{"control character", "users {\n filter = \"(cn=\\1)\" }", ERR_CONFIG_VALUE, 2,
		"users.filter", CLEAN, ""},
	{"line end inside", "directory { base = \"dc=x\n\" }", ERR_CONFIG_VALUE, 2,
		"directory.base", CLEAN, ""},
	{"not UTF-8", "directory { base = \"o=Soci\351t\351\" }", ERR_CONFIG_VALUE, 1,
		"directory.base", CLEAN, ""},
	{"auth", "directory { auth = kerberos }", ERR_CONFIG_VALUE, 1, "directory.auth",
		"\"external\", \"simple\", \"scram\" or \"gssapi\"", ""},
	{"auth in capitals", "directory { auth = Simple }", ERR_CONFIG_VALUE, 1,
		"directory.auth", "\"external\", \"simple\", \"scram\" or \"gssapi\"", ""},
	{"lock_after: more than a day", OK "session {\n lock_after = 1441\n}",
		ERR_CONFIG_VALUE, 3, "session.lock_after",
		"minutes, 1440 at most; 0 for never", ""},
	{"lock_after: no number", OK "session {\n lock_after = -1\n}", ERR_CONFIG_VALUE, 3,
		"session.lock_after", "minutes, 1440 at most; 0 for never", ""},
	{"state_folder: no path", OK "session {\n state_folder = \"~/x\"\n}",
		ERR_CONFIG_VALUE, 3, "session.state_folder", "a path that begins with /",
		""},
	{"starttls", "directory {\n starttls = maybe\n}", ERR_CONFIG_VALUE, 2,
		"directory.starttls", "true or false", ""},
	{"uri: no scheme", "directory { uri = {localhost} }", ERR_CONFIG_VALUE, 1,
		"directory.uri", A_URI, ""},
	{"uri: another scheme", "directory { uri = {\"http://x\"} }", ERR_CONFIG_VALUE, 1,
		"directory.uri", A_URI, ""},
	{"uri: socket path with slashes", "directory { uri = {\"ldapi:///run/ldapi\"} }",
		ERR_CONFIG_VALUE, 1, "directory.uri", A_URI, ""},
	{"uri: base in it", "directory { uri = {\"ldap://x/dc=y\"} }", ERR_CONFIG_VALUE, 1,
		"directory.uri", A_URI, ""},
	{"uri: two in one", "directory { uri = {\"ldap://x ldap://y\"} }", ERR_CONFIG_VALUE,
		1, "directory.uri", A_URI, ""},
	{"uri: none", "directory {\n base = 'dc=x'\n uri = {}\n}", ERR_CONFIG_VALUE, 3,
		"directory.uri", "at least one", ""},
	{"uri: none, among look-alikes",
		"# uri\nusers { filter = '(uri=uri)' }\n/* uri */ "
		"directory { ca_file = \"/uri\"\n base = 'uri=uri' uri\n = {} }",
		ERR_CONFIG_VALUE, 4, "directory.uri", "at least one", ""},
	{"no base", "\n\ndirectory { auth = external }", ERR_CONFIG_VALUE, 0,
		"directory.base", A_DN, ""},
	{"an empty file", "", ERR_CONFIG_VALUE, 0, "directory.base", A_DN, ""},
	{"base: empty", "directory {\n base = \"\"\n}", ERR_CONFIG_VALUE, 2,
		"directory.base", A_DN, ""},
	{"base: no DN", "directory { base = \"example.org\" }", ERR_CONFIG_VALUE, 1,
		"directory.base", A_DN, ""},
	{"base: half a DN", "directory { base = \"dc=x,y\" }", ERR_CONFIG_VALUE, 1,
		"directory.base", A_DN, ""},
	{"domains.base: %D", OK "domains { base = \"%D\" }", ERR_CONFIG_VALUE, 2,
		"domains.base", A_DN, ""},
	{"users.base: %D and more", OK "users { base = \"ou=people,%D\" }",
		ERR_CONFIG_VALUE, 2, "users.base", "\"%D\" or " A_DN, ""},
	{"bind_dn: name twice", "directory { bind_dn = \"uid=%s,cn=%s\" }",
		ERR_CONFIG_VALUE, 1, "directory.bind_dn",
		"a distinguished name, with %s once where the name typed goes", ""},
	{"bind_dn: a name only", "directory { bind_dn = \"%s\" }", ERR_CONFIG_VALUE, 1,
		"directory.bind_dn",
		"a distinguished name, with %s once where the name typed goes", ""},
	{"bind_dn: missing", OK "directory {\n auth = simple }", ERR_CONFIG_VALUE, 0,
		"directory.bind_dn",
		"a distinguished name, with %s once where the name typed goes", ""},
	{"ca_file: relative", "directory { ca_file = ca.pem }", ERR_CONFIG_VALUE, 1,
		"directory.ca_file", "a path that begins with /", ""},
	{"filter: no parentheses", OK "users { filter = \"objectClass=person\" }",
		ERR_CONFIG_VALUE, 2, "users.filter", A_FILTER, ""},
	{"filter: one parenthesis", OK "users { filter = \"(a=b\" }", ERR_CONFIG_VALUE, 2,
		"users.filter", A_FILTER, ""},
	{"filter: two in a row", OK "users { filter = \"(a=b)(c=d)\" }", ERR_CONFIG_VALUE,
		2, "users.filter", A_FILTER, ""},
	{"filter: closed too early", OK "users { filter = \"(&(a=b))(c=d))\" }",
		ERR_CONFIG_VALUE, 2, "users.filter", A_FILTER, ""},
	{"filter: no value", OK "users { filter = \"(person)\" }", ERR_CONFIG_VALUE, 2,
		"users.filter", A_FILTER, ""},
	{"filter: not two", OK "users { filter = \"(!(a=b)(c=d))\" }", ERR_CONFIG_VALUE, 2,
		"users.filter", A_FILTER, ""},
	{"filter: a bare backslash", OK "users { filter = '(cn=a\\b)' }", ERR_CONFIG_VALUE,
		2, "users.filter", A_FILTER, ""},
	{"filter: no attribute", OK "domains { filter = \"(=x)\" }", ERR_CONFIG_VALUE, 2,
		"domains.filter", A_FILTER, ""},
	{"filter: a match that is none", OK "domains { filter = \"(a:+=x)\" }",
		ERR_CONFIG_VALUE, 2, "domains.filter", A_FILTER, ""},
	{"filter: a match without rule or attribute", OK "domains { filter = \"(:=x)\" }",
		ERR_CONFIG_VALUE, 2, "domains.filter", A_FILTER, ""},
	{"filter: a pattern where none may be", OK "domains { filter = \"(a>=x*)\" }",
		ERR_CONFIG_VALUE, 2, "domains.filter", A_FILTER, ""},
	{"base: a type that is none", "directory { base = \"d&c=x\" }", ERR_CONFIG_VALUE, 1,
		"directory.base", A_DN, ""},
	{"filter: empty", OK "domains { filter = \"\" }", ERR_CONFIG_VALUE, 2,
		"domains.filter", A_FILTER, ""},
	{"addresses: none", OK "users {\n addresses = {} }", ERR_CONFIG_VALUE, 3,
		"users.addresses", "at least one", ""},
	{"addresses: a space", OK "users { addresses = {\"mail \"} }", ERR_CONFIG_VALUE, 2,
		"users.addresses", "an attribute, such as \"mail\"", ""},
	{"addresses: a filter", OK "users { addresses = {\"mail=*)(cn\"} }",
		ERR_CONFIG_VALUE, 2, "users.addresses", "an attribute, such as \"mail\"",
		""},
	{"addresses: empty", OK "users { addresses = {\"\"} }", ERR_CONFIG_VALUE, 2,
		"users.addresses", "an attribute, such as \"mail\"", ""},
	{"addresses: half an OID", OK "users { addresses = {1.2.} }", ERR_CONFIG_VALUE, 2,
		"users.addresses", "an attribute, such as \"mail\"", ""},
	{"default_routing: external", OK "users { default_routing = external }",
		ERR_CONFIG_VALUE, 2, "users.default_routing", "\"none\" or \"internal\"",
		""},
	{"local_names: an address", OK "mail { local_names = {\"a@b\"} }", ERR_CONFIG_VALUE,
		2, "mail.local_names", "a host name", ""},
	{"local_addresses: a name", OK "mail { local_addresses = {mx.example} }",
		ERR_CONFIG_VALUE, 2, "mail.local_addresses", "an IPv4 or IPv6 address", ""},
	{"local_addresses: a network", OK "mail { local_addresses = {\"192.0.2.0/24\"} }",
		ERR_CONFIG_VALUE, 2, "mail.local_addresses", "an IPv4 or IPv6 address", ""},
	{"local_ports: too high", OK "mail { local_ports = {25, 65536} }", ERR_CONFIG_VALUE,
		2, "mail.local_ports", "a port from 1 to 65535", ""},
	{"local_ports: a word", OK "mail { local_ports = {smtp} }", ERR_CONFIG_VALUE, 2,
		"mail.local_ports", "a port from 1 to 65535", ""},
	{"local_ports: beyond any int", OK "mail { local_ports = {4294967321} }",
		ERR_CONFIG_VALUE, 2, "mail.local_ports", "a port from 1 to 65535", ""},
	{"local_ports: negative", OK "mail { local_ports = {-25} }", ERR_CONFIG_VALUE, 2,
		"mail.local_ports", "a port from 1 to 65535", ""},
	{"recipient_delimiter: a letter", OK "mail { recipient_delimiter = \"+x\" }",
		ERR_CONFIG_VALUE, 2, "mail.recipient_delimiter",
		"nothing, or punctuation such as \"+\"", ""},
	{"recipient_delimiter: at", OK "mail { recipient_delimiter = \"@\" }",
		ERR_CONFIG_VALUE, 2, "mail.recipient_delimiter",
		"nothing, or punctuation such as \"+\"", ""},
	{"postfix: no password", OK "postfix {\n bind_dn = \"cn=p,dc=x\" }",
		ERR_CONFIG_VALUE, 0, "postfix.password_file",
		"the file that holds the password of postfix.bind_dn", ""},
	{"postfix: an empty password_file",
		OK "postfix { bind_dn = \"cn=p,dc=x\"\n password_file = \"\" }",
		ERR_CONFIG_VALUE, 3, "postfix.password_file",
		"the file that holds the password of postfix.bind_dn", ""},
	{"provider: nobody types a password",
		OK "provider {\n uri = {\"ldaps://p\"}\n bind_dn = \"cn=p,dc=x\" }",
		ERR_CONFIG_VALUE, 0, "provider.password_file",
		"a file with the password, since directory.auth is such that nobody types "
		"one",
		""},
	{"provider: nobody types a password for scram",
		"directory { base = 'dc=x' auth = gssapi }\n"
		"provider { uri = {\"ldaps://p\"}\n auth = scram\n password_file = \"/p\" "
		"}",
		ERR_CONFIG_VALUE, 3, "provider.auth",
		"\"simple\", with a password_file, since directory.auth is such that "
		"nobody "
		"types a password",
		""},
	{"provider: a password for whom",
		OK "provider { uri = {\"ldaps://p\"}\n password_file = \"/p\" }",
		ERR_CONFIG_VALUE, 0, "provider.bind_dn",
		"the distinguished name whose password is in password_file", ""},
	{"provider: a password for whoever signs in",
		OK "provider { uri = {\"ldaps://p\"} password_file = \"/p\"\n"
		   "bind_dn = \"uid=%s,dc=x\" }",
		ERR_CONFIG_VALUE, 3, "provider.bind_dn",
		"the distinguished name whose password is in password_file", ""},
	{"provider: two names", OK "provider { bind_dn = \"uid=%s+cn=%s,dc=x\" }",
		ERR_CONFIG_VALUE, 2, "provider.bind_dn",
		"a distinguished name, with %s once where the name typed goes", ""},
	{"provider: no server", OK "provider { uri = {\"ldap1\"} }", ERR_CONFIG_VALUE, 2,
		"provider.uri",
		"ldap://, ldaps:// or ldapi:// and a host (for ldapi the socket's path, "
		"%2F "
		"for /)",
		""},
	{"starttls with several schemes",
		"directory { base = 'dc=x' starttls = on\n uri = {\"ldap://x\", "
		"\"ldaps://x\"} }",
		ERR_CONFIG_VALUE, 2, "directory.uri",
		"with starttls a Postfix table takes only ldap://; name Postfix's own in "
		"postfix.uri",
		""},
	{"starttls with several schemes of Postfix",
		"directory { base = 'dc=x' starttls = on uri = {\"ldap://x\"} }\n"
		"postfix { uri = {\"ldapi:///\", \"ldap://x\"} }",
		ERR_CONFIG_VALUE, 2, "postfix.uri",
		"with starttls a Postfix table takes only ldap://; name Postfix's own "
		"in postfix.uri",
		""},
};

static void a_bad_file(void **state)
{
	const struct bad *b = *state;
	struct settings s, before;
	struct err err = {0};

	memset(&before, 0x5a, sizeof(before));
	s = before;
	assert_false(load_text(b->text, &s, &err));
	assert_int_equal(err.code, b->code);
	assert_string_equal(err.arg[0], path);
	assert_string_equal(err.arg[1], b->key);
	assert_int_equal(err.number, b->line);
	assert_string_equal(err.arg[2], b->expected);
	assert_string_equal(err.server, b->words);
	assert_memory_equal(&s, &before, sizeof(s));
	assert_false(load_text(b->text, &s, NULL));
}

/* One mistake leaves nothing behind in libconfuse's lexer, which has global state. */
static void the_next_file_is_read_anew(void **state)
{
	struct settings s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_false(load_text(bad[i].text, &s, NULL));
		assert_true(load_text(example, &s, NULL));
		settings_release(&s);
	}
}

/* ---- what is no file of ours ------------------------------------------------------ */

static void assert_file_error(const char *file, const char *words)
{
	struct settings s;
	struct err err = {0};

	assert_false(config_load(file, &s, &err));
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.arg[0], file);
	assert_int_equal(err.number, 0);
	assert_string_equal(err.server, words);
}

static void what_cannot_be_read(void **state)
{
	char fifo[80];

	(void)state;
	assert_file_error("/tmp/no/such/relais.conf", "No such file or directory");
	assert_file_error(dir, "Is a directory");
	assert_file_error("/dev/null", "Not a regular file");
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_file_error(fifo, "Not a regular file"); /* and does not wait for a writer */
}

static void without_permission(void **state)
{
	uid_t was = geteuid();

	(void)state;
	write_bytes(OK, strlen(OK));
	assert_int_equal(chmod(path, 0), 0);
	if (was == 0)
		assert_int_equal(seteuid(65534), 0);
	assert_file_error(path, "Permission denied");
	if (was == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(unlink(path), 0);
}

static void too_big(void **state)
{
	size_t n = 300 * 1024;
	char *spaces = malloc(n);

	(void)state;
	memset(spaces, ' ', n);
	write_bytes(spaces, n);
	free(spaces);
	assert_file_error(path, "File too large");
}

static void bytes_that_are_no_text(void **state)
{
	struct settings s;
	struct err err = {0};

	(void)state;
	write_bytes(OK "\0x = 1", sizeof(OK "\0x = 1") - 1);
	assert_false(config_load(path, &s, &err));
	assert_int_equal(err.code, ERR_CONFIG_SYNTAX);
	assert_string_equal(err.server, "a NUL byte");
	/* Every prefix of a good file, and with each byte spoilt, must just be judged. */
	for (size_t i = 0; i < sizeof(example) - 1; i++) {
		char text[sizeof(example)];

		write_bytes(example, i);
		if (config_load(path, &s, NULL))
			settings_release(&s);
		memcpy(text, example, sizeof(text));
		text[i] = (char)(text[i] ^ 0x1d);
		write_bytes(text, sizeof(text) - 1);
		if (config_load(path, &s, NULL))
			settings_release(&s);
	}
}

/* ---- finding it --------------------------------------------------------------------- */

static void assert_found(const char *given, const char *want)
{
	struct err err = {0};
	char *got = config_find(given, &err);

	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

static void where_it_is(void **state)
{
	char folder[80], own[128];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/relais", dir);
	snprintf(own, sizeof(own), "%s/relais/relais.conf", dir);
	mkdir(folder, 0700);
	close(open(own, O_CREAT | O_WRONLY, 0600));
	setenv("XDG_CONFIG_HOME", dir, 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("RELAIS_CONFIG", "named.conf", 1);
	assert_found("given.conf", "given.conf");
	assert_found(NULL, "named.conf");
	setenv("RELAIS_CONFIG", "", 1);
	assert_found(NULL, own);
	unsetenv("RELAIS_CONFIG");
	assert_found(NULL, own);
	snprintf(folder, sizeof(folder), "%s/.config", dir);
	assert_int_equal(symlink(dir, folder), 0);
	snprintf(own, sizeof(own), "%s/.config/relais/relais.conf", dir);
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", dir, 1);
	assert_found(NULL, own);
}

static void nowhere(void **state)
{
	struct err err = {0};

	(void)state;
	if (access("/etc/relais/relais.conf", F_OK) == 0)
		return;
	unsetenv("RELAIS_CONFIG");
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", "/nonexistent", 1);
	assert_null(config_find(NULL, &err));
	assert_int_equal(err.code, ERR_NO_CONFIG);
	assert_string_equal(err.arg[0],
		"/nonexistent/.config/relais/relais.conf, /etc/relais/relais.conf");
	unsetenv("HOME");
	assert_null(config_find(NULL, &err));
	assert_string_equal(err.arg[0], "/etc/relais/relais.conf");
}

static void this_machine(void **state)
{
	struct strv names = {0};
	char host[256];

	(void)state;
	assert_int_equal(gethostname(host, sizeof(host)), 0);
	host_own_names(&names);
	assert_true(strv_has_case(&names, "localhost"));
	assert_true(strv_has_case(&names, "127.0.0.1"));
	assert_true(strv_has_case(&names, host));
	for (size_t i = 0; i < names.n; i++) {
		assert_null(strchr(names.v[i], '%'));
		for (size_t k = i + 1; k < names.n; k++)
			assert_string_not_equal(names.v[i], names.v[k]);
	}
	strv_release(&names);
}

/* ---- run ---------------------------------------------------------------------------- */

static int said_on_stderr;

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/relais.conf", dir);
	return 0;
}

static int remove_dir(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* libconfuse's own error function writes there; ours must not. */
static void nothing_on_stderr(void **state)
{
	struct settings s;
	struct stat st;
	char file[80];
	int saved = dup(STDERR_FILENO), fd;

	(void)state;
	snprintf(file, sizeof(file), "%s/stderr", dir);
	fd = open(file, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	dup2(fd, STDERR_FILENO);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		said_on_stderr += load_text(bad[i].text, &s, NULL);
	dup2(saved, STDERR_FILENO);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(said_on_stderr, 0);
	close(fd);
	close(saved);
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(bad) + 16] = {
		cmocka_unit_test(the_example),
		cmocka_unit_test(every_key_is_taken),
		cmocka_unit_test(defaults),
		cmocka_unit_test(what_is_not_said_has_its_default),
		cmocka_unit_test(the_next_file_is_read_anew),
		cmocka_unit_test(nothing_on_stderr),
		cmocka_unit_test(what_cannot_be_read),
		cmocka_unit_test(without_permission),
		cmocka_unit_test(too_big),
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(where_it_is),
		cmocka_unit_test(nowhere),
		cmocka_unit_test(this_machine),
	};
	size_t n = 12;

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		tests[n++] = (struct CMUnitTest){
			bad[i].name, a_bad_file, NULL, NULL, (void *)(uintptr_t)&bad[i]};
	return _cmocka_run_group_tests("config", tests, n, make_dir, remove_dir);
}
