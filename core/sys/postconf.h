/*
 * postconf: what Postfix on this machine is set to, in postconf(1)'s words, and the table
 * files that main.cf names.  Read beside the console, on a thread of its own: programs
 * without a shell, their output bounded, ended at the deadline.  One question at a time.
 */
#ifndef CORE_SYS_POSTCONF_H
#define CORE_SYS_POSTCONF_H

#include "core/buf.h"

enum postconf_answer {
	POSTCONF_ABSENT, /* there is no Postfix here */
	POSTCONF_READ,
	POSTCONF_FAILED /* it did not answer, in time or at all */
};

struct postconf_file {
	char *path;
	char *text; /* NULL: could not be read */
};

struct postconf_texts {
	enum postconf_answer answer;
	char *parameters; /* postconf -x of what is asked for; NULL unless POSTCONF_READ */
	char *services;   /* postconf -M */
	char *overrides;  /* postconf -Px */
	struct postconf_file *files; /* of LDAP tables in parameters and overrides */
	size_t n_files;
};

struct postconf;

/* texts: borrowed for the call. */
typedef void postconf_fn(void *arg, const struct postconf_texts *texts);

struct postconf *postconf_new(void);
/* One that answers these texts, which must outlive it: for tests. */
struct postconf *postconf_given(const struct postconf_texts *texts);
void postconf_free(struct postconf *p); /* NULL accepted; no callback any more */

/* fn is called from postconf_step() only, within deadline_ms. */
void postconf_ask(
	struct postconf *p, long now_ms, int deadline_ms, postconf_fn *fn, void *arg);
void postconf_forget(struct postconf *p); /* no callback for what was asked */

int postconf_fd(const struct postconf *p); /* to poll for input; -1: none */
int postconf_timeout(const struct postconf *p, long now_ms); /* ms; -1: none */
void postconf_step(struct postconf *p, long now_ms);

#endif
