/*
 * record: one save as text, for the journal: LDIF (RFC 2849) that ldapmodify(1) applies,
 * with what only the journal needs in its comments.
 *
 *	# relais journal 1
 *	# when: 2026-11-22T23:15:00Z
 *	# who: uid=admin0,ou=admins,dc=example
 *	# login: admin0
 *	# server: ldap1.example
 *	# directory: ldapi:/// dc=example
 *	# why: Save acme.example?
 *	version: 1
 *
 *	# change: 1
 *	#| dn: associatedDomain=acme.example,...	the entry as it was read: of a
 *	#| entryUUID: ...				modify what is touched, of a
 *	#| relaisSplitRelay: [192.0.2.25]		delete all of it
 *	dn: associatedDomain=acme.example,...
 *	changetype: modify
 *	...
 *
 *	# outcome: 1 done 2026-11-22T23:15:00Z 20261122231500.120000Z#000000#000#000000
 *	# end: 2026-11-22T23:15:00Z 1 of 1 done
 *
 * Head and changes are written before anything is sent, outcomes as answers come; the last
 * outcome of a change counts.  A save may go in parts, each with its end: the numbers go
 * on.  What was cut off while it was being written was never sent.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/buf.h"
#include "core/plan.h"

struct record_head {
	char *when;  /* UTC, RFC 3339 */
	char *who;   /* the directory identity's DN, or its name where it has none */
	char *login; /* on this machine */
	char *server;
	char *directory; /* where an unanswered change may be looked up: URIs and base */
	char *why;
};

void record_head_copy(
	struct record_head *to, const struct record_head *from); /* to: unset */
void record_head_release(struct record_head *h);

enum settled {
	SETTLED_UNKNOWN, /* not answered, not looked up */
	SETTLED_DONE,
	SETTLED_NOT,     /* it did not happen: everything is as it was read */
	SETTLED_CHANGED, /* neither: somebody else has changed it since */
	SETTLED_REFUSED  /* the server said no */
};

/* What became of a change of which no answer came, by the entry as it is now; NULL: there
 * is none, under its name or with its entryUUID. */
enum settled record_settle(const struct change *c, const struct entry *now);

/* Whether it holds passwords: such attributes are never written down. */
bool record_is_secret(const char *attribute);

/* ---- writing: each appends whole lines */

void record_put_head(const struct record_head *h, struct buf *out);
void record_put_change(size_t number, const struct change *c, struct buf *out);
/* Its LDIF alone.  Passwords and keys are never written, here or there. */
void record_put_ldif(const struct change *c, struct buf *out);
/* note: the entryCSN of what was done, the server's words of what was refused; "": none. */
void record_put_outcome(size_t number, enum settled outcome, const char *when,
	const char *note, struct buf *out);
void record_put_end(const char *when, size_t done, size_t changes, struct buf *out);

/* ---- reading */

/* Sets line to the next line, without its end.  False: there is none. */
typedef bool record_line_fn(void *arg, struct buf *line);

enum record_kind {
	RECORD_HEAD,    /* head, once, first */
	RECORD_CHANGE,  /* number, change */
	RECORD_OUTCOME, /* number, outcome, when, note */
	RECORD_END,     /* when, done, changes */
	RECORD_EOF,
	RECORD_BROKEN /* not what is written above; nothing more comes */
};

struct record {
	enum record_kind kind;
	struct record_head head;
	size_t number; /* of the change, from 1 */
	struct change *change;
	enum settled outcome;
	char *when, *note;
	size_t done, changes;
};

struct record_reader;

struct record_reader *record_reader_new(record_line_fn *line, void *arg);
void record_reader_free(struct record_reader *r);

/* The next part; borrowed until the next call.  A change without its empty line at the end
 * was cut off: RECORD_EOF.  Comments that are none of ours are passed over. */
const struct record *record_next(struct record_reader *r);

/* After RECORD_EOF: how many bytes of the text are whole, lines counted with their '\n'.
 * What is behind them was cut off. */
size_t record_whole(const struct record_reader *r);

#endif
