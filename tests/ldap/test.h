/*
 * What the tests of the store share: a throw-away directory (tests/slapd), and a small
 * event loop that remembers what the store said.
 */
#ifndef TESTS_LDAP_TEST_H
#define TESTS_LDAP_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/types.h>

#include "core/settings.h"
#include "core/store.h"

enum { PATIENCE_MS = 20000 }; /* after which a test has failed */

int64_t test_clock_ms(void);

/* ---- a directory ---- */

struct directory {
	char path[128];
	char uri[256];
	pid_t pid;
	struct settings settings; /* auth external, uri, base dc=demo */
};

/* arguments: what tests/slapd start takes after DIR, in one string.  Fails the test. */
void directory_start(struct directory *d, const char *arguments);
void directory_stop(struct directory *d); /* also when it is paused or was killed */
void directory_pause(struct directory *d);
void directory_resume(struct directory *d);
bool directory_died(const struct directory *d); /* by itself */
void directory_kill(struct directory *d);       /* SIGKILL, and gone when it returns */
/* Serves the same data again, on more URIs ("" or " ldap://127.0.0.1:1234"), with more
 * lines in slapd.conf's global part. */
void directory_serve(struct directory *d, const char *more_uris, const char *more_conf);
/* Runs a shell command with $DIR and $URI set; ldapmodify as admin1 is `$MODIFY`. */
void directory_sh(struct directory *d, const char *command);
/* The attribute's values of the entry, one a line, as somebody else reads them. */
char *directory_value(struct directory *d, const char *dn, const char *attribute);

int free_port(void); /* one on 127.0.0.1 that nothing listens on */

/* ---- what an operation said ---- */

struct said {
	struct strv dns;    /* of the entries, in order */
	struct entry *last; /* the last entry */
	size_t entries, progress, changed;
	size_t gone, from_now, own;   /* of a watch */
	enum outcome changed_outcome; /* of the last EVENT_CHANGED */
	struct entry *now;            /* its entry */
	struct err changed_err;
	bool done;
	enum outcome outcome;
	size_t count;
	struct err err;
	size_t after_done; /* events that should not have come */
	int stop_after;    /* entries: cancel the operation then */
	struct store *store;
	struct op *op;
};

void said_event(void *said, const struct event *event); /* a store_event_fn */
void said_release(struct said *s);

/* ---- turning ---- */

/* Polls and steps until *flag or the time is over; says whether *flag.  A step that takes
 * longer than a person notices fails the test. */
bool turn_until(struct store *s, const bool *flag, int ms);
bool turn_to_phase(struct store *s, enum store_phase phase, int ms);
void turn_once(struct store *s, int most_ms);

/* Submits and turns until done, which the test fails without. */
void search_to_end(struct store *s, const struct search *search, struct said *said);
void apply_to_end(struct store *s, struct plan *plan, struct said *said);

/* Reads one entry with the given attributes (NULL: all); NULL when there is none. */
struct entry *read_entry(struct store *s, const char *dn, const char *const *attributes);

/* The change of attribute name to the values (NULL-terminated), as a plan. */
struct plan *plan_to_set(const struct entry *e, const char *name, ...)
	__attribute__((sentinel));

/* ---- slapd's own faults ---- */

/* Runs the tests of a program in which connections end in the middle of a transaction.
 * slapd 2.5.13 then frees changes that a thread of its own still looks at, and sometimes
 * crashes of it (ldap/txn.c); what the tests say after that is nothing about relais.  Where
 * directory_stop() has found a slapd that died they are run once more, a few times. */
int run_while_slapd_lives(int (*run)(void));

#endif
