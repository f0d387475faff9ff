#include "ldap/postfix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/query.h"
#include "core/schema.h"
#include "ldap/passfile.h"

/* What every file of ours begins with, and no other is ever overwritten. */
#define MARK "# Written by relais"

/* ---- tables ------------------------------------------------------------------- */

enum question { HOLDER_INTERNAL, HOLDER_EXTERNAL, HOLDER_ANY, DOMAIN_NAMED };

struct table {
	const char *name;
	const char *about;
	enum question question;
	const char *domain;    /* DOMAIN_NAMED: the name asked for, expanded by Postfix */
	const char *condition; /* DOMAIN_NAMED: what else must hold */
	const char *attribute;
	const char *result;
	bool single; /* more than one entry is an error: 451, nowhere until mended */
};

/* The result attribute must exist once on whatever is found: entryDN.  "%u@%d" for "%s":
 * a key without "@" then costs no search. */
static const struct table tables[] = {
	{"domains", "Which domains are hosted here.", DOMAIN_NAMED, "%s", "", ATTR_DOMAIN,
		"OK", false},
	{"internal", "Users whose mailbox is here: \":\" leaves them to virtual_transport.",
		HOLDER_INTERNAL, NULL, NULL, "entryDN", ":", true},
	{"thirdparty",
		"Addresses that go to the other system: the domain, for ldap-relay.cf.",
		HOLDER_EXTERNAL, NULL, NULL, "entryDN", "%D", true},
	{"relay", "The relay of a split domain.", DOMAIN_NAMED, "%s", FILTER_RELAY_SET,
		ATTR_RELAY, "relay:%s", true},
	{"norelay",
		"Third-party addresses in a domain without relay: the sender keeps them.",
		HOLDER_EXTERNAL, NULL, NULL, "entryDN",
		"retry:4.3.5 no relay is set for this domain", false},
	{"unknownrelay", "The relay of a domain that forwards unknown addresses.",
		DOMAIN_NAMED, "%s", FILTER_FORWARDS, ATTR_RELAY, "relay:%s", true},
	{"recipients", "Addresses that exist: a mailbox here or on the other system.",
		HOLDER_ANY, NULL, NULL, "entryDN", "OK", false},
	{"unknown", "Any address of a domain that forwards unknown ones.", DOMAIN_NAMED,
		"%d", FILTER_FORWARDS, ATTR_FORWARD, "OK", false},
	{"known", "Known recipients need no verification.", HOLDER_ANY, NULL, NULL,
		"entryDN", "permit_auth_destination", false},
	{"verify", "Unknown ones exist when the relay says so.", DOMAIN_NAMED, "%d",
		FILTER_FORWARDS, ATTR_FORWARD, "reject_unverified_recipient", false},
};

/* "%" as it stands: ldap_table(5) expands it in search_base and query_filter. */
static char *without_expansion(const char *value)
{
	struct buf out = BUF_INIT;

	for (; *value; value++) {
		if (*value == '%')
			buf_putc(&out, '%');
		buf_putc(&out, *value);
	}
	return buf_detach(&out);
}

static void add_filter(const struct table *t, const struct settings *s, struct buf *out)
{
	struct settings escaped = *s; /* borrows everything but the two filters */
	char *address = (char[]){"%u@%d"}, *domain = (char *)t->domain;
	struct strv addresses = {.v = &address, .n = 1}, names = {.v = &domain, .n = 1};
	char *plain = without_expansion(s->domains.filter);
	struct buf domains = BUF_INIT;

	buf_printf(&domains, "%s%s", plain, t->condition ? t->condition : "");
	escaped.domains.filter = domains.s;
	escaped.users.filter = without_expansion(s->users.filter);
	switch (t->question) {
	case HOLDER_INTERNAL:
		query_route_internal(&escaped, &addresses, out);
		break;
	case HOLDER_EXTERNAL:
		query_route_external(&addresses, out);
		break;
	case HOLDER_ANY:
		buf_puts(out, "(|");
		query_route_internal(&escaped, &addresses, out);
		query_route_external(&addresses, out);
		buf_putc(out, ')');
		break;
	case DOMAIN_NAMED:
		query_domains_named(&escaped, &names, out);
		break;
	}
	free(escaped.users.filter);
	free(plain);
	buf_release(&domains);
}

static const struct strv *uris(const struct settings *s)
{
	return s->postfix.uri.n ? &s->postfix.uri : &s->directory.uri;
}

static bool has_scheme(const char *uri, const char *scheme)
{
	return strncasecmp(uri, scheme, strlen(scheme)) == 0;
}

