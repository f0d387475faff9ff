/*
 * What the parts of a run share: check.c (its life, names, Postfix), check_read.c (what it
 * reads of the directory).  Not for others.
 */
#ifndef TUI_CHECK_PARTS_H
#define TUI_CHECK_PARTS_H

#include "tui/check.h"
#include "tui/fetch.h"

/* What is still going on. */
enum check_part {
	PART_USERS = 1 << 0, /* and the addresses held twice */
	PART_RELAYS = 1 << 1,
	PART_SERVER = 1 << 2,
	PART_POSTFIX = 1 << 3
};

struct check_run {
	struct check_ports ports;
	struct audit *audit;
	struct resolver *resolver; /* its own: others would take its question's place */
	struct strv relays;
	size_t relay;             /* of relays, being asked for */
	long asked_ms, silent_ms; /* when; how long names without an answer took */
	unsigned parts;
	long now_ms;
	void (*changed)(void *arg);
	void *arg;
	struct op *op; /* domains, then users, then holders */
	struct fetch count;
	struct fetch server; /* root DSE, subschema, configuration, one after another */
	char *config;        /* the configuration's DN; NULL: the server names none */
	struct strv types, classes;
	bool schema_read;
};

void check_domains_start(struct check *c);
void check_domains_are_read(struct check *c);
void check_users_start(struct check *c);
void check_server_start(struct check *c);
void check_part_done(struct check *c, enum check_part part);
void check_fail(struct check *c, const struct err *err);
void check_stop(struct check_run *r); /* everything that is being asked */

#endif
