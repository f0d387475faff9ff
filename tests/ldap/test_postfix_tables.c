/* The Postfix tables: their text, written here by hand from the README's table of maps, and
 * how they come into their folder. */
#include "tests/ldap/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "ldap/postfix.h"

static char dir[64];

static void set(char **field, const char *value)
{
	free(*field);
	*field = xstrdup(value);
}

static void set_list(struct strv *list, const char *a, const char *b)
{
	strv_release(list);
	strv_add(list, a);
	if (b)
		strv_add(list, b);
}

/* Users below their domain, on this machine, nobody signed in. */
static void tree_settings(struct settings *s)
{
	settings_init(s);
	set(&s->domains.base, "ou=domains,dc=demo");
}

/* Users in one node, two servers reached by TLS, two attributes, percent signs. */
static void flat_settings(struct settings *s)
{
	settings_init(s);
	set_list(&s->directory.uri, "ldap://one.example", NULL);
	s->directory.starttls = true;
	set(&s->directory.ca_file, "/etc/ssl/ca.pem");
	set(&s->domains.base, "ou=mail 50%,dc=demo");
	set(&s->domains.filter, "(&(objectClass=relaisDomain)(description=100%))");
	set(&s->users.base, "ou=people%s,dc=demo");
	set(&s->users.filter, "(&(objectClass=person)(!(description=*%u*)))");
	set_list(&s->users.addresses, "mail", "mailAlternateAddress");
	s->users.default_routing = ROUTING_INTERNAL;
	set(&s->mail.recipient_delimiter, "");
	set_list(&s->postfix.uri, "ldaps://one.example", "ldaps://two.example:636");
	set(&s->postfix.bind_dn, "cn=postfix,dc=demo");
}