/* One switch for all of a table's servers; config_load() refuses a mixed list. */
static bool uses_starttls(const struct settings *s)
{
	for (size_t i = 0; i < uris(s)->n; i++)
		if (!has_scheme(uris(s)->v[i], "ldap://"))
			return false;
	return s->directory.starttls;
}

static void add_server(const struct settings *s, struct buf *out)
{
	bool tls = uses_starttls(s);

	buf_puts(out, "server_host =");
	for (size_t i = 0; i < uris(s)->n; i++) {
		buf_printf(out, " %s", uris(s)->v[i]);
		tls = tls || has_scheme(uris(s)->v[i], "ldaps://");
	}
	buf_puts(out, "\nversion = 3\ntimeout = 5\n");
	if (uses_starttls(s))
		buf_puts(out, "start_tls = yes\n");
	if (tls)
		buf_puts(out, "tls_require_cert = yes\n");
	if (tls && *s->directory.ca_file)
		buf_printf(out, "tls_ca_cert_file = %s\n", s->directory.ca_file);
}

/* The password comes last: what is appended after it might leave copies of it in memory
 * that is not wiped. */
static void add_table(const struct table *t, const struct settings *s, const char *password,
	struct buf *out)
{
	bool on_domain = t->question == DOMAIN_NAMED;
	char *base = without_expansion(
		on_domain ? s->domains.base : settings_user_search_base(s));

	buf_printf(out, MARK ": changes made here are lost.  %s\n", t->about);
	add_server(s, out);
	buf_printf(out, "search_base = %s\nscope = sub\nquery_filter = ", base);
	add_filter(t, s, out);
	buf_printf(out, "\nresult_attribute = %s\nresult_format = %s\n", t->attribute,
		t->result);
	if (t->single)
		buf_puts(out, "expansion_limit = 1\n");
	if (*s->postfix.bind_dn)
		buf_printf(out, "bind = yes\nbind_dn = %s\nbind_pw = %s\n",
			s->postfix.bind_dn, password);
	else
		buf_puts(out, "bind = no\n");
	free(base);
}

bool postfix_table(
	const char *name, const struct settings *s, const char *password, struct buf *out)
{
	for (size_t i = 0; i < COUNT_OF(tables); i++)
		if (strcmp(tables[i].name, name) == 0) {
			add_table(&tables[i], s, password, out);
			return true;
		}
	return false;
}

/* ---- main.cf ------------------------------------------------------------------ */

#define STATUS_FILE "relay-status.regexp"

/* "@NAME@" is a table, "@@" the directory, "@+@" the delimiter. */
/* clang-format off */
static const char main_cf[] =
MARK ": changes made here are lost.  What main.cf needs, for\n"
"#\n"
"#	chgrp postfix @@/ldap-*.cf\n"
"#	postconf -e \"proxy_read_maps = $(postconf -h proxy_read_maps) $(postconf -hx proxy_read_maps) \\\n"
"#	    $(grep -o 'proxy:[lp][^ ]*[^ ,]' @@/main.cf.relais | tr '\\n' ' ')\"\n"
"#	postfix reload\n"
"#	grep '^[a-z]' @@/main.cf.relais | xargs -d '\\n' postconf -e\n"
"#	postconf -P 'relay/unix/smtp_delivery_status_filter=regexp:@@/" STATUS_FILE "'\n"
"#	postconf -P 'smtp/inet/max_use=1'\n"
"#	postfix reload\n"
"#\n"
"# The first reload makes way for the second: a smtpd that starts between postconf and reload\n"
"# asks a proxymap of before for tables of now, and one in a session the other way round.\n"
"# Where they are not allowed to both, smtpd dies and nobody is answered for a minute\n"
"# (service_throttle_time).\n"
"#\n"
"# Both -P are lines of master.cf:\n"
"# - On the relay service only: without it a relay whose name does not resolve for a while,\n"
"#   or whose address is an IPv6 one with inet_protocols = ipv4, bounces mail instead of\n"
"#   deferring it.\n"
"# - smtpd remembers what it found for a sender and a recipient as long as it lives, and 451\n"
"#   while the directory was away too.  One process a connection sees every change at once,\n"
"#   for some 8 ms of processor; a busy server may take more than 1.\n"
"#\n"
"# - Local delivery is by LMTP, for example virtual_transport = lmtp:unix:private/dovecot-lmtp.\n"
"#   virtual(8) reads what these tables answer as paths: it does not work with them.\n"
"# - A hosted domain must be neither in mydestination nor in virtual_alias_domains nor equal\n"
"#   myhostname or myorigin: Postfix would take it for its own without a word.\n"
"# - A service of master.cf that sets smtpd_relay_restrictions itself, as submission and\n"
"#   submissions do, needs the first three restrictions below in it too, in front:\n"
"#	-o { smtpd_relay_restrictions = @submission@, permit_sasl_authenticated, reject }\n"
"# - The relays must accept the sender of a probe, address_verify_sender.\n"
"# - \"proxy:\" since smtpd may be chrooted, away from the directory's socket.\n"
"\n"
"virtual_mailbox_domains = @domains@\n"
"virtual_mailbox_maps = @recipients@, @unknown@\n"
"# The first that answers: a mailbox here, the relay of a third-party user's domain, none\n"
"# set there, the relay of a domain that forwards unknown addresses.\n"
"transport_maps = @internal@, proxy:pipemap:{@:thirdparty@,@:relay@}, @norelay@, @unknownrelay@\n"
"# For outside, submission and own networks alike, before any of them is let through.\n"
"smtpd_relay_restrictions = @submission@, permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination\n"
"recipient_delimiter =@+@\n"
"# \"Mailbox doesn't exist\" at once; and a refusal is not remembered for three hours.\n"
"unverified_recipient_reject_code = 550\n"
"address_verify_negative_expire_time = 2m\n"
"address_verify_negative_refresh_time = 2m\n"
"address_verify_positive_refresh_time = 1h\n";
/* clang-format on */

