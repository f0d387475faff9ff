#include <string.h>

#include "ldap/internal.h"

/*
 * Whether a password is that of who signed in: a sign-in on a connection of its own, which
 * is ended at once.  Where the server does not answer, the others are asked.
 */

static void end(struct ldap_store *s, enum store_proof proof, const struct err *err)
{
	s->proof = proof;
	s->proof_err = err ? *err : (struct err){0};
	secret_wipe(&s->proof_password);
}

/* The one that answers already comes first. */
static const char *uri(const struct ldap_store *s)
{
	const struct strv *uris = s->main.uris;

	return uris->v[(s->prover_first + s->prover_tried) % uris->n];
}

static bool endpoint(const struct ldap_store *s, struct endpoint *e, struct err *err)
{
	reconnect_endpoint(s, e);
	secret_wipe(&e->password);
	secret_set(&e->password, s->proof_password.p, s->proof_password.n);
	e->uri = xstrdup(uri(s));
	return !session_in_clear(e) || err_set(err, ERR_CLEARTEXT, 0, NULL, e->uri, NULL);
}

static void ask(struct ldap_store *s)
{
	struct endpoint e = {0};
	struct err err = {0};

	if (endpoint(s, &e, &err)) {
		s->prover_ms = clock_ms();
		s->prover = connector_start(&e);
	} else {
		end(s, PROOF_FAILED, &err);
	}
	endpoint_release(&e);
}

void prove_start(struct ldap_store *s, const char *password)
{
	connector_drop(s->prover, 0);
	s->prover = NULL;
	s->prover_first = s->main.uri;
	s->prover_tried = 0;
	secret_wipe(&s->proof_password);
	s->proof = PROOF_NO;
	err_set(&s->proof_err, ERR_CREDENTIALS, LDAP_INVALID_CREDENTIALS, NULL, "", NULL);
	if (!auth_asks(s->settings->directory.auth) || !*s->name || !*password)
		return;
	secret_set(&s->proof_password, password, strlen(password));
	s->proof = PROOF_ASKED;
	ask(s);
}

/* The password may be a new one, which the next connection needs. */
static void take(struct ldap_store *s)
{
	bool stopped = s->main.stopped;

	secret_set(&s->password, s->proof_password.p, s->proof_password.n);
	if (stopped)
		reconnect_now(&s->main);
	end(s, PROOF_YES, NULL);
}

static void failed(struct ldap_store *s, const struct err *err)
{
	if (err->code == ERR_CREDENTIALS) {
		end(s, PROOF_NO, err);
		return;
	}
	s->prover_tried++;
	if (s->prover_tried < s->main.uris->n)
		ask(s);
	else
		end(s, PROOF_FAILED, err);
}

void prove_step(struct ldap_store *s)
{
	struct session *session;
	struct err err = {0};

	if (!s->prover)
		return;
	if (connector_done(s->prover)) {
		session = connector_take(s->prover, &err);
		s->prover = NULL;
		if (session)
			take(s);
		else
			failed(s, &err);
		session_free(session);
	} else if (clock_ms() - s->prover_ms >= ATTEMPT_MS) {
		connector_drop(s->prover, 0);
		s->prover = NULL;
		err_set(&err, ERR_TIMEOUT, ATTEMPT_MS / 1000, NULL, uri(s), NULL);
		failed(s, &err);
	}
}

void prove_release(struct ldap_store *s)
{
	connector_drop(s->prover, 200);
	s->prover = NULL;
	secret_wipe(&s->proof_password);
}
