#include "core/sys/config.h"

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

#include "core/text.h"

#define SYSTEM_PATH "/etc/relais/relais.conf"
#define MAX_FILE (256 * 1024)
#define UNKNOWN_KEY "no such option '%s'" /* libconfuse's msgid */

/* ---- the keys ----------------------------------------------------------------- */

static const char *const sections[] = {
	"directory", "provider", "domains", "users", "mail", "postfix", "session"};

static const struct config_key *key_find(const char *section, const char *name)
{
	for (size_t i = 0; i < CONFIG_KEYS; i++)
		if (strcmp(config_keys[i].section, section) == 0 &&
			strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	return NULL;
}

static bool key_is_list(const struct config_key *key)
{
	return key->type == CONFIG_WORDS || key->type == CONFIG_PORTS;
}

/* ---- one parse ---------------------------------------------------------------- */

/* libconfuse's callbacks carry no argument of ours, so the parse that is under way is
 * found through this; its lexer has one global state anyway. */
static struct load {
	const char *path;
	struct settings *settings;
	struct err *err;
	bool failed;
	bool seen[CONFIG_KEYS];
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

static bool store_choice(const struct config_key *key, const char *value)
{
	void *at = (char *)loading->settings + key->at;

	if (key->type == CONFIG_AUTH) {
		for (size_t i = 0; i < AUTH_COUNT; i++)
			if (strcmp(value, auth_names[i]) == 0) {
				*(enum auth *)at = (enum auth)i;
				return true;
			}
		return false;
	}
	*(enum routing *)at =
		strcmp(value, "internal") == 0 ? ROUTING_INTERNAL : ROUTING_NONE;
	return strcmp(value, "internal") == 0 || strcmp(value, "none") == 0;
}

/* Puts a value in its place; the first of a list takes the default's. */
static bool store_value(const struct config_key *key, bool first, const char *value)
{
	void *at = (char *)loading->settings + key->at;
	int flag;

	switch (key->type) {
	case CONFIG_TEXT:
		free(*(char **)at);
		*(char **)at = xstrdup(value);
		return true;
	case CONFIG_WORDS:
		if (first)
			strv_release(at);
		strv_add(at, value);
		return true;
	case CONFIG_PORTS:
		if (first)
			array_free(&loading->settings->mail.local_ports);
		*array_add(&loading->settings->mail.local_ports) = (unsigned)atoi(value);
		return true;
	case CONFIG_NUMBER:
		*(unsigned *)at = (unsigned)atoi(value);
		return true;
	case CONFIG_FLAG:
		flag = cfg_parse_boolean(value);
		*(bool *)at = flag == 1;
		return flag == 0 || flag == 1;
	case CONFIG_AUTH:
	case CONFIG_ROUTING:
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
	const struct config_key *key = key_find(cfg->name, opt->name);
	bool *seen, first = opt->nvalues <= 1;

	*(const char **)result = value;
	if (!key) { /* "section|key", libconfuse's path notation */
		fail(ERR_CONFIG_UNKNOWN, cfg->line, NULL, "", opt->name, NULL);
		return -1;
	}
	seen = &loading->seen[key - config_keys];
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
static int line_of(const char *text, const struct config_key *key)
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
	cfg_opt_t options[COUNT_OF(sections)][CONFIG_KEYS + 1];
	cfg_opt_t top[COUNT_OF(sections) + 1];
	cfg_t *cfg;

	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		cfg_opt_t *o = options[i];

		for (size_t k = 0; k < CONFIG_KEYS; k++) {
			if (strcmp(config_keys[k].section, sections[i]) != 0)
				continue;
			if (key_is_list(&config_keys[k]))
				*o++ = (cfg_opt_t)CFG_STR_LIST_CB(config_keys[k].name, NULL,
					CFGF_NODEFAULT, on_value);
			else
				*o++ = (cfg_opt_t)CFG_STR_CB(config_keys[k].name, NULL,
					CFGF_NODEFAULT, on_value);
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
	const struct config_key *key = key_find(section, name);

	fail(ERR_CONFIG_VALUE, line_of(text, key), NULL, section, name,
		expected ? expected : key->expected);
}

/* An empty list of a key that needs an item: libconfuse reports no value then. */
static void take_empty_lists(cfg_t *cfg, const char *text)
{
	for (size_t k = 0; k < CONFIG_KEYS; k++) {
		cfg_t *section = cfg_getsec(cfg, config_keys[k].section);
		cfg_opt_t *opt = cfg_getopt(section, config_keys[k].name);
		void *at = (char *)loading->settings + config_keys[k].at;

		if (!key_is_list(&config_keys[k]) || !(opt->flags & CFGF_MODIFIED) ||
			opt->nvalues)
			continue;
		if (at == &loading->settings->directory.uri ||
			at == &loading->settings->users.addresses)
			fail_key(text, config_keys[k].section, config_keys[k].name,
				"at least one");
		else if (config_keys[k].type == CONFIG_PORTS)
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

/* With whose name and which password the provider is asked. */
static void check_provider(const char *text)
{
	const struct settings *s = loading->settings;
	bool simple = s->provider.auth == AUTH_SIMPLE;
	bool file = simple && *s->provider.password_file;
	const char *dn = *s->provider.bind_dn ? s->provider.bind_dn : s->directory.bind_dn;

	if (!s->provider.uri.n || !auth_asks(s->provider.auth))
		return;
	if (!file && !auth_asks(s->directory.auth))
		fail_key(text, "provider", simple ? "password_file" : "auth",
			simple ? "a file with the password, since directory.auth is such "
				 "that "
				 "nobody types one"
			       : "\"simple\", with a password_file, since directory.auth "
				 "is "
				 "such that nobody types a password");
	else if (simple && (!*dn || (file && strstr(dn, "%s"))))
		fail_key(text, "provider", "bind_dn",
			file ? "the distinguished name whose password is in password_file"
			     : NULL);
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
	check_provider(text);
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
