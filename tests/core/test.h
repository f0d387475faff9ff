/*
 * test: what every test of core starts with.
 *
 * Each row of a table is a test of its own:
 *
 *	static const struct row { const char *name; ... } rows[] = {...};
 *	static void check(void **state) { const struct row *r = *state; ... }
 *
 *	int main(void)
 *	{
 *		struct suite s = {0};
 *
 *		SUITE_ROWS(&s, check, rows);
 *		SUITE_ADD(&s, one_more);
 *		return suite_run(&s);
 *	}
 */
#ifndef TESTS_CORE_TEST_H
#define TESTS_CORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/domain.h"
#include "core/route.h"
#include "core/user.h"

struct suite {
	struct CMUnitTest v[300];
	size_t n;
};

void suite_add(
	struct suite *s, const char *name, CMUnitTestFunction check, const void *row);
int suite_run(struct suite *s);

#define SUITE_ADD(s, check) suite_add((s), #check, (check), NULL)
#define SUITE_ROWS(s, check, rows)                                             \
	do {                                                                   \
		for (size_t i_ = 0; i_ < COUNT_OF(rows); i_++)                 \
			suite_add((s), (rows)[i_].name, (check), &(rows)[i_]); \
	} while (0)

/* An entry from lines "name: value"; entryUUID and entryCSN among them as they come. */
struct entry *entry_of(const char *dn, const char *lines);

/* A list from words with a space between them, "" for none. */
struct strv words(const char *text);

/* The same, back. */
void assert_words(const struct strv *list, const char *text);

struct domain domain_of(const char *dn, const char *lines);
struct user user_of(const char *dn, const char *lines, const struct settings *s);

/* Findings as "rule severity field n arg0 arg1 arg2", a line each; "-" for no argument.
 * Rules, severities and fields by name, as in core/rule.h without their prefix. */
void assert_findings(struct findings *f, const char *text);

/* The change as LDIF; NULL: there is none.  Frees it. */
void assert_change(struct change *c, const char *ldif);

#endif
