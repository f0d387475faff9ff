/*
 * Every filter that relais makes of what is typed and of what comes back, as slapd read it
 * (its log): a value of any bytes is a value, and there is nothing beside it.
 */
#include "tests/ldap/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/query.h"
#include "ldap/store.h"
#include "tests/tui/hostile.h"

/* With nothing between "=" and ")", so that what remains is what was meant by it. */
static void put_bare(const char *filter, size_t n, struct buf *out)
{
	bool value = false;

	for (size_t i = 0; i < n; i++) {
		if (filter[i] == ')')
			value = false;
		if (!value &&
			filter[i] != '?') /* "(?mail=": no such syntax, finds nobody */
			buf_putc(out, filter[i]);
		if (filter[i] == '=')
			value = true;
	}
}

#define USER "(objectClass=)"

static void holders(const struct settings *s, const char *value, struct buf *out)
{
	struct strv list = {0};

	strv_add(&list, value);
	query_holders(s, &list, out);
	strv_release(&list);
}

static void holders_in(const struct settings *s, const char *value, struct buf *out)
{
	struct strv list = {0};

	strv_add(&list, value);
	query_holders_in(s, &list, out);
	strv_release(&list);
}

static void named(const struct settings *s, const char *value, struct buf *out)
{
	struct strv list = {0};

	strv_add(&list, value);
	query_domains_named(s, &list, out);
	strv_release(&list);
}

static void internal(const struct settings *s, const char *value, struct buf *out)
{
	struct strv list = {0};

	strv_add(&list, value);
	query_route_internal(s, &list, out);
	strv_release(&list);
}

static void external(const struct settings *s, const char *value, struct buf *out)
{
	struct strv list = {0};

	(void)s;
	strv_add(&list, value);
	query_route_external(&list, out);
	strv_release(&list);
}

static void matching(const struct settings *s, const char *value, struct buf *out)
{
	struct strv none = {0};

	query_users_matching(s, value, &none, out);
}

static const struct row {
	const char *name;
	void (*query)(const struct settings *s, const char *value, struct buf *out);
	const char *filter; /* bare */
} rows[] = {
	{"holders", holders, "(|(&" USER "(mail=))(relaisThirdPartyAddress=))"},
	{"holders in a domain", holders_in,
		"(|(&" USER "(mail=))(relaisThirdPartyAddress=))"},
	{"domains named", named, "(&" USER "(associatedDomain=))"},
	{"route, internal", internal, "(&(mail=)" USER "(relaisRouting=))"},
	{"route, external", external, "(&(relaisThirdPartyAddress=)(relaisRouting=))"},
	{"users matching", matching, "(&" USER "(|(cn=)(displayName=)(uid=)(mail=)))"},
};

static struct directory directory;
static struct store *store;
static unsigned long asked;

static void ask(const char *filter)
{
	const struct search search = {.base = "dc=demo",
		.scope = SCOPE_SUBTREE,
		.filter = filter,
		.count_only = true};
	struct said said = {0};

	search_to_end(store, &search, &said);
	if (said.outcome != OUTCOME_OK)
		fail_msg("%s: %s", filter, said.err.server);
	said_release(&said);
}

/* What slapd logged after `from`: the last filter, bare. */
static void last_filter(long *from, struct buf *out)
{
	char path[160], *line = NULL, *last = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/slapd.log", directory.path);
	f = fopen(path, "r");
	assert_non_null(f);
	fseek(f, *from, SEEK_SET);
	while (getline(&line, &size, f) > 0) {
		char *at = strstr(line, " filter=\"");

		if (at) {
			free(last);
			last = strdup(at + strlen(" filter=\""));
		}
	}
	*from = ftell(f);
	fclose(f);
	assert_non_null(last);
	put_bare(last, strlen(last) - strlen("\"\n"), out);
	free(last);
	free(line);
}

static void one_value(void **state)
{
	enum { LOGGED_MOST = 700 }; /* bytes: slapd cuts a line at 4096 */
	const struct row *r = *state;
	struct buf filter = BUF_INIT, bare = BUF_INIT;
	long from = 0;

	for (size_t i = 0; i < hostile_values_n; i++) {
		const struct hostile *v = &hostile_values[i];
		char *value = strndup(v->p, v->n); /* up to a NUL, as everywhere */

		buf_reset(&filter);
		buf_reset(&bare);
		r->query(&directory.settings, value, &filter);
		if (strspn(value, " ") < strlen(value) && strlen(value) < LOGGED_MOST) {
			ask(filter.s);
			last_filter(&from, &bare);
			if (strcmp(bare.s, r->filter) != 0)
				fail_msg("%s: %s: %s", v->name, filter.s, bare.s);
			asked++;
		}
		free(value);
	}
	buf_release(&filter);
	buf_release(&bare);
}

static int start(void **state)
{
	(void)state;
	setenv("SLAPD_DEBUG", "256", 1);
	directory_start(&directory, "tree");
	store = ldap_store_new(&directory.settings);
	return turn_to_phase(store, STORE_READY, PATIENCE_MS) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	printf("# %lu filters\n", asked);
	assert_true(asked > 400);
	store_free(store);
	directory_stop(&directory);
	return 0;
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows)];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].name,
			.test_func = one_value,
			.initial_state = (void *)(uintptr_t)&rows[i]};
	return _cmocka_run_group_tests("filters", tests, COUNT_OF(tests), start, stop);
}