static const char submission[] =
	"reject_unlisted_recipient, check_recipient_access @known@, "
	"check_recipient_access @verify@";

/* clang-format off */
static const char status_filter[] =
MARK ": changes made here are lost.  For smtp_delivery_status_filter of\n"
"# the relay service in master.cf: a relay whose name does not resolve, or to nothing this\n"
"# machine can reach (an IPv6 address with inet_protocols = ipv4), defers mail.\n"
"/^5(\\.4\\.[46] .*)/ 4$1\n"
"/^5(\\.3\\.0 unable to look up host .*)/ 4$1\n";
/* clang-format on */

static void expand(
	const char *text, const char *dir, const struct settings *s, struct buf *out)
{
	for (const char *at; (at = strchr(text, '@')); text = strchr(at + 1, '@') + 1) {
		const char *word = at + 1;
		int n = (int)strcspn(word, "@");

		buf_add(out, text, (size_t)(at - text));
		if (n == 0)
			buf_puts(out, dir);
		else if (*word == '+')
			buf_printf(out, "%s%s", *s->mail.recipient_delimiter ? " " : "",
				s->mail.recipient_delimiter);
		else if (strncmp(word, "submission@", 11) == 0)
			expand(submission, dir, s, out);
		else if (*word == ':')
			buf_printf(out, "ldap:%s/ldap-%.*s.cf", dir, n - 1, word + 1);
		else
			buf_printf(out, "proxy:ldap:%s/ldap-%.*s.cf", dir, n, word);
	}
	buf_puts(out, text);
}

/* ---- files -------------------------------------------------------------------- */

struct file {
	char *path;
	char *temporary; /* NULL before it is written and after it was renamed */
	struct buf text;
	mode_t mode;
};

struct files {
	struct file *v;
	size_t n, cap;
};

static bool fail_file(struct err *err, const char *path)
{
	return err_set(err, ERR_FILE, 0, strerror(errno), path, NULL);
}

static struct buf *files_add(
	struct files *files, const char *dir, const char *name, mode_t mode)
{
	struct file *f = array_add(files);
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", dir, name);
	f->path = buf_detach(&path);
	f->mode = mode;
	buf_init(&f->text);
	return &f->text;
}

static void files_release(struct files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		struct file *f = &files->v[i];

		if (f->temporary)
			unlink(f->temporary);
		free(f->temporary);
		free(f->path);
		explicit_bzero(f->text.s, f->text.len);
		buf_release(&f->text);
	}
	array_free(files);
}

/* Nothing there, or a file that begins with our mark: it may be replaced. */
static bool file_is_ours(const char *path, struct err *err)
{
	char start[sizeof(MARK) - 1];
	struct stat st;
	ssize_t n = 0;
	int fd;

	if (lstat(path, &st) != 0)
		return errno == ENOENT || fail_file(err, path);
	if (S_ISREG(st.st_mode)) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			return fail_file(err, path);
		n = read(fd, start, sizeof(start));
		close(fd);
	}
	if (n != (ssize_t)sizeof(start) || memcmp(start, MARK, sizeof(start)) != 0)
		return err_set(err, ERR_NOT_OURS, 0, NULL, path, NULL);
	return true;
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return true;
}

/* Writes the text beside its place, with the group of the file it will replace: the
 * administrator gave that file to Postfix's group. */
