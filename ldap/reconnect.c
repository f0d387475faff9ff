#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "ldap/internal.h"

/*
 * Servers are tried in the order of the configuration, each for ATTEMPT_MS at most;
 * after the last one comes a pause that doubles.  Refused credentials end the trying
 * until somebody signs in again, or saves again where changes are made: more of the same
 * would lock the account.
 */

enum { LEFT_BEHIND_MS = 200 }; /* between looks at whether a stuck thread has ended */

static void replace(char **to, const char *with)
{
	char *copy = xstrdup(with);

	free(*to);
	*to = copy;
}

static void replace_server(struct peer *p, const char *uri)
{
	free(p->server);
	p->server = session_short_server(uri);
}

static void try_at(struct peer *p, int64_t at)
{
	p->uri = 0;
	p->retry_ms = at;
}

static void start_afresh(struct peer *p)
{
	p->backoff_ms = BACKOFF_MS;
	p->stopped = p->failed = false;
	try_at(p, clock_ms());
}

void reconnect_init(struct ldap_store *s)
{
	peer_init(&s->main, &s->settings->directory.uri);
	peer_init(&s->provider, &s->settings->provider.uri);
	peer_init(&s->stream, &s->settings->directory.uri);
	peer_init(&s->watcher, &s->settings->directory.uri);
	s->stream.beside = s->watcher.beside = true;
	s->bind_dn = xstrdup("");
	s->name = xstrdup("");
	for (size_t i = 0; i < PEERS; i++)
		start_afresh(peer_at(s, i));
	s->main.stopped = auth_asks(s->settings->directory.auth);
	if (s->provider.uris->n)
		replace_server(&s->provider, s->provider.uris->v[0]);
}

void reconnect_release(struct ldap_store *s)
{
	for (size_t i = 0; i < PEERS; i++) {
		struct peer *p = peer_at(s, i);

		/* Long enough for a thread that was woken to leave libldap before exit(3).
		 */
		connector_drop(p->connector, 200);
		p->connector = NULL;
		peer_release(p);
	}
	secret_wipe(&s->password);
	free(s->bind_dn);
	free(s->name);
}

/* ---- as whom ---- */

char *reconnect_dn(const char *pattern, const char *name)
{
	const char *place = strstr(pattern, "%s");
	struct buf dn = BUF_INIT;

	if (!place || !*name) /* a server would answer half a DN with a syntax error */
		return xstrdup(place ? "" : pattern);
	buf_add(&dn, pattern, (size_t)(place - pattern));
	dn_escape(&dn, name, strlen(name));
	buf_puts(&dn, place + 2);
	return buf_detach(&dn);
}

void reconnect_sign_in(struct ldap_store *s, const char *name, const char *password)
{
	for (size_t i = 0; i < PEERS; i++) {
		struct peer *p = peer_at(s, i);

		connector_drop(p->connector, 0);
		p->connector = NULL;
		p->err = (struct err){0};
		start_afresh(p);
	}
	if (!auth_asks(s->settings->directory.auth))
		return;
	replace(&s->name, name ? name : "");
	free(s->bind_dn);
	s->bind_dn = reconnect_dn(s->settings->directory.bind_dn, s->name);
	secret_set(&s->password, password ? password : "", password ? strlen(password) : 0);
}

void reconnect_endpoint(const struct ldap_store *s, struct endpoint *e)
{
	e->auth = s->settings->directory.auth;
	e->bind_dn = xstrdup(s->bind_dn);
	e->name = xstrdup(s->name);
	if (s->password.p)
		secret_set(&e->password, s->password.p, s->password.n);
	e->starttls = s->settings->directory.starttls;
	e->ca_file = xstrdup(s->settings->directory.ca_file);
}

/* ---- trying ---- */

static void double_backoff(struct peer *p)
{
	p->backoff_ms *= 2;
	if (p->backoff_ms > BACKOFF_MOST_MS)
		p->backoff_ms = BACKOFF_MOST_MS;
}

static void attempt_failed(struct ldap_store *s, struct peer *p, const struct err *err)
{
	p->err = *err;
	if (err->code == ERR_CREDENTIALS) {
		p->stopped = true;
		replace(&p->who, "");
		replace(&p->who_dn, "");
		if (p == &s->main)
			secret_wipe(&s->password);
		return;
	}
	p->uri++;
	if (p->uri < p->uris->n && !p->beside)
		return; /* the next one at once */
	p->failed = true;
	try_at(p, clock_ms() + p->backoff_ms);
	double_backoff(p);
}

