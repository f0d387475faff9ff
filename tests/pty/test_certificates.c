/* Signing in safely: the words for what is wrong with a server's certificate. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "tests/ldap/certificates.h"

/* relais.conf for name and password, with these URIs ("\"a\", \"b\""). */
static const char *config(struct scene *s, const char *uris, const char *more)
{
	static char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/simple.conf", s->directory.path);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f,
		"directory {\n uri = {%s}\n base = \"dc=demo\"\n auth = simple\n"
		" bind_dn = \"uid=%%s,ou=admins,dc=demo\"\n %s\n}\n"
		"domains { base = \"ou=domains,dc=demo\" }\n",
		uris, more);
	fclose(f);
	return path;
}

static struct pty *console_on(struct scene *s, const char *uris, const char *more)
{
	struct pty *p = console_start(
		s, &(struct console_options){.config = config(s, uris, more)});

	see(p, "< Sign in >");
	return p;
}

static void sign_in(struct pty *p, const char *name, const char *password)
{
	on_item(p, "Name");
	fill_in(p, name);
	pty_keys(p, "<Enter>");
	on_item(p, "Password");
	pty_keys(p, password);
	pty_keys(p, "<Enter>");
}

static const char *socket_uri(struct scene *s)
{
	static char quoted[300];

	snprintf(quoted, sizeof(quoted), "\"%s\"", s->directory.uri);
	return quoted;
}

static const char *port_uri(const char *scheme, int port)
{
	static char quoted[2][64];
	static int turn;

	turn = !turn;
	snprintf(quoted[turn], sizeof(quoted[turn]), "\"%s://127.0.0.1:%d\"", scheme, port);
	return quoted[turn];
}

static const char *ca_file(struct scene *s, const char *name, bool starttls)
{
	static char line[200];

	snprintf(line, sizeof(line), "ca_file = \"%s/%s\"\n starttls = %s",
		s->directory.path, name, starttls ? "true" : "false");
	return line;
}

static void over_tls(void **state)
{
	struct scene *s = *state;
	int plain, tls;

	certificates_make(&s->directory);
	certificates_serve(&s->directory, "right", &plain, &tls);
	for (int starttls = 0; starttls < 2; starttls++) {
		struct pty *p = console_on(s,
			starttls ? port_uri("ldap", plain) : port_uri("ldaps", tls),
			ca_file(s, "ca.pem", starttls));

		sign_in(p, "admin1", "demo");
		see(p, "6 users, 1 third-party");
		see(p, "admin1 · 127.0.0.1 · ready");
		quit(p);
	}
}

static const struct certificate {
	const char *name, *certificate, *ca;
	const char *sentence; /* as much as stands in one row */
	const char *details;
	const char *french;
} certificates[] = {
	{"expired", "expired", "ca.pem", "expired: it must be renewed on the server.",
		"TLS: peer certificate: expired", "expiré"},
	{"another host's", "name", "ca.pem", "another host: use a name that stands in it.",
		"does not match", "d'un autre hôte"},
	{"another authority's", "right", "other.pem", "signed by an authority trusted here",
		"TLS: peer certificate: unknown authority", "aucune autorité"},
	{"its own", "self", "ca.pem", "signed by an authority trusted here",
		"TLS: peer certificate: unknown authority", "aucune autorité"},
	{"not valid yet", "early", "ca.pem", "valid yet: check the clocks",
		"TLS: peer certificate: not valid yet", "encore valable"},
	{"no authorities", "right", "none.pem", "The authorities' certificates in",
		"no certificate loaded", "Les certificats d'autorités de"},
};

/* The sentence, libldap's words, and the password kept for the next try. */
static void certificate(void **state)
{
	struct scene *s = *state;
	const struct certificate *c = s->row;
	int plain, tls;
	struct pty *p;

	certificates_make(&s->directory);
	certificates_serve(&s->directory, c->certificate, &plain, &tls);
	p = console_on(s, port_uri("ldaps", tls), ca_file(s, c->ca, false));
	sign_in(p, "admin1", "demo");
	see(p, c->sentence);
	see(p, c->details);
	see(p, "not connected, next try in");
	p = console_start(
		s, &(struct console_options){.config = config(s, port_uri("ldap", plain),
						     ca_file(s, c->ca, true)),
			   .env = {"LANGUAGE=fr"}});
	see(p, "Mot de passe");
	pty_keys(p, "admin1<Enter>demo<Enter>");
	see(p, c->french);
}

static void never_in_clear(void **state)
{
	struct scene *s = *state;
	int plain, tls;
	struct pty *p;

	certificates_make(&s->directory);
	certificates_serve(&s->directory, "right", &plain, &tls);
	p = console_on(s, port_uri("ldap", plain), ca_file(s, "ca.pem", false));
	sign_in(p, "admin1", "demo");
	see(p, "A password never goes over an unencrypted network");
}

/* While it tries, another name can be given. */
static void another_name_meanwhile(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	directory_kill(&s->directory);
	p = console_on(s, socket_uri(s), "");
	sign_in(p, "nobody", "nothing");
	see(p, "can't be reached");
	pty_keys(p, "<BackTab>");
	on_item(p, "Name");
	fill_in(p, "admin0");
	pty_keys(p, "<Enter><C-u>demo<Enter>");
	see(p, "can't be reached");
	directory_serve(&s->directory, "", "");
	see(p, "admin0 · ldapi · ready");
	quit(p);
}

/* Nobody is asked for a password that would not help. */
static void external_without_socket(void **state)
{
	struct scene *s = *state;
	int plain, tls;
	char command[600];
	struct pty *p;

	certificates_make(&s->directory);
	certificates_serve(&s->directory, "right", &plain, &tls);
	snprintf(command, sizeof(command),
		"sed -e 's,{\".*\"},{%s},' -e '/auth/a ca_file = \"'$DIR'/ca.pem\"' "
		"$DIR/relais.conf >$DIR/simple.conf",
		port_uri("ldaps", tls));
	directory_sh(&s->directory, command);
	snprintf(command, sizeof(command), "%s/simple.conf", s->directory.path);
	p = console_start(s, &(struct console_options){.config = command});
	see(p, "takes nobody by the unix user");
	assert_false(pty_shows(p, "Password"));
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, over_tls);
	SCENE_ROWS(&s, certificate, certificates);
	SCENE(&s, never_in_clear);
	SCENE(&s, another_name_meanwhile);
	SCENE(&s, external_without_socket);
	return scenes_run(&s);
}