static bool file_prepare(struct file *f, struct err *err)
{
	struct buf path = BUF_INIT;
	struct stat st;
	bool ok;
	int fd;

	buf_printf(&path, "%s.XXXXXX", f->path);
	fd = mkostemp(path.s, O_CLOEXEC);
	if (fd < 0) {
		buf_release(&path);
		return fail_file(err, f->path);
	}
	f->temporary = buf_detach(&path);
	ok = (lstat(f->path, &st) != 0 || fchown(fd, (uid_t)-1, st.st_gid) == 0) &&
	     fchmod(fd, f->mode) == 0 && write_all(fd, f->text.s, f->text.len) &&
	     fsync(fd) == 0;
	if (!ok)
		fail_file(err, f->path);
	if (close(fd) != 0 && ok)
		ok = fail_file(err, f->path);
	return ok;
}

static bool files_write(struct files *files, struct strv *written, struct err *err)
{
	for (size_t i = 0; i < files->n; i++)
		if (!file_is_ours(files->v[i].path, err))
			return false;
	for (size_t i = 0; i < files->n; i++)
		if (!file_prepare(&files->v[i], err))
			return false;
	for (size_t i = 0; i < files->n; i++) {
		struct file *f = &files->v[i];

		if (rename(f->temporary, f->path) != 0)
			return fail_file(err, f->path);
		free(f->temporary);
		f->temporary = NULL;
		strv_add(written, f->path);
	}
	return true;
}

/* ---- password ----------------------------------------------------------------- */

/* A line of a table holds it, where white space around it is lost. */
static bool password_fits(const char *password)
{
	size_t n = strlen(password);

	for (const char *c = password; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '\177')
			return false;
	return n > 0 && n <= PASSFILE_MAX && password[0] != ' ' && password[n - 1] != ' ';
}

static bool password_load(const char *path, char out[PASSFILE_MAX + 2], struct err *err)
{
	if (!passfile_read(path, out, err))
		return false;
	return password_fits(out) ||
	       err_set(err, ERR_FILE, 0,
		       "No password on its first line that a Postfix table can hold", path,
		       NULL);
}

/* ldap:// to this machine.  By what it says, not by what a name resolves to. */
static bool is_loopback(const char *uri)
{
	static const char *const hosts[] = {"", "localhost", "[::1]"};
	const char *host = uri + strlen("ldap://");
	size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");

	for (size_t i = 0; i < COUNT_OF(hosts); i++)
		if (strlen(hosts[i]) == n && has_scheme(host, hosts[i]))
			return true;
	return has_scheme(host, "127.") && strspn(host, "0123456789.") == n;
}

static bool password_is_covered(const struct settings *s, struct err *err)
{
	if (s->directory.starttls)
		return true;
	for (size_t i = 0; i < uris(s)->n; i++)
		if (has_scheme(uris(s)->v[i], "ldap://") && !is_loopback(uris(s)->v[i]))
			return err_set(err, ERR_CLEARTEXT, 0, NULL, uris(s)->v[i], NULL);
	return true;
}

/* ---- all of it ---------------------------------------------------------------- */

static void files_fill(struct files *files, const char *dir, const struct settings *s,
	const char *password)
{
	char name[64];

	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		snprintf(name, sizeof(name), "ldap-%s.cf", tables[i].name);
		add_table(&tables[i], s, password,
			files_add(files, dir, name, *s->postfix.bind_dn ? 0640 : 0644));
	}
	buf_puts(files_add(files, dir, STATUS_FILE, 0644), status_filter);
	expand(main_cf, dir, s, files_add(files, dir, "main.cf.relais", 0644));
}

/* The directory as main.cf names it.  Made when it is not there; NULL with *err. */
static char *directory_open(const char *dir, struct err *err)
{
	char *real;

	if (mkdir(dir, 0755) != 0 && errno != EEXIST) {
		fail_file(err, dir);
		return NULL;
	}
	real = realpath(dir, NULL);
	if (!real) {
		fail_file(err, dir);
		return NULL;
	}
	if (strpbrk(real, " \t\r\n,{}$'\"\\:@")) {
		err_set(err, ERR_FILE, 0, "main.cf cannot hold such a path", real, NULL);
		free(real);
		return NULL;
	}
	return real;
}

bool postfix_write(
	const char *dir, const struct settings *s, struct strv *written, struct err *err)
{
	char password[PASSFILE_MAX + 2] = "";
	struct files files = {0};
	char *real = NULL;
	bool ok = true;

	if (*s->postfix.bind_dn)
		ok = password_is_covered(s, err) &&
		     password_load(s->postfix.password_file, password, err);
	ok = ok && (real = directory_open(dir, err));
	if (ok) {
		files_fill(&files, real, s, password);
		ok = files_write(&files, written, err);
	}
	explicit_bzero(password, sizeof(password));
	files_release(&files);
	free(real);
	return ok;
}