static const struct row {
	const char *name, *table;
	void (*settings)(struct settings *s);
	const char *text;
} rows[] = {
#define LOCAL                                                                      \
	"server_host = ldapi://%2Frun%2Fslapd%2Fldapi\nversion = 3\ntimeout = 5\n" \
	"search_base = ou=domains,dc=demo\nscope = sub\n"
#define REMOTE                                                        \
	"server_host = ldaps://one.example ldaps://two.example:636\n" \
	"version = 3\ntimeout = 5\ntls_require_cert = yes\n"          \
	"tls_ca_cert_file = /etc/ssl/ca.pem\n"
#define BIND "bind = yes\nbind_dn = cn=postfix,dc=demo\nbind_pw = secret %s $word\n"
#define DOMAINS REMOTE "search_base = ou=mail 50%%,dc=demo\nscope = sub\n"
#define PEOPLE REMOTE "search_base = ou=people%%s,dc=demo\nscope = sub\n"
#define RELAY "(|(relaisSplitRelay=[*])(relaisSplitRelay=[*]:*))"
	{"tree: domains", "domains", tree_settings,
		LOCAL
		"query_filter = (&(objectClass=relaisDomain)(associatedDomain=%s))\n"
		"result_attribute = associatedDomain\nresult_format = OK\nbind = no\n"},
	{"tree: internal", "internal", tree_settings,
		LOCAL "query_filter = (&(mail=%u@%d)(objectClass=inetOrgPerson)"
		      "(relaisRouting=internal))\n"
		      "result_attribute = entryDN\nresult_format = :\nexpansion_limit = 1\n"
		      "bind = no\n"},
	{"tree: thirdparty", "thirdparty", tree_settings,
		LOCAL
		"query_filter = (&(relaisThirdPartyAddress=%u@%d)"
		"(relaisRouting=external))\n"
		"result_attribute = entryDN\nresult_format = %D\nexpansion_limit = 1\n"
		"bind = no\n"},
	{"tree: relay", "relay", tree_settings,
		LOCAL "query_filter = (&(objectClass=relaisDomain)" RELAY
		      "(associatedDomain=%s))\n"
		      "result_attribute = relaisSplitRelay\nresult_format = relay:%s\n"
		      "expansion_limit = 1\nbind = no\n"},
	{"tree: norelay", "norelay", tree_settings,
		LOCAL "query_filter = (&(relaisThirdPartyAddress=%u@%d)"
		      "(relaisRouting=external))\n"
		      "result_attribute = entryDN\n"
		      "result_format = retry:4.3.5 no relay is set for this domain\n"
		      "bind = no\n"},
	{"tree: unknownrelay", "unknownrelay", tree_settings,
		LOCAL "query_filter = (&(objectClass=relaisDomain)"
		      "(relaisForwardUnknown=TRUE)" RELAY "(associatedDomain=%s))\n"
		      "result_attribute = relaisSplitRelay\nresult_format = relay:%s\n"
		      "expansion_limit = 1\nbind = no\n"},
	{"tree: recipients", "recipients", tree_settings,
		LOCAL "query_filter = (|(&(mail=%u@%d)(objectClass=inetOrgPerson)"
		      "(relaisRouting=internal))"
		      "(&(relaisThirdPartyAddress=%u@%d)(relaisRouting=external)))\n"
		      "result_attribute = entryDN\nresult_format = OK\nbind = no\n"},
	{"tree: unknown", "unknown", tree_settings,
		LOCAL "query_filter = (&(objectClass=relaisDomain)"
		      "(relaisForwardUnknown=TRUE)" RELAY "(associatedDomain=%d))\n"
		      "result_attribute = relaisForwardUnknown\nresult_format = OK\n"
		      "bind = no\n"},
	{"tree: known", "known", tree_settings,
		LOCAL
		"query_filter = (|(&(mail=%u@%d)(objectClass=inetOrgPerson)"
		"(relaisRouting=internal))"
		"(&(relaisThirdPartyAddress=%u@%d)(relaisRouting=external)))\n"
		"result_attribute = entryDN\nresult_format = permit_auth_destination\n"
		"bind = no\n"},
	{"tree: verify", "verify", tree_settings,
		LOCAL "query_filter = (&(objectClass=relaisDomain)"
		      "(relaisForwardUnknown=TRUE)" RELAY "(associatedDomain=%d))\n"
		      "result_attribute = relaisForwardUnknown\n"
		      "result_format = reject_unverified_recipient\nbind = no\n"},
	{"flat: domains", "domains", flat_settings,
		DOMAINS "query_filter = (&(&(objectClass=relaisDomain)(description=100%%))"
			"(associatedDomain=%s))\n"
			"result_attribute = associatedDomain\nresult_format = OK\n" BIND},
	{"flat: internal", "internal", flat_settings,
		PEOPLE "query_filter = (&(|(mail=%u@%d)(mailAlternateAddress=%u@%d))"
		       "(&(objectClass=person)(!(description=*%%u*)))"
		       "(!(relaisRouting=external))(!(relaisRouting=none)))\n"
		       "result_attribute = entryDN\nresult_format = :\nexpansion_limit = "
		       "1\n" BIND},
	{"flat: thirdparty", "thirdparty", flat_settings,
		PEOPLE "query_filter = (&(relaisThirdPartyAddress=%u@%d)"
		       "(relaisRouting=external))\n"
		       "result_attribute = entryDN\nresult_format = %D\nexpansion_limit = "
		       "1\n" BIND},
	{"flat: relay", "relay", flat_settings,
		DOMAINS
		"query_filter = (&(&(objectClass=relaisDomain)(description=100%%))" RELAY
		"(associatedDomain=%s))\n"
		"result_attribute = relaisSplitRelay\nresult_format = relay:%s\n"
		"expansion_limit = 1\n" BIND},
	{"flat: norelay", "norelay", flat_settings,
		PEOPLE
		"query_filter = (&(relaisThirdPartyAddress=%u@%d)"
		"(relaisRouting=external))\n"
		"result_attribute = entryDN\n"
		"result_format = retry:4.3.5 no relay is set for this domain\n" BIND},
	{"flat: unknownrelay", "unknownrelay", flat_settings,
		DOMAINS "query_filter = (&(&(objectClass=relaisDomain)(description=100%%))"
			"(relaisForwardUnknown=TRUE)" RELAY "(associatedDomain=%s))\n"
			"result_attribute = relaisSplitRelay\nresult_format = relay:%s\n"
			"expansion_limit = 1\n" BIND},
	{"flat: recipients", "recipients", flat_settings,
		PEOPLE "query_filter = (|(&(|(mail=%u@%d)(mailAlternateAddress=%u@%d))"
		       "(&(objectClass=person)(!(description=*%%u*)))"
		       "(!(relaisRouting=external))(!(relaisRouting=none)))"
		       "(&(relaisThirdPartyAddress=%u@%d)(relaisRouting=external)))\n"
		       "result_attribute = entryDN\nresult_format = OK\n" BIND},
	{"flat: unknown", "unknown", flat_settings,
		DOMAINS
		"query_filter = (&(&(objectClass=relaisDomain)(description=100%%))"
		"(relaisForwardUnknown=TRUE)" RELAY "(associatedDomain=%d))\n"
		"result_attribute = relaisForwardUnknown\nresult_format = OK\n" BIND},
	{"flat: known", "known", flat_settings,
		PEOPLE "query_filter = (|(&(|(mail=%u@%d)(mailAlternateAddress=%u@%d))"
		       "(&(objectClass=person)(!(description=*%%u*)))"
		       "(!(relaisRouting=external))(!(relaisRouting=none)))"
		       "(&(relaisThirdPartyAddress=%u@%d)(relaisRouting=external)))\n"
		       "result_attribute = entryDN\nresult_format = "
		       "permit_auth_destination\n" BIND},
	{"flat: verify", "verify", flat_settings,
		DOMAINS "query_filter = (&(&(objectClass=relaisDomain)(description=100%%))"
			"(relaisForwardUnknown=TRUE)" RELAY "(associatedDomain=%d))\n"
			"result_attribute = relaisForwardUnknown\n"
			"result_format = reject_unverified_recipient\n" BIND},
};

