/*
 * states: directories' worth of states, laid out as many domains, and addresses to ask of
 * them, all from one number.  Nothing of relais is used to make them.
 */
#ifndef TESTS_MAIL_STATES_H
#define TESTS_MAIL_STATES_H

#include <stdio.h>

#include "core/array.h"

/* An address as a client gives it between <> at RCPT, and what Postfix makes of it. */
struct question {
	char *given;
	char *inner;      /* without quotes and comments, as Postfix hands it about */
	char *key;        /* what the tables are asked, in lower case; NULL: nothing */
	const char *smtp; /* with key NULL: the answer; static */
	bool routed;      /* its local part holds one of @ ! % */
	bool live;        /* can be asked of real Postfix: its relay is there, if any */
};

struct states {
	ARRAY(struct question) questions;
	size_t domains;
};

/* Writes LDIF, users below their domain, or below ou=people when flat; @B@ stands for the
 * next hop of a relay that is there.  The same seed, the same states. */
void states_make(struct states *s, unsigned seed, size_t domains, size_t questions,
	bool flat, const char *delimiters, FILE *ldif);
void states_release(struct states *s);

/* Next hops as they stand in the directory, and as they are then written; NULL: smtp(8)
 * could not use it. */
struct stored_relay {
	const char *stored, *next_hop;
};
extern const struct stored_relay states_relays[];
extern const size_t states_relays_n;

/* Whether two entries may answer for this key in a map of users, or of domains. */
bool states_two_users(const char *key);
bool states_two_domains(const char *key);

#endif
