/*
 * A real directory full of values nobody expects, on a real terminal: a save changes what
 * it is told to and not a byte beside it, and the terminal gets nothing but what we write.
 */
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/hostile.h"

static unsigned long saves, asked;

/* ---- what slapd takes ------------------------------------------------------------- */

static bool is_ascii(const struct hostile *v)
{
	for (size_t i = 0; i < v->n; i++)
		if ((unsigned char)v->p[i] >= 0x80)
			return false;
	return true;
}

/* Values of no syntax are taken as they are, so everything is in one of them. */
static void put_values(const struct hostile *v, bool utf8, struct buf *out)
{
	static const char *const texts[] = {"description", "title", "street", "l"};

	hostile_ldif("jpegPhoto", "", v, "", out);
	hostile_ldif("userPassword", "", v, "", out);
	for (size_t i = 0; utf8 && i < COUNT_OF(texts); i++)
		hostile_ldif(texts[i], "", v, "", out);
}

static bool is_utf8(const struct hostile *v)
{
	const char *why = hostile_why(v->p, v->n);

	return !why ||
	       (strcmp(why, "no UTF-8") != 0 && strcmp(why, "half a character") != 0);
}

#define MARK "keep"

/* User i, found by his first address. */
static void put_user(size_t i, const struct hostile *v, struct buf *out)
{
	bool utf8 = is_utf8(v);

	buf_printf(out,
		"dn: uid=h%zu," ACME "\nobjectClass: inetOrgPerson\n"
		"objectClass: relaisUser\nuid: h%zu\nsn: " MARK "\ncn: " MARK "\n"
		"mail: h%zu@acme.example\nrelaisRouting: external\n"
		"relaisThirdPartyAddress: h%zu@acme.example\n",
		i, i, i, i);
	put_values(v, utf8, out);
	if (utf8) {
		hostile_ldif("uid", "u", v, "", out);
		hostile_ldif("sn", "", v, "", out);
		hostile_ldif("cn", "", v, "", out);
		hostile_ldif("displayName", "", v, "", out);
	}
	if (is_ascii(v)) {
		hostile_ldif("mail", "", v, "", out);
		if (!memchr(v->p, '\0', v->n)) /* for slapd the same up to there */
			hostile_ldif("mail", "", v, "@acme.example", out);
	}
	buf_puts(out, "\n");
}

static void put_domain(size_t i, const struct hostile *v, struct buf *out)
{
	buf_printf(out,
		"dn: associatedDomain=d%zu.example,ou=domains,dc=demo\n"
		"objectClass: organizationalUnit\nobjectClass: relaisDomain\nou: " MARK "\n"
		"associatedDomain: d%zu.example\nrelaisSplitRelay: [192.0.2.%zu]\n",
		i, i, i + 1);
	hostile_ldif("userPassword", "", v, "", out);
	if (is_utf8(v)) {
		hostile_ldif("description", "", v, "", out);
		hostile_ldif("description", "b", v, "b", out);
		hostile_ldif("ou", "o", v, "", out);
	}
	if (is_ascii(v))
		hostile_ldif("associatedDomain", "", v, "", out);
	buf_puts(out, "\n");
}

/* Named by it. */
static void put_named(size_t i, const struct hostile *v, struct buf *out)
{
	if (!is_utf8(v))
		return;
	hostile_dn_line("dn", "uid=@+cn=x," LYON, v, i % 2, out);
	buf_puts(out, "objectClass: inetOrgPerson\nobjectClass: relaisUser\ncn: x\nsn: x\n"
		      "relaisRouting: internal\n");
	buf_printf(out, "mail: n%zu@lyon.example\n", i);
	hostile_ldif("uid", "", v, "", out);
	buf_puts(out, "\n");
}

struct rows {
	const char *name;
	size_t from, to; /* of hostile_values */
};