static void a_table(void **state)
{
	const struct row *r = *state;
	struct buf text = BUF_INIT;
	struct settings s;
	const char *end;

	r->settings(&s);
	assert_true(postfix_table(r->table, &s, "secret %s $word", &text));
	assert_int_equal(strncmp(text.s, "# Written by relais", 19), 0);
	end = strchr(text.s, '\n');
	assert_non_null(end);
	assert_string_equal(end + 1, r->text);
	buf_release(&text);
	settings_release(&s);
}

static void no_such_table(void **state)
{
	struct buf text = BUF_INIT;
	struct settings s;

	(void)state;
	tree_settings(&s);
	assert_false(postfix_table("Domains", &s, "", &text));
	assert_int_equal(text.len, 0);
	settings_release(&s);
}

/* STARTTLS is for ldap:// servers; the others are left as they are. */
static void which_kind_of_tls(void **state)
{
	static const struct {
		const char *uri;
		bool starttls;
		const char *want;
	} kinds[] = {
		{"ldap://x", true, "start_tls = yes\ntls_require_cert = yes\nsearch_base"},
		{"LDAP://x", true, "start_tls = yes\ntls_require_cert = yes\nsearch_base"},
		{"ldap://x", false, "timeout = 5\nsearch_base"},
		{"ldaps://x", true, "timeout = 5\ntls_require_cert = yes\nsearch_base"},
		{"ldaps://x", false, "timeout = 5\ntls_require_cert = yes\nsearch_base"},
		{"ldapi:///", true, "timeout = 5\nsearch_base"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct buf text = BUF_INIT;
		struct settings s;

		tree_settings(&s);
		set_list(&s.directory.uri, kinds[i].uri, NULL);
		s.directory.starttls = kinds[i].starttls;
		assert_true(postfix_table("domains", &s, "", &text));
		if (!strstr(text.s, kinds[i].want))
			fail_msg("%s: %s", kinds[i].uri, text.s);
		buf_release(&text);
		settings_release(&s);
	}
}

/* ---- main.cf ---------------------------------------------------------------------- */

static char *read_text(const char *name)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	char block[4096];
	size_t n;
	FILE *f;

	buf_printf(&path, "%s/%s", dir, name);
	f = fopen(path.s, "r");
	if (!f)
		fail_msg("%s", path.s);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	fclose(f);
	buf_release(&path);
	return buf_detach(&text);
}

/* The lines that are neither comment nor empty. */
static char *without_comments(char *text)
{
	struct buf out = BUF_INIT;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (*line != '#')
			buf_printf(&out, "%s\n", line);
	free(text);
	return buf_detach(&out);
}

static bool write_tables(const struct settings *s, struct err *err)
{
	struct strv written = {0};
	bool ok = postfix_write(dir, s, &written, err);

	assert_int_equal(written.n, ok ? 12 : 0);
	strv_release(&written);
	return ok;
}

