/*
 * site: one mail system for test_explain.c: a directory full of states, the harness's two
 * Postfix on it, the tables, and what `relais explain` answers.
 */
#ifndef TESTS_MAIL_SITE_H
#define TESTS_MAIL_SITE_H

#include <jansson.h>

#include "tests/mail/states.h"
#include "tests/mail/talk.h"

enum { SITE_DOMAINS = 75, SITE_QUESTIONS = 1250, SITE_LIVE = 150 };

/* What the directory and relais.conf are like; mailboxes are looked into where they are
 * found by the attribute mail alone. */
struct site_config {
	const char *name, *shape, *fallback, *delimiters;
	bool two_attributes;
	const char *filter;
};

struct site {
	const struct site_config *config;
	unsigned seed;
	char dir[32];
	char b[64]; /* next hop */
	unsigned port;
	char uri[128];
	struct states states;
	json_t *answers;
	struct rewritten *rewritten; /* of every question */
	size_t live[SITE_LIVE];      /* questions that were asked of Postfix */
	struct buf replies[SITE_LIVE];
	size_t disagreements;
};

void site_start(struct site *s);
void site_explain(struct site *s); /* fills answers */

void site_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