static void add_entries(struct scene *s)
{
	const struct rows *r = s->row;
	struct buf ldif = BUF_INIT, path = BUF_INIT;
	FILE *f;

	for (size_t i = r->from; i < r->to && i < hostile_values_n; i++) {
		put_user(i, &hostile_values[i], &ldif);
		put_domain(i, &hostile_values[i], &ldif);
		put_named(i, &hostile_values[i], &ldif);
	}
	buf_printf(&path, "%s/hostile.ldif", s->directory.path);
	f = fopen(path.s, "w");
	if (!f || fwrite(ldif.s, 1, ldif.len, f) != ldif.len || fclose(f) != 0)
		fail_msg("%s", path.s);
	directory_sh(&s->directory,
		"ldapadd -c -x -H $URI -D cn=root,dc=demo -w root -f $DIR/hostile.ldif "
		">$DIR/added 2>&1; true"); /* two DNs are too long for slapd */
	buf_release(&ldif);
	buf_release(&path);
}

/* ---- what slapd was asked ----------------------------------------------------------- */

/* As it says a value that it compares without case and with spaces squeezed. */
static void put_logged(const struct hostile *v, struct buf *out)
{
	for (size_t i = 0; i < v->n; i++) {
		unsigned char c = (unsigned char)v->p[i];

		if (c < 0x20 || c == 0x7f || strchr("*()\\", c))
			buf_printf(out, "\\%02X", c);
		else if (c != ' ' || i == 0 || v->p[i - 1] != ' ')
			buf_putc(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : (char)c);
	}
	while (out->len && out->s[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
}

static char *slapd_log(struct scene *s)
{
	struct buf text = BUF_INIT;
	char path[160], block[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/slapd.log", s->directory.path);
	f = fopen(path, "r");
	while (f && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	if (f)
		fclose(f);
	return buf_detach(&text);
}

/* The form of domain i counted its users by all of its names. */
static void assert_asked(struct scene *s, size_t i)
{
	const struct hostile *v = &hostile_values[i];
	struct buf filter = BUF_INIT;
	char *log;

	if (!is_ascii(v) || memchr(v->p, '\0', v->n))
		return;
	buf_printf(&filter,
		"filter=\"(&(objectClass=inetOrgPerson)(relaisRouting=external)"
		"(|(mail=*@d%zu.example)(mail=*@",
		i);
	put_logged(v, &filter);
	buf_puts(&filter, ")))\"");
	log = slapd_log(s);
	if (!strstr(log, filter.s))
		fail_msg("%s: not asked: %s", v->name, filter.s);
	asked++;
	free(log);
	buf_release(&filter);
}

/* ---- before and after -------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The entry's lines as LDIF has them, in base64 where need be; sorted. */
static void read_lines(struct scene *s, const char *dn, struct strv *out)
{
	struct buf command = BUF_INIT;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *f;

	strv_release(out);
	buf_printf(&command,
		"ldapsearch -x -LLL -o ldif-wrap=no -H '%s' -D cn=root,dc=demo -w root "
		"-s base -b '%s'",
		s->directory.uri, dn);
	f = popen(command.s, "r");
	while (f && (n = getline(&line, &size, f)) > 0) {
		line[n - 1] = '\0';
		strv_add(out, line);
	}
	if (f)
		pclose(f);
	if (out->n < 5)
		fail_msg("%s: not there", dn);
	qsort(out->v, out->n, sizeof(*out->v), by_bytes);
	free(line);
	buf_release(&command);
}

/* Just these lines came (NULL-terminated), none went. */
static void assert_came(struct scene *s, const char *dn, const struct strv *before,
	const char *const came[])
{
	struct strv wanted = {0}, now = {0};

	strv_copy(&wanted, before);
	for (; *came; came++)
		strv_add(&wanted, *came);
	qsort(wanted.v, wanted.n, sizeof(*wanted.v), by_bytes);
	read_lines(s, dn, &now);
	for (size_t i = 0; i < wanted.n || i < now.n; i++) {
		const char *a = i < wanted.n ? wanted.v[i] : "nothing";
		const char *b = i < now.n ? now.v[i] : "nothing";

		if (strcmp(a, b) != 0)
			fail_msg("%s: expected %.60s (%zu), is %.60s (%zu)", dn, a,
				strlen(a), b, strlen(b));
	}
	strv_release(&wanted);
	strv_release(&now);
}

static void find(struct pty *p, const char *name)
{
	see_gone(p, "(reading)");
	pty_keys(p, "/");
	on_item(p, "Filter");
	pty_keys(p, name);
	see(p, "1 of 1");
	pty_keys(p, "<Enter>");
	on_item(p, name);
	pty_keys(p, "<Enter>");
}

static void save(struct pty *p)
{
	pty_keys(p, "<C-s>");
	see(p, "< Show LDIF >");
	on_item(p, "< Save >");
	pty_keys(p, "<Enter>");
	see(p, "Saved");
	see_gone(p, "< Show LDIF >");
	saves++;
}

static void leave_form(struct pty *p)
{
	pty_keys(p, "<Esc>");
	see(p, "Filter");
	see_gone(p, "(reading)");
	pty_keys(p, "<Esc>");
	see(p, "Filter [    ");
}

static void save_user(struct scene *s, struct pty *p, size_t i)
{
	char name[32], fresh[64], dn[128], mail[100], selected[100];
	const char *const came[] = {mail, selected, NULL};
	struct strv before = {0};

	snprintf(name, sizeof(name), "h%zu@", i);
	snprintf(fresh, sizeof(fresh), "x%zu@acme.example", i);
	snprintf(dn, sizeof(dn), "uid=h%zu," ACME, i);
	snprintf(mail, sizeof(mail), "mail: %s", fresh);
	snprintf(selected, sizeof(selected), "relaisThirdPartyAddress: %s", fresh);
	read_lines(s, dn, &before);
	find(p, name);
	see(p, "Mail system");
	see(p, "to 192.0.2.25");
	pty_keys(p, "+");
	see(p, "Add an address");
	pty_keys(p, fresh);
	pty_keys(p, "<Down><Down>");
	on_item(p, "< Add >");
	pty_keys(p, "<Enter>");
	see_gone(p, "< Add >");
	save(p);
	assert_came(s, dn, &before, came);
	leave_form(p);
	strv_release(&before);
}

static void save_domain(struct scene *s, struct pty *p, size_t i)
{
	static const char *const came[] = {"relaisForwardUnknown: TRUE", NULL};
	char name[32], dn[128];
	struct strv before = {0};

	snprintf(name, sizeof(name), "d%zu.example", i);
	snprintf(dn, sizeof(dn), "associatedDomain=%s,ou=domains,dc=demo", name);
	read_lines(s, dn, &before);
	find(p, name);
	see(p, "Forward unknown addresses");
	pty_keys(p, "<Down><Space>");
	see(p, "[x] Forward unknown");
	save(p);
	assert_came(s, dn, &before, came);
	assert_asked(s, i);
	leave_form(p);
	strv_release(&before);
}

/* ---- what the terminal got ----------------------------------------------------------- */

/* The end of a control sequence whose parameters begin at i; 0: none of ours. */
static size_t csi(const unsigned char *s, size_t i, size_t n)
{
	size_t from = i;

	while (i < n && s[i] >= 0x30 && s[i] <= 0x3f)
		i++;
	if (i == n || !strchr("mHJKGdABCDPLMXrhlbt@STZI", s[i]))
		return 0;
	if (s[i] == 't' && (s[from] != '2' || (s[from + 1] != '2' && s[from + 1] != '3')))
		return 0; /* xterm's stack of titles, by smcup and rmcup */
	if ((s[i] == 'h' || s[i] == 'l') && s[from] != '?' && s[from] != '4')
		return 0;
	return i + 1;
}

/* ncurses' reset of the colours, and OSC 52 with base64, both ended by BEL. */
static size_t osc(const unsigned char *s, size_t i, size_t n)
{
	static const char clipboard[] = "52;c;", colours[] = "104\a";

	if (n - i >= strlen(colours) && memcmp(s + i, colours, strlen(colours)) == 0)
		return i + strlen(colours);

	if (n - i < strlen(clipboard) || memcmp(s + i, clipboard, strlen(clipboard)) != 0)
		return 0;
	i += strlen(clipboard);
	while (i < n && s[i] &&
		strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",
			s[i]))
		i++;
	return i < n && s[i] == '\a' ? i + 1 : 0;
}

static size_t escape(const unsigned char *s, size_t i, size_t n)
{
	if (i == n)
		return 0;
	switch (s[i]) {
	case '[':
		return csi(s, i + 1, n);
	case ']':
		return osc(s, i + 1, n);
	case '(':
	case ')':
		return i + 1 < n && (s[i + 1] == 'B' || s[i + 1] == '0') ? i + 2 : 0;
	case '7':
	case '8':
	case '=':
	case '>':
	case 'M':
		return i + 1;
	default:
		return 0;
	}
}

static void assert_ours(struct pty *p)
{
	size_t n, i = 0, text;
	const unsigned char *s = (const unsigned char *)pty_raw(p, &n);

	assert_true(n > 100000);
	while (i < n) {
		size_t end;

		for (text = i; i < n && s[i] >= 0x20 && s[i] != 0x7f; i++)
			;
		if (hostile_why((const char *)s + text, i - text))
			fail_msg("byte %zu: %s", text,
				hostile_why((const char *)s + text, i - text));
		if (i == n)
			break;
		end = s[i] == 0x1b                       ? escape(s, i + 1, n)
		      : strchr("\r\n\b\t", s[i]) && s[i] ? i + 1
							 : 0;
		if (!end)
			fail_msg("byte %zu: \\x%02x \\x%02x \\x%02x \\x%02x", i, s[i],
				i + 1 < n ? s[i + 1] : 0, i + 2 < n ? s[i + 2] : 0,
				i + 3 < n ? s[i + 3] : 0);
		i = end;
	}
	printf("# %zu bytes to the terminal\n", n);
}

/* No value with a control in it as it is, also where ours would look the same. */
static void assert_not_theirs(struct pty *p)
{
	size_t n;
	const char *s = pty_raw(p, &n);

	for (size_t i = 0; i < hostile_values_n; i++) {
		const struct hostile *v = &hostile_values[i];

		if (hostile_why(v->p, v->n) && v->n > 3 && memmem(s, n, v->p, v->n))
			fail_msg("%s is on the terminal", v->name);
	}
}

/* ---- all of it ---------------------------------------------------------------------- */

static void page_through(struct pty *p, const char *shown)
{
	see(p, shown);
	see_gone(p, "(reading)");
	for (int i = 0; i < 8; i++) {
		pty_keys(p, "<PageDown>");
		pty_settle(p);
	}
	pty_keys(p, "<Home>y<Down>y<End>y");
	pty_settle(p);
	pty_keys(p, "<Enter>");
	pty_settle(p);
	pty_keys(p, "<Esc>");
	see(p, shown);
}

static void nothing_beside(void **state)
{
	struct scene *s = *state;
	const struct rows *r = s->row;
	struct pty *p;

	add_entries(s);
	p = console_start(s, &(struct console_options){.rows = 0});
	see(p, "third-party");
	pty_keys(p, "<Home><Enter>");
	see(p, "Unknown");
	for (size_t i = r->from; i < r->to && i < hostile_values_n; i++)
		save_domain(s, p, i);
	page_through(p, "Unknown");
	pty_keys(p, "<Esc>");
	see(p, "Directory entities");
	pty_keys(p, "<End><Up><Enter>");
	see(p, "Display name");
	for (size_t i = r->from; i < r->to && i < hostile_values_n; i++)
		save_user(s, p, i);
	page_through(p, "Display name");
	pty_keys(p, "<Esc>");
	see(p, "Directory entities");
	pty_keys(p, "<Home><Down><Down><Enter>");
	page_through(p, "What is wrong");
	assert_ours(p);
	assert_not_theirs(p);
}

static void counted(void **state)
{
	(void)state;
	printf("# %lu saves, %lu filters\n", saves, asked);
	assert_true(saves > 150 && asked > 30);
}

static const struct rows parts[] = {
	{"values 1 to 20", 0, 20},
	{"values 21 to 40", 20, 40},
	{"values 41 to 60", 40, 60},
	{"values from 61 on", 60, 1000},
};

int main(void)
{
	struct scenes s = {0};

	setenv("SLAPD_DEBUG", "256", 1);
	setenv("SLAPD_BARE", "1", 1); /* what another server would hold, too */
	SCENE_ROWS(&s, nothing_beside, parts);
	SCENE(&s, counted);
	return scenes_run(&s);
}