static void the_fragment(void **state)
{
	/* @ is the folder. */
	static const char want[] =
		"virtual_mailbox_domains = proxy:ldap:@/ldap-domains.cf\n"
		"virtual_mailbox_maps = proxy:ldap:@/ldap-recipients.cf, "
		"proxy:ldap:@/ldap-unknown.cf\n"
		"transport_maps = proxy:ldap:@/ldap-internal.cf, "
		"proxy:pipemap:{ldap:@/ldap-thirdparty.cf,ldap:@/ldap-relay.cf}, "
		"proxy:ldap:@/ldap-norelay.cf, proxy:ldap:@/ldap-unknownrelay.cf\n"
		"smtpd_relay_restrictions = reject_unlisted_recipient, "
		"check_recipient_access proxy:ldap:@/ldap-known.cf, "
		"check_recipient_access proxy:ldap:@/ldap-verify.cf, permit_mynetworks, "
		"permit_sasl_authenticated, reject_unauth_destination\n"
		"recipient_delimiter = +-\n"
		"unverified_recipient_reject_code = 550\n"
		"address_verify_negative_expire_time = 2m\n"
		"address_verify_negative_refresh_time = 2m\n"
		"address_verify_positive_refresh_time = 1h\n";
	struct buf expected = BUF_INIT, comment = BUF_INIT;
	struct settings s;
	char *text;

	(void)state;
	tree_settings(&s);
	set(&s.mail.recipient_delimiter, "+-");
	assert_true(write_tables(&s, NULL));
	for (const char *c = want; *c; c++)
		if (*c == '@')
			buf_puts(&expected, dir);
		else
			buf_putc(&expected, *c);
	text = without_comments(read_text("main.cf.relais"));
	assert_string_equal(text, expected.s);
	free(text);
	text = read_text("main.cf.relais");
	buf_printf(&comment,
		"\n#\tpostconf -P 'relay/unix/smtp_delivery_status_filter=regexp:"
		"%s/relay-status.regexp'\n",
		dir);
	assert_non_null(strstr(text, comment.s));
	free(text);
	text = without_comments(read_text("relay-status.regexp"));
	assert_string_equal(text, "/^5(\\.4\\.[46] .*)/ 4$1\n"
				  "/^5(\\.3\\.0 unable to look up host .*)/ 4$1\n");
	free(text);
	set(&s.mail.recipient_delimiter, "");
	assert_true(write_tables(&s, NULL));
	text = read_text("main.cf.relais");
	assert_non_null(strstr(text, "\nrecipient_delimiter =\n"));
	free(text);
	settings_release(&s);
	buf_release(&expected);
	buf_release(&comment);
}

/* ---- files ------------------------------------------------------------------------ */

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
	int fd = open(in_dir(name), O_CREAT | O_TRUNC | O_WRONLY, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static struct stat stat_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(in_dir(name), &st), 0);
	return st;
}

static size_t files_in_dir(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void with_password(struct settings *s, const char *text, mode_t mode)
{
	tree_settings(s);
	set(&s->postfix.bind_dn, "cn=postfix,dc=demo");
	put("password", text, mode);
	set(&s->postfix.password_file, in_dir("password"));
}

static void modes_without_a_password(void **state)
{
	struct settings s;
	mode_t mask = umask(077);

	(void)state;
	tree_settings(&s);
	assert_true(write_tables(&s, NULL));
	umask(mask);
	assert_int_equal(stat_of("ldap-domains.cf").st_mode, S_IFREG | 0644);
	assert_int_equal(stat_of("main.cf.relais").st_mode, S_IFREG | 0644);
	assert_int_equal(files_in_dir(), 12); /* and no temporary one */
	settings_release(&s);
}

static void modes_with_a_password(void **state)
{
	static const char *const names[] = {"domains", "internal", "thirdparty", "relay",
		"norelay", "unknownrelay", "recipients", "unknown", "known", "verify"};
	struct settings s;
	char name[64], *text;

	(void)state;
	with_password(&s, "pa ss=#1\n", 0600);
	assert_true(write_tables(&s, NULL));
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(name, sizeof(name), "ldap-%s.cf", names[i]);
		assert_int_equal(stat_of(name).st_mode, S_IFREG | 0640);
		text = read_text(name);
		assert_non_null(strstr(text, "\nbind_dn = cn=postfix,dc=demo\n"
					     "bind_pw = pa ss=#1\n"));
		free(text);
	}
	assert_int_equal(stat_of("main.cf.relais").st_mode, S_IFREG | 0644);
	text = read_text("main.cf.relais");
	assert_null(strstr(text, "pa ss"));
	free(text);
	settings_release(&s);
}

