/*
 * crowd: many users, a plan that changes some of them, and what is said of each change.
 *
 * They are u0000, u0001 ... below acme.example, internal, each with the address
 * u0000@acme.example and the description "old".
 */
#ifndef TESTS_LDAP_CROWD_H
#define TESTS_LDAP_CROWD_H

#include "core/many.h"
#include "tests/ldap/test.h"

/* Writes users [from, to) to an LDIF file; appends a process of ldapadd that adds them. */
void crowd_add(struct directory *d, size_t from, size_t to);

void crowd_dn(size_t i, char dn[128]);

/* Of user i: the description, "-" where there is none, as somebody else reads it. Up to n
 * users; the array and what is in it is the caller's: crowd_forget(). */
char **crowd_descriptions(struct directory *d, size_t n);
void crowd_forget(char **descriptions, size_t n);

/* ---- a plan */

struct crowd {
	ARRAY(struct change *) changes; /* of user i: description "mine" */
	size_t at;
	struct plan plan; /* independent */
};

/* Of users [from, to), as the store reads them now. */
void crowd_read(struct crowd *c, struct store *s, size_t from, size_t to);
void crowd_release(struct crowd *c);

/* Change i (of the plan, from 0) also sets that attribute, from `was`: to be refused. */
void crowd_spoil(struct crowd *c, size_t i, const char *attribute, const char *was,
	const char *value);

/* ---- what is said */

struct answer {
	unsigned times;
	enum outcome outcome;
	bool entry; /* it came with the entry: it was not made in a batch */
	enum err_code code;
};

struct answers {
	struct answer *v; /* by number, from 1 */
	size_t n;
	size_t events, ok, with_entry;
	size_t lost; /* EVENT_PROGRESS with OUTCOME_UNKNOWN */
	bool done;
	enum outcome outcome;
	size_t count;
	struct many *many;
	size_t stop_after; /* events: many_free() then; 0: not */
	bool stopped;
	struct crowd *crowd;
};

void answers_event(void *answers, const struct event *event); /* a store_event_fn */
void answers_release(struct answers *a);

/* many_start() of c; _to_end turns until it is done. */
void answers_begin(struct answers *a, struct store *s, struct crowd *c);
/* The same by store_apply(). */
void answers_apply(struct answers *a, struct store *s, struct crowd *c);
void answers_to_end(struct answers *a, struct store *s, struct crowd *c);

/* Every change has exactly one outcome, which is `ok` but for those of `but` (numbers of
 * changes, from 1, ended by 0), which is `other`. */
void answers_expect(const struct answers *a, const size_t *but, enum outcome other);

#endif
