#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ldap/internal.h"
#include "ldap/passfile.h"

/*
 * A replica answers a change with a referral.  It is followed when the configuration names
 * that server as one where changes are made, and only to where the configuration says:
 * what the referral names is compared, never connected to.
 */

/* ---- the referral ---- */

static bool same_text(const char *a, const char *b)
{
	return strcasecmp(a ? a : "", b ? b : "") == 0;
}

/* ldap://h and ldaps://h are the same server, in the clear and encrypted. */
static bool same_place(const LDAPURLDesc *a, const LDAPURLDesc *b)
{
	bool same_scheme = same_text(a->lud_scheme, b->lud_scheme);
	bool local = same_text(a->lud_scheme, "ldapi") || same_text(b->lud_scheme, "ldapi");

	if (local)
		return same_scheme && a->lud_host && b->lud_host &&
		       strcmp(a->lud_host, b->lud_host) == 0;
	return same_text(a->lud_host, b->lud_host) &&
	       (!same_scheme || a->lud_port == b->lud_port);
}

static bool same_server(const char *uri, const char *other)
{
	LDAPURLDesc *a = NULL, *b = NULL;
	bool same = ldap_url_parse(uri, &a) == LDAP_URL_SUCCESS &&
		    ldap_url_parse(other, &b) == LDAP_URL_SUCCESS && same_place(a, b);

	ldap_free_urldesc(a);
	ldap_free_urldesc(b);
	return same;
}

static bool is_named(const struct strv *uris, const struct strv *urls)
{
	for (size_t i = 0; i < uris->n; i++)
		for (size_t j = 0; j < urls->n; j++)
			if (same_server(uris->v[i], urls->v[j]))
				return true;
	return false;
}

/* What stands before the entry's name in a referral: what one would write as a URI. */
static bool unnamed(const char *url, struct err *err)
{
	const char *host = strstr(url, "://");
	size_t n = host ? (size_t)(host - url) + 3 : 0;
	char *uri = xstrndup(url, n + strcspn(url + n, "/?"));

	err_set(err, ERR_PROVIDER_UNNAMED, LDAP_REFERRAL, url, uri, NULL);
	free(uri);
	return false;
}

bool provider_follow(struct ldap_store *s, const struct strv *urls, struct err *err)
{
	if (!urls->n)
		return err_set(err, ERR_REFERRAL, LDAP_REFERRAL, NULL, "", "", NULL);
	if (!is_named(s->provider.uris, urls))
		return unnamed(urls->v[0], err);
	s->referred = true;
	return true;
}

/* ---- as whom ---- */

static bool own_password(const struct settings *s)
{
	return s->provider.auth == AUTH_SIMPLE && *s->provider.password_file;
}

static bool read_password(const char *path, struct secret *out, struct err *err)
{
	char line[PASSFILE_MAX + 2];
	size_t n;

	if (!passfile_read(path, line, err))
		return false;
	n = strlen(line);
	if (n > 0 && n <= PASSFILE_MAX)
		secret_set(out, line, n);
	explicit_bzero(line, sizeof(line));
	return out->p ||
	       err_set(err, ERR_FILE, 0, "No password on its first line", path, NULL);
}

bool provider_endpoint(const struct ldap_store *s, struct endpoint *e, struct err *err)
{
	const struct settings *set = s->settings;
	const char *dn =
		*set->provider.bind_dn ? set->provider.bind_dn : set->directory.bind_dn;
	const char *ca =
		*set->provider.ca_file ? set->provider.ca_file : set->directory.ca_file;

	e->auth = set->provider.auth;
	e->bind_dn = reconnect_dn(dn, s->name);
	e->name = xstrdup(s->name);
	e->starttls = set->provider.starttls;
	e->ca_file = xstrdup(ca);
	if (own_password(set))
		return read_password(set->provider.password_file, &e->password, err);
	if (auth_asks(e->auth) && s->password.p)
		secret_set(&e->password, s->password.p, s->password.n);
	return true;
}

/* ---- who goes where ---- */

static bool is_overdue(const struct peer *p)
{
	int64_t since = peer_waiting_since(p);

	return since >= 0 && clock_ms() - since >= OVERDUE_MS;
}

/* While the replica lacks something that was saved.  A provider that is away or silent does
 * not hold up who only looks. */
static struct peer *route_while_behind(struct ldap_store *s)
{
	struct peer *p = &s->provider;
	bool away = p->session ? p->silent : p->failed || p->stopped || is_overdue(p);

	return away ? &s->main : p;
}

static struct peer *route_search(struct ldap_store *s, const struct op *op)
{
	struct peer *p = &s->main;

	if (op->search.settled && s->provider.uris->n)
		return &s->provider;
	if (!TAILQ_EMPTY(&s->behind))
		p = route_while_behind(s);
	return op->search.many && p == &s->main && peer_may_send(&s->stream) ? &s->stream
									     : p;
}