static void the_group_stays(void **state)
{
	struct settings s;
	struct stat st;

	(void)state;
	if (geteuid() != 0) {
		skip();
		return;
	}
	with_password(&s, "secret", 0600);
	assert_true(write_tables(&s, NULL));
	assert_int_equal(chown(in_dir("ldap-relay.cf"), 0, 12345), 0);
	st = stat_of("ldap-relay.cf");
	assert_true(write_tables(&s, NULL));
	assert_int_equal(stat_of("ldap-relay.cf").st_gid, 12345);
	assert_int_equal(stat_of("ldap-relay.cf").st_mode, S_IFREG | 0640);
	assert_true(stat_of("ldap-relay.cf").st_ino != st.st_ino); /* renamed into place */
	assert_int_equal(stat_of("ldap-known.cf").st_gid, getegid());
	settings_release(&s);
}

/* One foreign file, the last to be written, and nothing is written. */
static void a_foreign_file(void **state)
{
	static const char *const foreign[] = {"", "# Written by somebody\n",
		"\n# Written by relais", "# Written by relai"};
	struct settings s;
	struct err err;
	char *text;

	(void)state;
	tree_settings(&s);
	for (size_t i = 0; i < COUNT_OF(foreign); i++) {
		put("main.cf.relais", foreign[i], 0600);
		err = (struct err){0};
		assert_false(write_tables(&s, &err));
		assert_int_equal(err.code, ERR_NOT_OURS);
		assert_string_equal(err.arg[0], in_dir("main.cf.relais"));
		assert_int_equal(files_in_dir(), 1);
		text = read_text("main.cf.relais");
		assert_string_equal(text, foreign[i]);
		free(text);
	}
	put("main.cf.relais", "# Written by relais, long ago\nx", 0600);
	assert_true(write_tables(&s, NULL));
	settings_release(&s);
}

static void what_is_no_file(void **state)
{
	struct settings s;
	struct err err = {0};

	(void)state;
	tree_settings(&s);
	put("elsewhere", "# Written by relais\n", 0600);
	assert_int_equal(symlink("elsewhere", in_dir("ldap-relay.cf")), 0);
	assert_false(write_tables(&s, &err));
	assert_int_equal(err.code, ERR_NOT_OURS);
	assert_string_equal(err.arg[0], in_dir("ldap-relay.cf"));
	assert_int_equal(unlink(in_dir("ldap-relay.cf")), 0);
	assert_int_equal(mkdir(in_dir("ldap-relay.cf"), 0700), 0);
	assert_false(write_tables(&s, &err));
	assert_int_equal(err.code, ERR_NOT_OURS);
	assert_int_equal(rmdir(in_dir("ldap-relay.cf")), 0);
	assert_int_equal(mkfifo(in_dir("ldap-relay.cf"), 0600), 0);
	assert_false(write_tables(&s, &err)); /* and does not wait for a writer */
	assert_int_equal(err.code, ERR_NOT_OURS);
	settings_release(&s);
}

static void refused_passwords(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		enum err_code code;
	} files[] = {
		{"secret", 0604, ERR_PERMISSIONS},
		{"secret", 0602, ERR_PERMISSIONS},
		{"secret", 0644, ERR_PERMISSIONS},
		{"secret", 0640, ERR_PERMISSIONS},
		{"secret", 0420, ERR_PERMISSIONS},
		{"", 0600, ERR_FILE},
		{"\nsecret\n", 0600, ERR_FILE},
		{" secret\n", 0600, ERR_FILE},
		{"secret \n", 0600, ERR_FILE},
		{"sec\tret\n", 0600, ERR_FILE},
	};
	struct settings s;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		with_password(&s, files[i].text, files[i].mode);
		err = (struct err){0};
		assert_false(write_tables(&s, &err));
		assert_int_equal(err.code, files[i].code);
		assert_string_equal(err.arg[0], in_dir("password"));
		assert_int_equal(files_in_dir(), 1);
		settings_release(&s);
	}
	with_password(&s, "secret", 0400);
	assert_true(write_tables(&s, NULL));
	set(&s.postfix.password_file, in_dir("no such file"));
	assert_false(write_tables(&s, &err));
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.server, "No such file or directory");
	set(&s.postfix.password_file, dir);
	assert_false(write_tables(&s, &err));
	assert_int_equal(err.code, ERR_FILE);
	settings_release(&s);
}

