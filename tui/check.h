/*
 * check: one run of the consistency check (core/audit.h) on the directory, the name service
 * and Postfix: reads, and collects what is found.  Serves the screen and the command.
 *
 * The directory's answers come by store_step(); check_step() looks after the rest.
 */
#ifndef TUI_CHECK_H
#define TUI_CHECK_H

#include "core/audit.h"
#include "core/store.h"
#include "core/sys/postconf.h"
#include "core/sys/resolve.h"

/* The text of one table as the configuration makes it (ldap/postfix.h). */
typedef bool check_table_fn(
	const char *name, const struct settings *s, const char *password, struct buf *out);

/* What it asks; all must outlive it. */
struct check_ports {
	const struct settings *settings;
	struct store *store;
	const struct strv *own;    /* this machine's names and addresses */
	struct resolver *resolver; /* NULL: relay names are not looked up */
	struct postconf *postconf; /* NULL: Postfix is not looked at */
	check_table_fn *table;     /* NULL: tables are not compared */
	bool count;                /* counts users, for the time left */
	unsigned long total;       /* how many there are, as far as is known; 0: it isn't */
};

enum check_state {
	CHECK_RUNNING,
	CHECK_DONE,
	CHECK_FAILED /* err, or names that are no domain's; findings so far */
};

struct check {
	enum check_state state;
	struct err err;
	struct strv unknown;                  /* names asked for that are no domain's */
	ARRAY(struct audit_finding) findings; /* sorted once DONE or FAILED */
	unsigned long counts[SEVERITY_ERROR + 1];
	unsigned long domains, users; /* looked at so far */
	unsigned long total;          /* users there are; 0: not known */
	long began_ms, ended_ms;
	struct check_run *run; /* its own */
};

/* names: canonical; only these domains; NULL or empty: all, and the server itself.
 * changed is called when there is something new to show, never from this call. */
struct check *check_new(const struct check_ports *ports, const struct strv *names,
	long now_ms, void (*changed)(void *arg), void *arg);
void check_free(struct check *c); /* cancels; NULL accepted */

/* As store_fds() and store_step(). */
int check_fds(struct check *c, struct pollfd *fds, int max, int *timeout_ms, long now_ms);
void check_step(struct check *c, long now_ms);

/* Of rule `id`, how many are only counted, by number; false at the end of the rules. */
bool check_beyond(const struct check *c, size_t i, const char **id, unsigned long *n);

#endif
