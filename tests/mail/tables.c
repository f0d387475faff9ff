#include "tests/mail/tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/mail/states.h"

struct answer {
	const char *key;
	char *value; /* NULL: not found */
	bool error;
};

/* What one table says to many keys, in their order. */
struct table {
	const char *name;
	bool users, domains; /* two users, two domains that answer are an error */
	struct answer *v;
	size_t n, cap;
};

static struct table tables[] = {
	{"domains", false, false, NULL, 0, 0},
	{"recipients", false, false, NULL, 0, 0},
	{"unknown", false, false, NULL, 0, 0},
	{"internal", true, false, NULL, 0, 0},
	{"thirdparty", true, false, NULL, 0, 0},
	{"relay", false, true, NULL, 0, 0},
	{"norelay", false, false, NULL, 0, 0},
	{"unknownrelay", false, true, NULL, 0, 0},
	{"internal-dn", true, false, NULL, 0, 0},
	{"thirdparty-dn", true, false, NULL, 0, 0},
};

static struct strv asked;
static FILE *running; /* postmap */

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct answer *)a)->key, ((const struct answer *)b)->key);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct answer *find(struct table *t, const char *key)
{
	struct answer probe = {.key = key};

	return bsearch(&probe, t->v, t->n, sizeof(*t->v), compare);
}

/* Two entries answer for these: postmap gives up, after a second's rest. */
static bool is_suspect(const struct table *t, const char *key)
{
	return (t->users && states_two_users(key)) ||
	       (t->domains && states_two_domains(key));
}

static FILE *open_file(const char *dir, const char *name, const char *mode)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, mode);
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	return f;
}

static void write_keys(const struct table *t, const char *dir)
{
	FILE *f = open_file(dir, t->name, "w");

	for (size_t i = 0; i < t->n; i++)
		if (!is_suspect(t, t->v[i].key))
			fprintf(f, "%s\n", t->v[i].key);
	fclose(f);
}

static void put_word(FILE *f, const char *s)
{
	fputc('\'', f);
	for (; *s; s++)
		fputs(*s == '\'' ? "'\\''" : (char[]){*s, '\0'}, f);
	fputc('\'', f);
}

/* One run for all that have an answer, which ends with 1 when none of them is found, and
 * one for each of the others. */
static void write_script(const struct table *t, FILE *f)
{
	fprintf(f, "postmap -q - ldap:./tables/ldap-%s.cf <%s >%s.answers 2>&1 &\n",
		t->name, t->name, t->name);
	for (size_t i = 0; i < t->n; i++) {
		if (!is_suspect(t, t->v[i].key))
			continue;
		fputs("postmap -q ", f);
		put_word(f, t->v[i].key);
		fprintf(f, " ldap:./tables/ldap-%s.cf >%s.%zu 2>&1 &\n", t->name, t->name,
			i);
	}
}

static bool read_line(FILE *f, char *line, size_t n)
{
	if (!fgets(line, (int)n, f))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static void take_answers(struct table *t, const char *dir)
{
	char line[1024], *tab;
	struct answer *a;
	FILE *f;

	snprintf(line, sizeof(line), "%s.answers", t->name);
	f = open_file(dir, line, "r");
	while (read_line(f, line, sizeof(line))) {
		tab = strchr(line, '\t');
		if (!tab)
			fail_msg("postmap says: %s", line);
		*tab = '\0';
		a = find(t, line);
		if (!a)
			fail_msg("postmap answers %s", line);
		a->value = xstrdup(tab + 1);
	}
	fclose(f);
}

static void take_suspects(struct table *t, const char *dir)
{
	char line[1024];

	for (size_t i = 0; i < t->n; i++) {
		struct answer *a = &t->v[i];
		FILE *f;

		if (!is_suspect(t, a->key))
			continue;
		snprintf(line, sizeof(line), "%s.%zu", t->name, i);
		f = open_file(dir, line, "r");
		if (read_line(f, line, sizeof(line))) {
			a->error = strstr(line, "Size limit exceeded") != NULL;
			a->value = a->error ? NULL : xstrdup(line);
		}
		fclose(f);
	}
}

static void set_keys(struct table *t)
{
	for (size_t i = 0; i < asked.n; i++)
		if (i == 0 || strcmp(asked.v[i], asked.v[i - 1]) != 0)
			array_add(t)->key = asked.v[i];
	qsort(t->v, t->n, sizeof(*t->v), compare);
}

void tables_ask(const char *dir, const struct strv *keys)
{
	char command[300];
	FILE *script = open_file(dir, "ask", "w");

	strv_copy(&asked, keys);
	qsort(asked.v, asked.n, sizeof(*asked.v), compare_strings);
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		set_keys(&tables[i]);
		write_keys(&tables[i], dir);
		write_script(&tables[i], script);
	}
	fputs("wait\n", script);
	fclose(script);
	snprintf(command, sizeof(command), "cd %s && sh ask", dir);
	running = popen(command, "r");
	assert_non_null(running);
}