static void a_password_of_any_length(void **state)
{
	struct buf password = BUF_INIT;
	struct settings s;
	char *text;

	(void)state;
	for (int i = 0; i < 255; i++)
		buf_putc(&password, (char)('a' + i % 26));
	with_password(&s, password.s, 0600);
	assert_true(write_tables(&s, NULL));
	text = read_text("ldap-known.cf");
	assert_non_null(strstr(text, password.s));
	free(text);
	buf_putc(&password, '!'); /* never cut short */
	settings_release(&s);
	with_password(&s, password.s, 0600);
	assert_false(write_tables(&s, NULL));
	settings_release(&s);
	buf_release(&password);
}

static void a_password_across_the_network(void **state)
{
	static const struct {
		const char *uri;
		bool starttls, ok;
	} uris[] = {
		{"ldap://ldap.example", false, false},
		{"ldap://ldap.example", true, true},
		{"ldap://127.0.0.1.example", false, false},
		{"ldap://127.0.0.1:389", false, true},
		{"ldap://localhost/", false, true},
		{"ldap://localhost.example", false, false},
		{"ldap://[::1]:389", false, true},
		{"ldap:///", false, true},
		{"ldaps://ldap.example", false, true},
		{"ldapi:///", false, true},
	};
	struct settings s;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(uris); i++) {
		with_password(&s, "secret", 0600);
		set_list(&s.postfix.uri, uris[i].uri, NULL);
		s.directory.starttls = uris[i].starttls;
		err = (struct err){0};
		if (write_tables(&s, &err) != uris[i].ok)
			fail_msg("%s: %d", uris[i].uri, err.code);
		if (!uris[i].ok) {
			assert_int_equal(err.code, ERR_CLEARTEXT);
			assert_string_equal(err.arg[0], uris[i].uri);
		}
		settings_release(&s);
	}
}

static void folders(void **state)
{
	struct strv written = {0};
	struct settings s;
	struct err err = {0};
	char *text;

	(void)state;
	tree_settings(&s);
	assert_int_equal(chdir(dir), 0);
	assert_true(postfix_write("made", &s, &written, &err));
	assert_int_equal(written.n, 12);
	assert_string_equal(written.v[0], in_dir("made/ldap-domains.cf"));
	text = read_text("made/main.cf.relais"); /* paths in it are absolute */
	assert_non_null(strstr(text, "\nvirtual_mailbox_domains = proxy:ldap:/tmp/"));
	free(text);
	strv_release(&written);
	assert_false(postfix_write("no/such", &s, &written, &err));
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.arg[0], "no/such");
	assert_string_equal(err.server, "No such file or directory");
	put("file", "x", 0600);
	assert_false(postfix_write("file", &s, &written, &err));
	assert_int_equal(err.code, ERR_FILE);
	assert_false(postfix_write("a folder", &s, &written, &err));
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.server, "main.cf cannot hold such a path");
	assert_int_equal(chdir("/"), 0);
	settings_release(&s);
}

/* When the last of the files cannot be written, the first is as it was. */
static void all_or_nothing(void **state)
{
	uid_t was = geteuid();
	struct settings s;
	struct err err = {0};
	struct stat before;

	(void)state;
	tree_settings(&s);
	assert_true(write_tables(&s, NULL));
	before = stat_of("ldap-domains.cf");
	assert_int_equal(chmod(dir, 0555), 0);
	if (was == 0)
		assert_int_equal(seteuid(65534), 0);
	assert_false(write_tables(&s, &err));
	if (was == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(err.code, ERR_FILE);
	assert_string_equal(err.server, "Permission denied");
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(stat_of("ldap-domains.cf").st_ino, before.st_ino);
	assert_int_equal(files_in_dir(), 12);
	settings_release(&s);
}

/* ---- run -------------------------------------------------------------------------- */

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/rp.XXXXXX");
	return mkdtemp(dir) && chmod(dir, 0755) == 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows) + 16] = {
		cmocka_unit_test(no_such_table),
		cmocka_unit_test(which_kind_of_tls),
		IN_DIR(the_fragment),
		IN_DIR(modes_without_a_password),
		IN_DIR(modes_with_a_password),
		IN_DIR(the_group_stays),
		IN_DIR(a_foreign_file),
		IN_DIR(what_is_no_file),
		IN_DIR(refused_passwords),
		IN_DIR(a_password_of_any_length),
		IN_DIR(a_password_across_the_network),
		IN_DIR(folders),
		IN_DIR(all_or_nothing),
	};
	size_t n = 13;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[n++] = (struct CMUnitTest){
			rows[i].name, a_table, NULL, NULL, (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("postfix tables", tests, n, NULL, NULL);
}