/* Nobody waits for a provider to know what he may do. */
static struct peer *route_probe(struct ldap_store *s)
{
	const struct peer *p = &s->provider;

	return s->referred && (p->session || !(p->failed || p->stopped)) ? &s->provider
									 : &s->main;
}

struct peer *provider_route(struct ldap_store *s, const struct op *op)
{
	if (op->pinned || (op->kind == OP_APPLY && op->write.begun))
		return op->at;
	if (op->kind == OP_SEARCH)
		return route_search(s, op);
	if (op->kind == OP_PROBE)
		return route_probe(s);
	if (op->kind == OP_WATCH)
		return &s->watcher;
	if (op->kind == OP_TXN && !s->referred && peer_transaction(&s->main) &&
		peer_may_send(&s->stream))
		return &s->stream;
	return s->referred ? &s->provider : &s->main;
}

bool provider_wanted(struct ldap_store *s)
{
	struct op *op;

	if (s->referred || !TAILQ_EMPTY(&s->behind))
		return true;
	for (op = TAILQ_FIRST(&s->pending); op; op = TAILQ_NEXT(op, link))
		if (provider_route(s, op) == &s->provider)
			return true;
	return false;
}

/* ---- writes that wait for it ---- */

static bool awaits(struct ldap_store *s, const struct op *op)
{
	return (op->kind == OP_APPLY || op->kind == OP_TXN) &&
	       provider_route(s, op) == &s->provider;
}

/* Every URI has its time, and none a second one. */
static int64_t deadline_of(const struct ldap_store *s, const struct op *op)
{
	return op->write.waits_ms + (int64_t)s->provider.uris->n * ATTEMPT_MS + 1000;
}

int64_t provider_deadline(struct ldap_store *s)
{
	int64_t first = -1;
	struct op *op;

	if (s->provider.session)
		return -1;
	for (op = TAILQ_FIRST(&s->pending); op; op = TAILQ_NEXT(op, link))
		if (awaits(s, op) && (first < 0 || deadline_of(s, op) < first))
			first = op->write.waits_ms ? deadline_of(s, op) : clock_ms();
	return first;
}

/* In the words of who saves. */
static void explain(const struct ldap_store *s, const struct err *why, struct err *err)
{
	const char *uri = s->provider.uris->v[0];

	*err = *why;
	switch ((int)why->code) {
	case ERR_NONE: /* no thread could be started: too many are stuck */
		err_set(err, ERR_PROVIDER_AWAY, 0, NULL, uri, NULL);
		break;
	case ERR_RESOLVE:
	case ERR_CONNECT:
	case ERR_TIMEOUT:
	case ERR_DISCONNECTED:
		err->code = ERR_PROVIDER_AWAY;
		break;
	case ERR_CREDENTIALS:
		err->code = ERR_PROVIDER_CREDENTIALS;
		break;
	}
}

static void refuse(struct ldap_store *s, struct op *op)
{
	struct err err;

	explain(s, &s->provider.err, &err);
	op->at = &s->provider;
	op_enter(s, op);
	if (op->kind == OP_TXN)
		txn_refuse(op, &err);
	else
		write_refuse(op, &err);
	op_leave(s, op);
}

/* The first that waits and has waited long enough; the others' waiting begins. */
static struct op *waited_enough(struct ldap_store *s)
{
	struct peer *p = &s->provider;
	int64_t now = clock_ms();
	struct op *op;

	for (op = TAILQ_FIRST(&s->pending); op; op = TAILQ_NEXT(op, link)) {
		if (!awaits(s, op))
			continue;
		if (!op->write.waits_ms) {
			op->write.waits_ms = now;
			reconnect_now(p);
		}
		if (p->failed || p->stopped || now >= deadline_of(s, op))
			return op;
	}
	return NULL;
}

/* What it was asked and has answered nothing to is asked elsewhere.  That it speaks again
 * is seen by whatever else it was asked, catchup.c's questions at least. */
static void take_back_searches(struct ldap_store *s)
{
	struct peer *p = &s->provider;
	struct op *op, *next;

	p->silent = true;
	for (op = TAILQ_FIRST(&p->sent); op; op = next) {
		next = TAILQ_NEXT(op, link);
		if (op->kind != OP_SEARCH || op->pinned || op->search.settled ||
			op->search.reported)
			continue;
		ldap_abandon_ext(p->session->ld, op->msgid, NULL, NULL);
		op->count = 0;
		op_move(s, op, &s->pending);
	}
}

void provider_step(struct ldap_store *s)
{
	struct op *op;

	if (s->provider.session && is_overdue(&s->provider))
		take_back_searches(s);

	while (!s->provider.session && (op = waited_enough(s)))
		refuse(s, op);
}