void tables_await(const char *dir)
{
	FILE *asking = running;

	running = NULL;
	assert_int_equal(pclose(asking), 0);
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		take_answers(&tables[i], dir);
		take_suspects(&tables[i], dir);
	}
}

void tables_forget(void)
{
	if (running)
		pclose(running);
	running = NULL;
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		for (size_t k = 0; k < tables[i].n; k++)
			free(tables[i].v[k].value);
		array_free(&tables[i]);
	}
	strv_release(&asked);
}

const char *tables_answer(const char *name, const char *key, bool *error)
{
	const struct answer *a = NULL;

	for (size_t i = 0; i < COUNT_OF(tables); i++)
		if (strcmp(tables[i].name, name) == 0)
			a = find(&tables[i], key);
	if (!a) {
		fail_msg("%s was not asked for %s", name, key);
		return NULL;
	}
	*error = *error || a->error;
	return a->error ? NULL : a->value;
}

const char *tables_entry(const char *table, const char *key)
{
	char name[32];
	bool error = false;

	snprintf(name, sizeof(name), "%s-dn", table);
	return tables_answer(name, key, &error);
}

/* ---- filters ---------------------------------------------------------------------------
 */

/* Of the written table, kept. */
static const char *query_filter(const char *dir, const char *table)
{
	static char kept[COUNT_OF(tables)][1024], of[COUNT_OF(tables)][300];
	size_t t = 0;
	char name[300];
	FILE *f;

	while (t + 1 < COUNT_OF(tables) && strcmp(tables[t].name, table) != 0)
		t++;
	snprintf(name, sizeof(name), "tables/ldap-%s.cf", table);
	if (strcmp(of[t], dir) == 0)
		return kept[t];
	f = open_file(dir, name, "r");
	while (read_line(f, kept[t], sizeof(kept[t])))
		if (strncmp(kept[t], "query_filter = ", 15) == 0)
			break;
	fclose(f);
	memmove(kept[t], kept[t] + 15, strlen(kept[t] + 15) + 1);
	snprintf(of[t], sizeof(of[t]), "%s", dir);
	return kept[t];
}

bool tables_filter(const char *dir, const char *table, const char *key, struct buf *out)
{
	const char *at = strrchr(key, '@');

	if (strpbrk(key, "*()\\"))
		return false;
	for (const char *p = query_filter(dir, table); *p; p++) {
		if (*p != '%') {
			buf_putc(out, *p);
			continue;
		}
		switch (*++p) {
		case 's':
			buf_puts(out, key);
			break;
		case 'u':
			buf_add(out, key, at ? (size_t)(at - key) : strlen(key));
			break;
		case 'd':
			buf_puts(out, at ? at + 1 : "");
			break;
		default:
			buf_putc(out, *p);
		}
	}
	return true;
}

