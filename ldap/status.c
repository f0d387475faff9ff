#include "ldap/internal.h"

static void lower(int *timeout_ms, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	if (*timeout_ms < 0 || ms < *timeout_ms)
		*timeout_ms = (int)ms;
}

static void lower_to(int *timeout_ms, int64_t at)
{
	lower(timeout_ms, at - clock_ms());
}

/* ---- what to wait for ---- */

/* The next moment at which the status looks different. */
static void lower_to_tick(const struct peer *p, int *timeout_ms)
{
	int64_t since = peer_waiting_since(p);
	int64_t waited = clock_ms() - since;

	if (since < 0)
		return;
	lower(timeout_ms, waited < OVERDUE_MS ? OVERDUE_MS - waited : 1000 - waited % 1000);
	if (p->connector)
		lower(timeout_ms, ATTEMPT_MS - waited);
}

static int peer_poll_fds(struct ldap_store *s, const struct peer *p, struct pollfd *fds,
	int max, int *timeout_ms)
{
	int64_t at;
	int n = 0;

	lower_to_tick(p, timeout_ms);
	if (p->more)
		lower(timeout_ms, 0);
	if (reconnect_due(s, p, &at))
		lower_to(timeout_ms, at);
	at = txn_deadline(p);
	if (at >= 0)
		lower_to(timeout_ms, at);
	if (p->connector && max > n)
		fds[n++] =
			(struct pollfd){.fd = connector_fd(p->connector), .events = POLLIN};
	if (p->session && max > n)
		fds[n++] = (struct pollfd){.fd = link_fd(p->session->link),
			.events =
				link_unsent(p->session->link) ? POLLIN | POLLOUT : POLLIN};
	return n;
}

/* The replica's lag is shown in seconds. */
static void lower_to_catchup(const struct ldap_store *s, int *timeout_ms)
{
	int64_t since = catchup_since(s);

	if (since < 0)
		return;
	lower(timeout_ms, 1000 - (clock_ms() - since) % 1000);
	if (!s->probe)
		lower_to(timeout_ms, s->probe_ms);
}

int store_poll_fds(struct store *store, struct pollfd *fds, int max, int *timeout_ms)
{
	struct ldap_store *s = (struct ldap_store *)store;
	int64_t deadline = provider_deadline(s);
	struct peer *p;
	int64_t asks = watch_deadline(s);
	int n = 0;

	for (size_t i = 0; i < PEERS; i++)
		n += peer_poll_fds(s, peer_at(s, i), fds + n, max - n, timeout_ms);
	if (asks >= 0)
		lower_to(timeout_ms, asks);
	if (s->renew || !TAILQ_EMPTY(&s->lost) || peers_next(s, &p))
		lower(timeout_ms, 0);
	if (deadline >= 0)
		lower_to(timeout_ms, deadline);
	lower_to_catchup(s, timeout_ms);
	if (s->prover)
		lower_to(timeout_ms, s->prover_ms + ATTEMPT_MS);
	if (s->prover && max > n)
		fds[n++] = (struct pollfd){.fd = connector_fd(s->prover), .events = POLLIN};
	return n;
}

/* ---- how things stand ---- */

static enum store_phase phase_now(const struct ldap_store *s, int64_t now, int64_t waited)
{
	const struct peer *p = &s->main;

	if (p->session)
		return waited >= OVERDUE_MS ? STORE_WAITING : STORE_READY;
	if (p->connector)
		return STORE_CONNECTING;
	if (p->stopped)
		return STORE_SIGNED_OUT;
	return p->retry_ms > now ? STORE_DOWN : STORE_CONNECTING; /* with the next turn */
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* That the provider is being reached keeps somebody waiting only when a write does; that
 * those beside main are, nobody. */
static int64_t waiting_since(struct ldap_store *s)
{
	int64_t since = peer_waiting_since(&s->main);

	if (!s->provider.connector || provider_deadline(s) >= 0)
		since = earlier(since, peer_waiting_since(&s->provider));
	if (!s->stream.connector)
		since = earlier(since, peer_waiting_since(&s->stream));
	return since;
}

static void replica_status(const struct ldap_store *s, int64_t now, struct store_status *st)
{
	const struct peer *p = &s->provider;
	int64_t since = catchup_since(s);

	st->provider = s->referred ? p->server : "";
	st->writer_dn = s->referred && *p->who_dn ? p->who_dn : s->main.who_dn;
	st->read_only = s->referred && !p->session && (p->failed || p->stopped);
	st->behind_s = since < 0 ? 0 : (int)((now - since) / 1000);
}

/* Where changes go.  Only when asked for: slapd 2.5 frees a change that another thread is
 * still answering when the connection ends in the middle of a transaction, and crashes. */
static size_t most_at_once(struct ldap_store *s)
{
	enum { MOST = 1000 }; /* a failed one is told to replicas all the same */
	const struct session *session = s->referred ? s->provider.session : s->main.session;

	return s->settings->directory.transactions && session && session->transacts &&
			       session->asserts
		       ? MOST
		       : 0;
}

const struct store_status *store_status_now(struct store *store)
{
	struct ldap_store *s = (struct ldap_store *)store;
	int64_t now = clock_ms(), since = waiting_since(s);
	int64_t waited = since < 0 ? 0 : now - since;
	struct store_status *st = &s->status;

	st->phase = phase_now(s, now, waited);
	st->server = s->main.server;
	st->who = s->main.who;
	st->who_dn = s->main.who_dn;
	st->waiting_s = waited >= OVERDUE_MS ? (int)(waited / 1000) : 0;
	st->retry_ms = 0;
	if (st->phase == STORE_DOWN && s->main.retry_ms > now)
		st->retry_ms = (int)(s->main.retry_ms - now);
	st->err = s->main.err.code != ERR_NONE ? &s->main.err : NULL;
	st->proof = s->proof;
	st->proof_err = s->proof_err.code != ERR_NONE ? &s->proof_err : NULL;
	st->most_at_once = most_at_once(s);
	replica_status(s, now, st);
	return st;
}
