#include "core/sys/config.h"

#include <arpa/inet.h>
#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/dn.h"
#include "core/text.h"

#define SYSTEM_PATH "/etc/relais/relais.conf"
#define MAX_FILE (256 * 1024)
#define MAX_FILTER_DEPTH 32
#define UNKNOWN_KEY "no such option '%s'" /* libconfuse's msgid */

/* ---- what a value may be ------------------------------------------------------ */

static bool is_dn(const char *s)
{
	struct buf type = BUF_INIT, value = BUF_INIT;
	bool ok = *s != '\0';

	while (ok && *s) {
		ok = dn_rdn(s, &type, &value);
		s = dn_parent(s);
	}
	buf_release(&type);
	buf_release(&value);
	return ok;
}

static bool is_users_base(const char *s)
{
	return strcmp(s, "%D") == 0 || is_dn(s);
}

static bool is_login_dn(const char *s)
{
	const char *first = strstr(s, "%s");

	return is_dn(s) && (!first || !strstr(first + 2, "%s"));
}

static bool is_dn_or_empty(const char *s)
{
	return !*s || is_dn(s);
}

static bool is_path_or_empty(const char *s)
{
	return !*s || (*s == '/' && s[1]);
}

/* An attribute description (RFC 4512 section 2.5): a name or a numeric OID, options. */
static const char *skip_attribute(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char digits[] = "0123456789";
	static const char words[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-";
	size_t n;

	if (strspn(s, letters)) {
		s += strspn(s, words);
	} else {
		for (; (n = strspn(s, digits)) > 0; s++) {
			s += n;
			if (*s != '.')
				break;
		}
		if (n == 0)
			return NULL;
	}
	for (; *s == ';'; s += 1 + n)
		if ((n = strspn(s + 1, words)) == 0)
			return NULL;
	return s;
}

static bool is_attribute(const char *s)
{
	const char *end = skip_attribute(s);

	return end && !*end;
}

/* One "attribute=value" of a filter (RFC 4515 section 3), up to its ")". */
static const char *skip_filter_item(const char *s)
{
	if (*s != ':' && !(s = skip_attribute(s)))
		return NULL;
	if (*s == ':')
		s += strcspn(s, "=()\\* ");
	else
		s += strspn(s, "~<>") == 1;
	if (*s++ != '=')
		return NULL;
	for (; *s && *s != ')'; s++)
		if (*s == '(' ||
			(*s == '\\' && strspn(s + 1, "0123456789abcdefABCDEF") < 2))
			return NULL;
	return s;
}

/* NULL where it goes wrong, else what comes after it. */
static const char *skip_filter(const char *s, int depth)
{
	bool negated = s[0] == '(' && s[1] == '!';

	if (*s++ != '(' || depth == MAX_FILTER_DEPTH)
		return NULL;
	if (negated)
		s = skip_filter(s + 1, depth + 1);
	else if (*s == '&' || *s == '|')
		for (s++; s && *s == '(';)
			s = skip_filter(s, depth + 1);
	else
		s = skip_filter_item(s);
	return s && *s == ')' ? s + 1 : NULL;
}

static bool is_filter(const char *s)
{
	const char *end = skip_filter(s, 0);

	return end && !*end;
}

static bool is_port(const char *s)
{
	return *s && strlen(s) <= 5 && s[strspn(s, "0123456789")] == '\0' && atoi(s) >= 1 &&
	       atoi(s) <= 65535;
}

/* scheme://host[:port][/]; for ldapi the host is a percent-encoded path.  Nothing after
 * it: base and filter have keys of their own. */
static bool is_uri(const char *s)
{
	static const char *const schemes[] = {"ldap://", "ldaps://", "ldapi://"};
	const char *host = NULL, *end;

	for (size_t i = 0; i < COUNT_OF(schemes) && !host; i++)
		if (strncasecmp(s, schemes[i], strlen(schemes[i])) == 0)
			host = s + strlen(schemes[i]);
	if (!host || strpbrk(host, " ,\"<>\\?#{}"))
		return false;
	end = host + strcspn(host, "/");
	return !*end || !end[1];
}

static bool is_address(const char *s)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, bytes) == 1 || inet_pton(AF_INET6, s, bytes) == 1;
}