static bool endpoint_for(const struct ldap_store *s, const struct peer *p,
	struct endpoint *e, struct err *err)
{
	e->uri = xstrdup(p->uris->v[p->uri]);
	if (p != &s->provider)
		reconnect_endpoint(s, e);
	else if (!provider_endpoint(s, e, err))
		return false;
	return !(auth_asks(e->auth) && session_in_clear(e)) ||
	       err_set(err, ERR_CLEARTEXT, 0, NULL, e->uri, NULL);
}

static void attempt(struct ldap_store *s, struct peer *p)
{
	struct endpoint e = {0};
	struct err err;

	if (p->beside)
		p->uri = s->main.uri; /* the same server */
	replace_server(p, p->uris->v[p->uri]);
	if (endpoint_for(s, p, &e, &err)) {
		p->attempt_ms = clock_ms();
		p->connector = connector_start(&e);
	} else {
		attempt_failed(s, p, &err);
	}
	endpoint_release(&e);
}

static void attempt_done(struct ldap_store *s, struct peer *p)
{
	struct err err = {0};
	struct session *session = connector_take(p->connector, &err);

	p->connector = NULL;
	if (!session) {
		attempt_failed(s, p, &err);
		return;
	}
	p->session = session;
	p->session_ms = clock_ms();
	p->session_used = p->failed = p->silent = false;
	p->err = (struct err){0};
	replace(&p->server, session->server);
	replace(&p->who, session->who);
	replace(&p->who_dn, session->who_dn);
}

static void attempt_overdue(struct ldap_store *s, struct peer *p)
{
	struct err err;

	connector_drop(p->connector, 0);
	p->connector = NULL;
	err_set(&err, ERR_TIMEOUT, ATTEMPT_MS / 1000, NULL, p->uris->v[p->uri], NULL);
	attempt_failed(s, p, &err);
}

/* While slapd makes the changes of one, those of the next are queued. */
static bool transactions_wait(const struct ldap_store *s)
{
	const struct op *op = TAILQ_FIRST(&s->pending);

	while (op && op->kind != OP_TXN)
		op = TAILQ_NEXT(op, link);
	return op && !s->referred && peer_transaction(&s->main);
}

/* Who watches is somebody who looks, and may soon want a long list. */
static bool is_wanted(struct ldap_store *s, const struct peer *p)
{
	if (p->beside)
		return s->main.session &&
		       (watch_any(s) || (p == &s->stream && transactions_wait(s)));
	return p == &s->main || provider_wanted(s);
}

bool reconnect_due(struct ldap_store *s, const struct peer *p, int64_t *at)
{
	if (p->session || p->connector || p->stopped || !p->uris->n || !is_wanted(s, p))
		return false;
	*at = p->retry_ms;
	if (connector_left_behind() >= MOST_LEFT_BEHIND &&
		*at < clock_ms() + LEFT_BEHIND_MS)
		*at = clock_ms() + LEFT_BEHIND_MS;
	return true;
}

static void peer_step(struct ldap_store *s, struct peer *p)
{
	int64_t at;

	if (p->connector && connector_done(p->connector))
		attempt_done(s, p);
	else if (p->connector && clock_ms() - p->attempt_ms >= ATTEMPT_MS)
		attempt_overdue(s, p);
	/* More than one in a row only where nothing was sent (ERR_CLEARTEXT). */
	while (reconnect_due(s, p, &at) && at <= clock_ms())
		attempt(s, p);
}

void reconnect_step(struct ldap_store *s)
{
	for (size_t i = 0; i < PEERS; i++)
		peer_step(s, peer_at(s, i));
}

/* At once, unless the server sends everybody away that signs in.  What breaks each
 * connection it is sent on ends by itself (MOST_SENDS). */
void reconnect_lost(struct peer *p, const struct err *err)
{
	bool healthy = p->session_used || clock_ms() - p->session_ms >= HEALTHY_MS;

	p->err = *err;
	if (healthy)
		p->backoff_ms = BACKOFF_MS;
	try_at(p, clock_ms() + (healthy ? 0 : p->backoff_ms));
	if (!healthy)
		double_backoff(p);
}

void reconnect_now(struct peer *p)
{
	p->stopped = p->failed = false;
	if (!p->session && !p->connector)
		try_at(p, clock_ms());
}