/* ---- Postfix's order ------------------------------------------------------------------
 */

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* split_addr(): some are never taken apart. */
static bool is_whole(const char *key, const char *at, const char *delimiters)
{
	size_t n = (size_t)(at - key);

	if (starts(key, "postmaster@") || starts(key, "mailer-daemon@") ||
		starts(key, "double-bounce@"))
		return true;
	return strchr(delimiters, '-') &&
	       (starts(key, "owner-") || (n > 8 && strncmp(at - 8, "-request", 8) == 0));
}

void tables_keys(const char *key, const char *delimiters, struct strv *out)
{
	const char *at = strrchr(key, '@');
	size_t cut = strcspn(key, delimiters);
	char *copy;

	if (at == key)
		return; /* no local part: no user is asked for */
	strv_add(out, key);
	if (cut == 0 || cut >= (size_t)(at - key) || is_whole(key, at, delimiters))
		return;
	copy = xstrdup(key);
	memmove(copy + cut, at, strlen(at) + 1);
	strv_add(out, copy);
	free(copy);
}

static struct expected expect(
	int rule, const char *verdict, const char *smtp, const char *result)
{
	return (struct expected){rule, verdict, smtp, result};
}

typedef bool usable_fn(const char *next_hop);

static struct expected relayed(int rule, const char *verdict, const char *stuck,
	const char *result, usable_fn *usable)
{
	if (!starts(result, "relay:"))
		fail_msg("%s", result);
	return usable(result + strlen("relay:"))
		       ? expect(rule, verdict, "250", result)
		       : expect(rule == 3 ? 4 : rule, "defer", stuck, result);
}

/* Every map for one key before the next key; false: none has it. */
static bool transport_of(
	const char *key, bool user, usable_fn *usable, struct expected *out)
{
	bool error = false;
	const char *value, *domain;

	if (user && tables_answer("internal", key, &error)) {
		*out = expect(2, "local", "250", ":");
		return true;
	}
	domain = user && !error ? tables_answer("thirdparty", key, &error) : NULL;
	value = domain ? tables_answer("relay", domain, &error) : NULL;
	if (value)
		*out = relayed(3, "relay", "250", value, usable);
	else if (user && !error && (value = tables_answer("norelay", key, &error)))
		*out = expect(4, "defer", "450 4.3.5", value);
	else if (!error && (value = tables_answer("unknownrelay", key, &error)))
		*out = relayed(5, "verify", "450", value, usable);
	else if (error)
		*out = expect(0, "conflict", "451", NULL);
	return value || error;
}

static bool listed(const char *key, const struct strv *keys)
{
	bool error = false, found = false;

	for (size_t i = 0; i < keys->n && !found; i++)
		found = tables_answer("recipients", keys->v[i], &error) ||
			tables_answer("unknown", keys->v[i], &error);
	if (keys->n == 0)
		found = tables_answer("unknown", key, &error) != NULL;
	assert_false(error); /* these have no limit */
	return found;
}

struct expected tables_decide(
	const char *key, bool routed, const char *delimiters, usable_fn *usable)
{
	struct expected e = expect(1, "not-hosted", "554", NULL);
	const char *domain = strrchr(key, '@') + 1;
	struct strv keys = {0};
	bool error = false, found = false;
	bool hosted = tables_answer("domains", domain, &error);

	tables_keys(key, delimiters, &keys);
	/* smtpd has resolved it before it looks whether the recipient is listed; and
	 * transport_maps knows nothing of hosted domains. */
	for (size_t i = 0; i < keys.n && !found; i++)
		found = transport_of(keys.v[i], true, usable, &e);
	if (!found)
		transport_of(domain, false, usable, &e);
	/* The same with no relay: reject_unlisted_recipient refuses the retry transport. */
	if (!hosted && (e.rule == 2 || e.rule == 6))
		e = expect(1, "not-hosted", "554", NULL);
	else if (hosted && e.rule != 0 && !listed(key, &keys))
		e = expect(6, "reject", "550 5.1.1", NULL);
	else if (hosted && e.rule != 0 && routed && strcmp(e.smtp, "450 4.3.5") != 0)
		e = expect(1, "not-hosted", "554", e.result);
	strv_release(&keys);
	return e;
}
