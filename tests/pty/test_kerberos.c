/* Signing in with a Kerberos ticket: none yet, then one; no password anywhere. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/ldap/kdc.h"
#include "tests/pty/console.h"

static const char gssapi_conf[] =
	"authz-regexp ^uid=([^,]*),(cn=[^,]*,)?cn=gssapi,cn=auth$ "
	"uid=$1,ou=admins,dc=demo\n";

static const char *serve(struct scene *s)
{
	static char path[160];
	struct buf uris = BUF_INIT, command = BUF_INIT;
	int port = free_port();

	buf_printf(&uris, " ldap://127.0.0.1:%d", port);
	directory_kill(&s->directory);
	directory_serve(&s->directory, uris.s, gssapi_conf);
	snprintf(path, sizeof(path), "%s/kerberos.conf", s->directory.path);
	buf_printf(&command,
		"sed 's/\"external\"/\"gssapi\"/;s,\"ldapi:.*\",\"ldap://127.0.0.1:%d\",' "
		"%s "
		">%s",
		port, s->direct, path);
	assert_int_equal(system(command.s), 0);
	buf_release(&uris);
	buf_release(&command);
	return path;
}

/* What a command says, which waits for nobody. */
static void command_says(struct scene *s, const char *language, const char *sentence)
{
	struct buf command = BUF_INIT;

	buf_printf(&command,
		"LC_ALL=C.UTF-8 LANGUAGE=%s RELAIS_CONFIG=$DIR/kerberos.conf %s explain "
		"alice@acme.example >$DIR/out 2>&1 && exit 1; grep -F \"%s\" $DIR/out || "
		"{ cat $DIR/out >&2; exit 1; }",
		language, relais_program(), sentence);
	directory_sh(&s->directory, command.s);
	buf_release(&command);
}

static void a_ticket_comes(void **state)
{
	struct scene *s = *state;
	struct kdc kdc;
	const char *config;
	struct pty *p;

	kdc_start(&kdc, &s->directory);
	config = serve(s);
	command_says(s, "en", "There is no Kerberos ticket: run kinit.");
	command_says(s, "fr", "Il n'y a pas de ticket Kerberos");
	p = console_start(s, &(struct console_options){.config = config, .cols = 100});
	see(p, "There is no Kerberos ticket: run kinit.");
	see(p, "not connected, next try in ");
	assert_false(pty_shows(p, "Password"));
	kdc_kinit(&s->directory, "admin0", "1h");
	see(p, "6 users, 1 third-party");
	see(p, "admin0 · 127.0.0.1 · ready");
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
	kdc_stop(&kdc);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, a_ticket_comes);
	return scenes_run(&s);
}