static bool is_host_name(const char *s)
{
	return *s && strlen(s) < 254 && !strpbrk(s, " ,:;@[](){}<>\"'\\/%");
}

static bool is_delimiters(const char *s)
{
	return s[strspn(s, "!#%&*+-./:;<=>?^_|~")] == '\0';
}

/* ---- the keys ----------------------------------------------------------------- */

enum kind { KIND_TEXT, KIND_WORDS, KIND_FLAG, KIND_PORTS, KIND_AUTH, KIND_ROUTING };

struct key {
	const char *section, *name;
	enum kind kind;
	size_t at; /* in struct settings */
	bool (*valid)(const char *value);
	const char *expected;
};

#define AT(member) offsetof(struct settings, member)
#define A_DN "a distinguished name, such as \"ou=domains,dc=example\""
#define A_FILTER "a search filter in parentheses, such as \"(objectClass=person)\""
#define A_PATH "a path that begins with /"
#define A_FLAG "true or false"
#define A_URI                                                                             \
	"ldap://, ldaps:// or ldapi:// and a host (for ldapi the socket's path, %2F for " \
	"/)"

static const struct key keys[] = {
	{"directory", "uri", KIND_WORDS, AT(directory.uri), is_uri, A_URI},
	{"directory", "base", KIND_TEXT, AT(directory.base), is_dn, A_DN},
	{"directory", "auth", KIND_AUTH, AT(directory.auth), NULL,
		"\"external\" or \"simple\""},
	{"directory", "bind_dn", KIND_TEXT, AT(directory.bind_dn), is_login_dn,
		"a distinguished name, with %s once where the name typed goes"},
	{"directory", "starttls", KIND_FLAG, AT(directory.starttls), NULL, A_FLAG},
	{"directory", "ca_file", KIND_TEXT, AT(directory.ca_file), is_path_or_empty,
		A_PATH},
	{"domains", "base", KIND_TEXT, AT(domains.base), is_dn, A_DN},
	{"domains", "filter", KIND_TEXT, AT(domains.filter), is_filter, A_FILTER},
	{"users", "base", KIND_TEXT, AT(users.base), is_users_base, "\"%D\" or " A_DN},
	{"users", "filter", KIND_TEXT, AT(users.filter), is_filter, A_FILTER},
	{"users", "addresses", KIND_WORDS, AT(users.addresses), is_attribute,
		"an attribute, such as \"mail\""},
	{"users", "default_routing", KIND_ROUTING, AT(users.default_routing), NULL,
		"\"none\" or \"internal\""},
	{"mail", "local_names", KIND_WORDS, AT(mail.local_names), is_host_name,
		"a host name"},
	{"mail", "local_addresses", KIND_WORDS, AT(mail.local_addresses), is_address,
		"an IPv4 or IPv6 address"},
	{"mail", "local_ports", KIND_PORTS, AT(mail.local_ports), is_port,
		"a port from 1 to 65535"},
	{"mail", "recipient_delimiter", KIND_TEXT, AT(mail.recipient_delimiter),
		is_delimiters, "nothing, or punctuation such as \"+\""},
	{"postfix", "uri", KIND_WORDS, AT(postfix.uri), is_uri, A_URI},
	{"postfix", "bind_dn", KIND_TEXT, AT(postfix.bind_dn), is_dn_or_empty, A_DN},
	{"postfix", "password_file", KIND_TEXT, AT(postfix.password_file), is_path_or_empty,
		A_PATH},
};

static const char *const sections[] = {"directory", "domains", "users", "mail", "postfix"};

