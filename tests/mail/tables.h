/*
 * tables: what the written tables answer, asked through postmap(1), and what Postfix makes
 * of it: its look-up order (transport(5), virtual(5), smtpd(8)), written down by hand.
 */
#ifndef TESTS_MAIL_TABLES_H
#define TESTS_MAIL_TABLES_H

#include "core/array.h"
#include "core/buf.h"

/* Asks every table in DIR/tables for every key it may get, in as few runs as can be; and
 * takes the answers, once they are all there. */
void tables_ask(const char *dir, const struct strv *keys);
void tables_await(const char *dir);
void tables_forget(void);

/* NULL: not found, or with *error set two entries answered.  The key must be among those
 * that were asked. */
const char *tables_answer(const char *table, const char *key, bool *error);

/* The entry that "internal" or "thirdparty" found. */
const char *tables_entry(const char *table, const char *key);

/* The table's query_filter with the key put in, as ldap_table(5) does; false: the key has
 * something in it that would have to be escaped. */
bool tables_filter(const char *dir, const char *table, const char *key, struct buf *out);

/* The keys of an address for users: as it is, then cut at the first delimiter. */
void tables_keys(const char *key, const char *delimiters, struct strv *out);

struct expected {
	int rule;
	const char *verdict, *smtp;
	const char *result; /* of transport_maps: "relay:[192.0.2.25]"; NULL: none */
};

/* Where mail for key goes; routed: from outside it is not relayed. */
struct expected tables_decide(const char *key, bool routed, const char *delimiters,
	bool (*usable)(const char *next_hop));

#endif
