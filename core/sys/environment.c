#include "core/sys/environment.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/array.h"
#include "core/buf.h"

extern char **environ;

enum { LONGEST = 64 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool made_of(const char *value, const char *characters)
{
	size_t n = strlen(value);

	return n > 0 && n <= LONGEST && strspn(value, characters) == n;
}

/* terminfo(5): "xterm-256color"; "." and ".." are folders. */
static bool is_terminal(const char *value)
{
	return made_of(value, LETTERS DIGITS "-+._") && value[0] != '.';
}

/* setlocale(3) and gettext: "fr_FR.UTF-8@euro", "fr:de". */
static bool is_locale(const char *value)
{
	return made_of(value, LETTERS DIGITS "-_.@:") && value[0] != '.';
}

/* tzset(3): "UTC", "CET-1CEST,M3.5.0"; a zone in a folder is not worth it. */
static bool is_zone(const char *value)
{
	return made_of(value, LETTERS DIGITS "-+,.<>") && value[0] != '.';
}

static bool is_word(const char *value)
{
	return made_of(value, LETTERS DIGITS "-_");
}

/* What sshd(8) and pam_krb5 give to who signs in with Kerberos, and nothing else. */
static bool is_ticket(const char *value)
{
	struct buf own = BUF_INIT;
	size_t n;
	bool ok;

	buf_printf(&own, "FILE:/tmp/krb5cc_%lu", (unsigned long)getuid());
	n = own.len;
	ok = strncmp(value, own.s, n) == 0 &&
	     (!value[n] || (value[n] == '_' && made_of(value + n + 1, LETTERS DIGITS)));
	buf_release(&own);
	return ok;
}

static const struct {
	const char *name; /* with "*": what begins so */
	bool (*harmless)(const char *value);
} kept[] = {
	{"TERM", is_terminal},
	{"COLORTERM", is_word},
	{"NO_COLOR", is_word},
	{"LANG", is_locale},
	{"LANGUAGE", is_locale},
	{"LC_*", is_locale},
	{"TZ", is_zone},
	{"KRB5CCNAME", is_ticket},
};

static bool is_named(const char *pattern, const char *name, size_t n)
{
	size_t whole = strlen(pattern);

	if (pattern[whole - 1] == '*')
		return n >= whole && strncmp(pattern, name, whole - 1) == 0;
	return n == whole && strncmp(pattern, name, n) == 0;
}

static bool is_kept(const char *variable)
{
	size_t n = strcspn(variable, "=");

	for (size_t i = 0; i < COUNT_OF(kept) && variable[n] == '='; i++)
		if (is_named(kept[i].name, variable, n))
			return kept[i].harmless(variable + n + 1);
	return false;
}

/* Without HOME nothing is looked for in it: no terminal, no ticket, no configuration. */
static void set_places(void)
{
	const struct passwd *user = getpwuid(getuid());
	struct buf state = BUF_INIT;

	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (user && user->pw_dir && user->pw_dir[0] == '/') {
		buf_printf(&state, "%s/.local/state", user->pw_dir);
		setenv("XDG_STATE_HOME", state.s, 1);
	}
	buf_release(&state);
}

void environment_restrict(void)
{
	struct strv clean = {0};

	for (char **v = environ; v && *v; v++)
		if (is_kept(*v))
			strv_add(&clean, *v);
	clearenv();
	for (size_t i = 0; i < clean.n; i++) {
		char *value = strchr(clean.v[i], '=');

		*value = '\0';
		setenv(clean.v[i], value + 1, 1);
	}
	strv_release(&clean);
	set_places();
}