static const struct key *key_find(const char *section, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (strcmp(keys[i].section, section) == 0 &&
			strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static bool key_is_list(const struct key *key)
{
	return key->kind == KIND_WORDS || key->kind == KIND_PORTS;
}

/* ---- one parse ---------------------------------------------------------------- */

/* libconfuse's callbacks carry no argument of ours, so the parse that is under way is
 * found through this; its lexer has one global state anyway. */
static struct load {
	const char *path;
	struct settings *settings;
	struct err *err;
	bool failed;
	bool seen[COUNT_OF(keys)];
} * loading;

static void fail(enum err_code code, int line, const char *words, const char *section,
	const char *name, const char *expected)
{
	char key[128] = "";

	if (loading->failed)
		return;
	loading->failed = true;
	if (name)
		snprintf(key, sizeof(key), "%s%s%s", section, *section ? "." : "", name);
	err_set(loading->err, code, line, words, loading->path, key,
		expected ? expected : "", NULL);
}

static void on_parser_error(cfg_t *cfg, const char *format, va_list args)
{
	bool unknown = strcmp(format, UNKNOWN_KEY) == 0 ||
		       strcmp(format, dgettext("confuse", UNKNOWN_KEY)) == 0;
	const char *section = strcmp(cfg->name, "root") == 0 ? "" : cfg->name;
	char words[256];

	if (unknown) {
		fail(ERR_CONFIG_UNKNOWN, cfg->line, NULL, section,
			va_arg(args, const char *), NULL);
		return;
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(words, sizeof(words), format, args);
#pragma GCC diagnostic pop
	fail(ERR_CONFIG_SYNTAX, cfg->line, words, section, NULL, NULL);
}

static bool store_choice(const struct key *key, const char *value)
{
	void *at = (char *)loading->settings + key->at;

	if (key->kind == KIND_AUTH) {
		*(enum auth *)at =
			strcmp(value, "simple") == 0 ? AUTH_SIMPLE : AUTH_EXTERNAL;
		return strcmp(value, "simple") == 0 || strcmp(value, "external") == 0;
	}
	*(enum routing *)at =
		strcmp(value, "internal") == 0 ? ROUTING_INTERNAL : ROUTING_NONE;
	return strcmp(value, "internal") == 0 || strcmp(value, "none") == 0;
}

/* Puts a value in its place; the first of a list takes the default's. */
static bool store_value(const struct key *key, bool first, const char *value)
{
	void *at = (char *)loading->settings + key->at;
	int flag;

	switch (key->kind) {
	case KIND_TEXT:
		free(*(char **)at);
		*(char **)at = xstrdup(value);
		return true;
	case KIND_WORDS:
		if (first)
			strv_release(at);
		strv_add(at, value);
		return true;
	case KIND_PORTS:
		if (first)
			array_free(&loading->settings->mail.local_ports);
		*array_add(&loading->settings->mail.local_ports) = (unsigned)atoi(value);
		return true;
	case KIND_FLAG:
		flag = cfg_parse_boolean(value);
		*(bool *)at = flag == 1;
		return flag == 0 || flag == 1;
	case KIND_AUTH:
	case KIND_ROUTING:
		return store_choice(key, value);
	}
	return false;
}

static bool is_clean(const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '\177')
			return false;
	return text_valid(value, strlen(value));
}

static int on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	const struct key *key = key_find(cfg->name, opt->name);
	bool *seen, first = opt->nvalues <= 1;

	*(const char **)result = value;
	if (!key) { /* "section|key", libconfuse's path notation */
		fail(ERR_CONFIG_UNKNOWN, cfg->line, NULL, "", opt->name, NULL);
		return -1;
	}
	seen = &loading->seen[key - keys];
	if (*seen && first) {
		fail(ERR_CONFIG_VALUE, cfg->line, NULL, key->section, key->name,
			"to be said only once");
		return -1;
	}
	*seen = true;
	if (!is_clean(value)) {
		fail(ERR_CONFIG_VALUE, cfg->line, NULL, key->section, key->name,
			"UTF-8 without control characters (\\\\ for a backslash)");
		return -1;
	}
	if ((key->valid && !key->valid(value)) || !store_value(key, first, value)) {
		fail(ERR_CONFIG_VALUE, cfg->line, NULL, key->section, key->name,
			key->expected);
		return -1;
	}
	return 0;
}

/* ---- the text ----------------------------------------------------------------- */

/* Where a token that begins at s ends: a string, a comment, a word or one character.
 * NULL: a string or comment that has no end.  Sets *comment. */
static char *token_end(char *s, bool *comment)
{
	char quote = *s, *end;

	*comment = *s == '#' || (*s == '/' && (s[1] == '/' || s[1] == '*'));
	if (*comment && s[1] == '*' && *s == '/') {
		end = strstr(s + 2, "*/");
		return end ? end + 2 : NULL;
	}
	if (*comment)
		return s + strcspn(s, "\n");
	if (quote == '"' || quote == '\'') {
		for (end = s + 1; *end && *end != quote; end++)
			if (*end == '\\' && end[1])
				end++;
		return *end ? end + 1 : NULL;
	}
	end = s + strcspn(s, " #\"'\t\n\r={}()+,*");
	return end > s ? end : s + 1;
}

/* Makes comments spaces, and looks for what has no end: libconfuse counts a line too many
 * for each block comment, and takes a comment or section without an end for a whole one.
 * NULL, or the words for what begins on *line. */
static const char *prepare(char *text, int *line)
{
	int depth = 0, section_line = 1, at = 1;
	bool comment;
	char *end;

	for (; *text; text = end) {
		*line = at;
		end = token_end(text, &comment);
		if (!end)
			return "a string or comment without end";
		if (*text == '{' && depth++ == 0)
			section_line = at;
		depth -= *text == '}';
		for (char *c = text; c < end; c++) {
			at += *c == '\n';
			if (comment && *c != '\n')
				*c = ' ';
		}
	}
	*line = section_line;
	return depth > 0 ? "a section without end" : NULL;
}

/* The line a key stands on (for what only shows once all is read), 0 when it does not.
 * The text has no comments and has been parsed. */
static int line_of(const char *text, const struct key *key)
{
	int line = 1, depth = 0;
	bool inside = false, comment;
	const char *end;

	for (; *text; text = end) {
		const char *want = depth == 0 ? key->section : key->name;
		size_t n;

		end = token_end((char *)text, &comment);
		n = (size_t)(end - text);
		if (strlen(want) == n && strncmp(text, want, n) == 0) {
			if (depth == 1 && inside)
				return line;
			inside = depth == 0;
		}
		depth += (*text == '{') - (*text == '}');
		for (const char *c = text; c < end; c++)
			line += *c == '\n';
	}
	return 0;
}

/* Appends the file's bytes; bounded, and never waits for a FIFO or a terminal. */
static bool read_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char chunk[8192];
	ssize_t n = -1;

	if (fd < 0)
		return err_set(err, ERR_FILE, 0, strerror(errno), path, NULL);
	errno = 0;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	while (!errno && (n = read(fd, chunk, sizeof(chunk))) > 0) {
		buf_add(out, chunk, (size_t)n);
		if (out->len > MAX_FILE)
			errno = EFBIG;
	}
	n = errno;
	close(fd);
	if (n == EINVAL)
		return err_set(err, ERR_FILE, 0, "Not a regular file", path, NULL);
	return !n || err_set(err, ERR_FILE, 0, strerror((int)n), path, NULL);
}

