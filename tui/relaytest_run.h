/*
 * relaytest_run: a relay test as the console and the command make it: one selected address
 * of the domain from the directory, then the conversation.  Beside everything else: it
 * moves on in store_step() and smtp_step().
 */
#ifndef TUI_RELAYTEST_RUN_H
#define TUI_RELAYTEST_RUN_H

#include "core/sys/smtp.h"
#include "tui/fetch.h"

struct relaytest_run {
	/* set before relaytest_start(), borrowed until relaytest_stop() */
	const struct settings *settings;
	struct store *store;
	struct smtp *smtp;
	const struct strv *own; /* this machine's names; NULL: none */
	const struct smtp_limits *limits;
	long (*now_ms)(void);
	void (*changed)(void *arg); /* something moved on, or all is done */
	void *arg;
	/* own; read only */
	char *domain;      /* canonical */
	struct strv names; /* all of the domain's */
	struct nexthop relay;
	bool forward;
	struct fetch users;
	struct relaytest test;
	struct relaytest_points points; /* once done */
	bool begun, done;
	struct err err; /* code: the directory could not be asked, nobody was tested */
};

/* Begins, from the start when it was begun before.  forward: whether unknown addresses are
 * to be forwarded. */
void relaytest_start(struct relaytest_run *r, const struct nexthop *relay,
	const struct strv *names, bool forward);
void relaytest_repeat(struct relaytest_run *r);
/* Esc: what is known is judged, and `done`; no further changed(). */
void relaytest_stop(struct relaytest_run *r);
void relaytest_run_release(struct relaytest_run *r);

/* The gravest of the points; NOTE: none is grave. */
enum severity relaytest_severity(const struct relaytest_run *r);

/* ---- in words ------------------------------------------------------------------- */

const char *relaytest_step_name(enum relaytest_step step);
/* What came of a step that was begun; safe to show.  How that is: *severity. */
void relaytest_step_text(const struct relaytest *t, enum relaytest_step step,
	struct buf *out, enum severity *severity);
/* "It can be reached." */
void relaytest_point_text(
	const struct relaytest *t, const struct relaytest_point *p, struct buf *out);
/* Its own words, safe to show; nothing where there are none. */
void relaytest_point_words(const struct relaytest_point *p, struct buf *out);
const char *relaytest_conclusion(enum conclusion c);

/* "+", "!", "x": a mark for what is good, to know, bad. */
const char *relaytest_mark(enum severity severity);

/* One object, indented; README lists its members. */
void relaytest_json(const struct relaytest_run *r, struct buf *out);

#endif
