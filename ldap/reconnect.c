#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "ldap/internal.h"

/*
 * Servers are tried in the order of the configuration, each for ATTEMPT_MS at most;
 * after the last one comes a pause that doubles.  Refused credentials end the trying
 * until somebody signs in again: more of the same would lock the account.
 */

static void replace(char **to, const char *with)
{
	char *copy = xstrdup(with);

	free(*to);
	*to = copy;
}

static void try_at(struct ldap_store *s, int64_t at)
{
	s->uri = 0;
	s->retry_ms = at;
}

void reconnect_init(struct ldap_store *s)
{
	s->backoff_ms = BACKOFF_MS;
	s->signed_out = auth_asks(s->settings->directory.auth);
	s->bind_dn = xstrdup("");
	s->name = xstrdup("");
	s->server = xstrdup("");
	s->who = xstrdup("");
	s->who_dn = xstrdup("");
	try_at(s, clock_ms());
}

void reconnect_release(struct ldap_store *s)
{
	/* Long enough for a thread that was woken to leave libldap before exit(3). */
	connector_drop(s->connector, 200);
	s->connector = NULL;
	secret_wipe(&s->password);
	free(s->bind_dn);
	free(s->name);
	free(s->server);
	free(s->who);
	free(s->who_dn);
}

/* bind_dn with its %s replaced by the name, escaped; "" when there is no name, since a
 * server would answer that with a syntax error. */
static char *dn_of_name(const char *pattern, const char *name)
{
	const char *place = strstr(pattern, "%s");
	struct buf dn = BUF_INIT;

	if (!place || !*name)
		return xstrdup(place ? "" : pattern);
	buf_add(&dn, pattern, (size_t)(place - pattern));
	dn_escape(&dn, name, strlen(name));
	buf_puts(&dn, place + 2);
	return buf_detach(&dn);
}

void reconnect_sign_in(struct ldap_store *s, const char *name, const char *password)
{
	connector_drop(s->connector, 0);
	s->connector = NULL;
	if (auth_asks(s->settings->directory.auth)) {
		replace(&s->name, name ? name : "");
		free(s->bind_dn);
		s->bind_dn = dn_of_name(s->settings->directory.bind_dn, name ? name : "");
		secret_set(&s->password, password ? password : "",
			password ? strlen(password) : 0);
	}
	s->signed_out = false;
	s->backoff_ms = BACKOFF_MS;
	s->err = (struct err){0};
	try_at(s, clock_ms());
}

static void double_backoff(struct ldap_store *s)
{
	s->backoff_ms *= 2;
	if (s->backoff_ms > BACKOFF_MOST_MS)
		s->backoff_ms = BACKOFF_MOST_MS;
}

static void attempt_failed(struct ldap_store *s, const struct err *err)
{
	s->err = *err;
	if (err->code == ERR_CREDENTIALS) {
		s->signed_out = true;
		replace(&s->who, "");
		replace(&s->who_dn, "");
		secret_wipe(&s->password);
		return;
	}
	s->uri++;
	if (s->uri < s->settings->directory.uri.n)
		return; /* the next one at once */
	try_at(s, clock_ms() + s->backoff_ms);
	double_backoff(s);
}

static void attempt(struct ldap_store *s)
{
	const char *uri = s->settings->directory.uri.v[s->uri];
	char *name = session_short_server(uri);
	struct endpoint e = {.uri = s->settings->directory.uri.v[s->uri],
		.auth = s->settings->directory.auth,
		.bind_dn = s->bind_dn,
		.name = s->name,
		.password = s->password,
		.starttls = s->settings->directory.starttls,
		.ca_file = s->settings->directory.ca_file};
	struct err err;

	replace(&s->server, name);
	free(name);
	if (auth_asks(e.auth) && session_in_clear(&e)) {
		err_set(&err, ERR_CLEARTEXT, 0, NULL, uri, NULL);
		attempt_failed(s, &err);
		return;
	}
	s->attempt_ms = clock_ms();
	s->connector = connector_start(&e);
}

static void attempt_done(struct ldap_store *s)
{
	struct err err = {0};
	struct session *session = connector_take(s->connector, &err);

	s->connector = NULL;
	if (!session) {
		attempt_failed(s, &err);
		return;
	}
	s->session = session;
	s->session_ms = clock_ms();
	s->session_used = false;
	s->err = (struct err){0};
	replace(&s->server, session->server);
	replace(&s->who, session->who);
	replace(&s->who_dn, session->who_dn);
}

static void attempt_overdue(struct ldap_store *s)
{
	struct err err;

	connector_drop(s->connector, 0);
	s->connector = NULL;
	err_set(&err, ERR_TIMEOUT, ATTEMPT_MS / 1000, NULL,
		s->settings->directory.uri.v[s->uri], NULL);
	attempt_failed(s, &err);
}

void reconnect_step(struct ldap_store *s)
{
	if (s->session)
		return;
	if (s->connector && connector_done(s->connector))
		attempt_done(s);
	else if (s->connector && clock_ms() - s->attempt_ms >= ATTEMPT_MS)
		attempt_overdue(s);
	/* More than one in a row only where nothing was sent (ERR_CLEARTEXT). */
	while (!s->session && !s->connector && !s->signed_out &&
		s->settings->directory.uri.n && clock_ms() >= s->retry_ms &&
		connector_left_behind() < MOST_LEFT_BEHIND)
		attempt(s);
}

/* At once, unless the server sends everybody away that signs in.  What breaks each
 * connection it is sent on ends by itself (MOST_SENDS). */
void reconnect_lost(struct ldap_store *s, const struct err *err)
{
	bool healthy = s->session_used || clock_ms() - s->session_ms >= HEALTHY_MS;

	s->err = *err;
	if (healthy)
		s->backoff_ms = BACKOFF_MS;
	try_at(s, clock_ms() + (healthy ? 0 : s->backoff_ms));
	if (!healthy)
		double_backoff(s);
}