/* ---- all of it ---------------------------------------------------------------- */

static cfg_t *parser_new(void)
{
	cfg_opt_t options[COUNT_OF(sections)][COUNT_OF(keys) + 1];
	cfg_opt_t top[COUNT_OF(sections) + 1];
	cfg_t *cfg;

	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		cfg_opt_t *o = options[i];

		for (size_t k = 0; k < COUNT_OF(keys); k++) {
			if (strcmp(keys[k].section, sections[i]) != 0)
				continue;
			if (key_is_list(&keys[k]))
				*o++ = (cfg_opt_t)CFG_STR_LIST_CB(
					keys[k].name, NULL, CFGF_NODEFAULT, on_value);
			else
				*o++ = (cfg_opt_t)CFG_STR_CB(
					keys[k].name, NULL, CFGF_NODEFAULT, on_value);
		}
		*o = (cfg_opt_t)CFG_END();
		top[i] = (cfg_opt_t)CFG_SEC(sections[i], options[i], CFGF_NONE);
	}
	top[COUNT_OF(sections)] = (cfg_opt_t)CFG_END();
	cfg = cfg_init(top, CFGF_NONE); /* copies the options */
	if (!cfg)
		BUG("cfg_init: %s", strerror(errno));
	cfg_set_error_function(cfg, on_parser_error);
	return cfg;
}

static void fail_key(
	const char *text, const char *section, const char *name, const char *expected)
{
	const struct key *key = key_find(section, name);

	fail(ERR_CONFIG_VALUE, line_of(text, key), NULL, section, name,
		expected ? expected : key->expected);
}

