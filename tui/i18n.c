#include "tui/i18n.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/array.h"
#include "core/text.h"

#define DOMAIN "relais"

/* glibc looks catalogues up again when this has changed (gettext manual, 11.2.9). */
extern int _nl_msg_cat_cntr;

enum words { WORDS_CATALOGUE, WORDS_ENGLISH, WORDS_PSEUDO };

struct disguise {
	const char *msgid;
	bool ascii;
	char *text;
};

static struct {
	enum words words;
	bool ascii;     /* asked for */
	char *language; /* $LANGUAGE as we found it, or NULL */
	char directory[4096];
	char separator[4]; /* between thousands; "": not known yet */
	ARRAY(struct disguise) disguises;
} i18n;

static const char *locale_named(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return value;
	}
	return "C";
}

/* "fr_FR.UTF-8@euro" also wants "fr"; gettext tries the shorter forms itself. */
static void set_language(const char *locale)
{
	char *language = xstrndup(locale, strcspn(locale, ".@"));

	setenv("LANGUAGE", language, 1);
	free(language);
}

static bool codeset_is_utf8(const char *locale)
{
	const char *codeset = strchr(locale, '.');

	return !codeset || strncasecmp(codeset, ".utf-8", 6) == 0 ||
	       strncasecmp(codeset, ".utf8", 5) == 0;
}

/* The environment's locale, or as much of it as this machine has. */
static void locale_from_environment(void)
{
	const char *named = locale_named();

	if (!setlocale(LC_ALL, "")) {
		if (!setlocale(LC_ALL, "C.UTF-8"))
			setlocale(LC_ALL, "C");
		if (!i18n.language || !*i18n.language)
			set_language(named);
		if (!codeset_is_utf8(named))
			setlocale(LC_CTYPE, "C");
	}
	setlocale(LC_NUMERIC, "C");
}

/* DIR/locale for DIR/relais, as in the build tree, and DIR/share/locale for DIR/bin/relais:
 * wherever it was installed, whatever PREFIX it was built with. */
static bool directory_beside(char *path, size_t size)
{
	static const char *const places[] = {"/locale", "/../share/locale"};
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	for (size_t i = 0; slash && i < COUNT_OF(places); i++) {
		if ((size_t)(slash - path) + strlen(places[i]) >= size)
			continue;
		memcpy(slash, places[i], strlen(places[i]) + 1);
		if (access(path, R_OK | X_OK) == 0)
			return true;
	}
	return false;
}

static bool in_ascii(void)
{
	return i18n.ascii || !i18n_utf8();
}

/* In ASCII a catalogue's letters lose their accents, rather than become question marks
 * on a canvas that cannot know them from what people are called. */
static void changed(void)
{
	bind_textdomain_codeset(DOMAIN, in_ascii() ? "ASCII//TRANSLIT" : "UTF-8");
	i18n.separator[0] = '\0';
	_nl_msg_cat_cntr++;
}

void i18n_init(void)
{
	const char *language = getenv("LANGUAGE");

	free(i18n.language);
	i18n.language = language ? xstrdup(language) : NULL;
	i18n.words = WORDS_CATALOGUE;
	locale_from_environment();
	if (!directory_beside(i18n.directory, sizeof(i18n.directory)))
		memcpy(i18n.directory, RELAIS_LOCALEDIR, sizeof(RELAIS_LOCALEDIR));
	bindtextdomain(DOMAIN, i18n.directory);
	changed();
}

void i18n_ascii(bool only)
{
	i18n.ascii = only;
	changed();
}

bool i18n_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void i18n_use(const char *language, const char *catalogues)
{
	if (!i18n.directory[0])
		i18n_init();
	bindtextdomain(DOMAIN, catalogues ? catalogues : i18n.directory);
	i18n.words = WORDS_CATALOGUE;
	if (*language) {
		setlocale(LC_ALL, "C.UTF-8");
		setenv("LANGUAGE", language, 1);
	} else {
		if (i18n.language)
			setenv("LANGUAGE", i18n.language, 1);
		else
			unsetenv("LANGUAGE");
		locale_from_environment();
	}
	if (strcmp(language, "pseudo") == 0)
		i18n.words = WORDS_PSEUDO;
	else if (strcmp(language, "en") == 0)
		i18n.words = WORDS_ENGLISH;
	changed();
}

/* In brackets and 40 % longer; a newline at the end stays there. */
static char *disguised(const char *msgid)
{
	struct buf out = BUF_INIT;
	size_t n = strlen(msgid), end = n;

	while (end > 0 && msgid[end - 1] == '\n')
		end--;
	buf_puts(&out, in_ascii() ? "[" : "⟦");
	buf_add(&out, msgid, end);
	for (int i = (text_width(msgid) * 4 + 9) / 10; i > 0; i--)
		buf_putc(&out, '~');
	buf_puts(&out, in_ascii() ? "]" : "⟧");
	buf_add(&out, msgid + end, n - end);
	return buf_detach(&out);
}

static const char *pseudo(const char *msgid)
{
	struct disguise *d;

	for (size_t i = 0; i < i18n.disguises.n; i++)
		if (strcmp(i18n.disguises.v[i].msgid, msgid) == 0 &&
			i18n.disguises.v[i].ascii == in_ascii())
			return i18n.disguises.v[i].text;
	d = array_add(&i18n.disguises);
	d->msgid = xstrdup(msgid);
	d->ascii = in_ascii();
	d->text = disguised(msgid);
	return d->text;
}

const char *tr(const char *msgid)
{
	if (!*msgid) /* the catalogue's header */
		return msgid;
	switch (i18n.words) {
	case WORDS_PSEUDO:
		return pseudo(msgid);
	case WORDS_ENGLISH:
		return msgid;
	case WORDS_CATALOGUE:
		break;
	}
	return dcgettext(DOMAIN, msgid, LC_MESSAGES);
}

const char *tr_n(const char *singular, const char *plural, unsigned long n)
{
	switch (i18n.words) {
	case WORDS_PSEUDO:
		return pseudo(n == 1 ? singular : plural);
	case WORDS_ENGLISH:
		return n == 1 ? singular : plural;
	case WORDS_CATALOGUE:
		break;
	}
	return dcngettext(DOMAIN, singular, plural, n, LC_MESSAGES);
}

/* By the language of the catalogue really in use, as its header names it. */
static const char *separator(void)
{
	static const char language[] = "\nLanguage: fr";
	const char *header = "";

	if (i18n.separator[0])
		return i18n.separator;
	if (i18n.words == WORDS_CATALOGUE)
		header = dcgettext(DOMAIN, "", LC_MESSAGES);
	if (!strstr(header, language) &&
		strncmp(header, language + 1, strlen(language + 1)) != 0)
		memcpy(i18n.separator, ",", 2);
	else if (!in_ascii())
		memcpy(i18n.separator, "\u202f", sizeof("\u202f"));
	else
		memcpy(i18n.separator, " ", 2);
	return i18n.separator;
}

void i18n_number(unsigned long n, struct buf *out)
{
	if (n < 1000) {
		buf_printf(out, "%lu", n);
		return;
	}
	i18n_number(n / 1000, out);
	buf_printf(out, "%s%03lu", separator(), n % 1000);
}