/* An empty list of a key that needs an item: libconfuse reports no value then. */
static void take_empty_lists(cfg_t *cfg, const char *text)
{
	for (size_t k = 0; k < COUNT_OF(keys); k++) {
		cfg_t *section = cfg_getsec(cfg, keys[k].section);
		cfg_opt_t *opt = cfg_getopt(section, keys[k].name);
		void *at = (char *)loading->settings + keys[k].at;

		if (!key_is_list(&keys[k]) || !(opt->flags & CFGF_MODIFIED) || opt->nvalues)
			continue;
		if (at == &loading->settings->directory.uri ||
			at == &loading->settings->users.addresses)
			fail_key(text, keys[k].section, keys[k].name, "at least one");
		else if (keys[k].kind == KIND_PORTS)
			array_free(&loading->settings->mail.local_ports);
		else
			strv_release(at);
	}
}

static bool has_scheme(const struct strv *uri, const char *scheme, bool want)
{
	for (size_t i = 0; i < uri->n; i++)
		if ((strncasecmp(uri->v[i], scheme, strlen(scheme)) == 0) == want)
			return true;
	return false;
}

/* What only shows when all is read. */
static void check_together(const char *text)
{
	struct settings *s = loading->settings;
	const struct strv *uri = s->postfix.uri.n ? &s->postfix.uri : &s->directory.uri;

	if (!*s->directory.base)
		fail_key(text, "directory", "base", NULL);
	if (!*s->domains.base) {
		free(s->domains.base);
		s->domains.base = xstrdup(s->directory.base);
	}
	if (s->directory.auth == AUTH_SIMPLE && !*s->directory.bind_dn)
		fail_key(text, "directory", "bind_dn", NULL);
	if (*s->postfix.bind_dn && !*s->postfix.password_file)
		fail_key(text, "postfix", "password_file",
			"the file that holds the password of postfix.bind_dn");
	if (s->directory.starttls && has_scheme(uri, "ldap://", true) &&
		has_scheme(uri, "ldap://", false))
		fail_key(text, s->postfix.uri.n ? "postfix" : "directory", "uri",
			"with starttls a Postfix table takes only ldap://; "
			"name Postfix's own in postfix.uri");
}

static void parse(struct buf *text)
{
	const char *words;
	cfg_t *cfg;
	int line;

	if (strlen(text->s) != text->len) {
		fail(ERR_CONFIG_SYNTAX, 0, "a NUL byte", "", NULL, NULL);
		return;
	}
	words = prepare(text->s, &line);
	if (words) {
		fail(ERR_CONFIG_SYNTAX, line, words, "", NULL, NULL);
		return;
	}
	cfg = parser_new();
	if (cfg_parse_buf(cfg, text->s) != CFG_SUCCESS)
		fail(ERR_CONFIG_SYNTAX, cfg->line, "", "", NULL, NULL);
	if (!loading->failed)
		take_empty_lists(cfg, text->s);
	if (!loading->failed)
		check_together(text->s);
	cfg_free(cfg);
}

bool config_load(const char *path, struct settings *s, struct err *err)
{
	struct settings settings;
	struct load load = {.path = path, .settings = &settings, .err = err};
	struct buf text = BUF_INIT;

	if (!read_file(path, &text, err)) {
		buf_release(&text);
		return false;
	}
	settings_init(&settings);
	loading = &load;
	parse(&text);
	loading = NULL;
	buf_release(&text);
	if (load.failed)
		settings_release(&settings);
	else
		*s = settings;
	return !load.failed;
}

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

char *config_find(const char *given, struct err *err)
{
	const char *named = given ? given : getenv("RELAIS_CONFIG");
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct buf own = BUF_INIT, places = BUF_INIT;

	if (given || (named && *named))
		return xstrdup(named);
	if (xdg && *xdg == '/')
		buf_printf(&own, "%s/relais/relais.conf", xdg);
	else if (home && *home)
		buf_printf(&own, "%s/.config/relais/relais.conf", home);
	if (own.len && exists(own.s))
		return buf_detach(&own);
	if (!exists(SYSTEM_PATH)) {
		buf_printf(&places, "%s%s%s", own.s, own.len ? ", " : "", SYSTEM_PATH);
		err_set(err, ERR_NO_CONFIG, 0, NULL, places.s, NULL);
		buf_release(&places);
		buf_release(&own);
		return NULL;
	}
	buf_release(&own);
	return xstrdup(SYSTEM_PATH);
}
