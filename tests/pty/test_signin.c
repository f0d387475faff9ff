/* Signing in, and a directory that goes and comes back. */
#include "tests/pty/console.h"

#include <stdio.h>
#include <string.h>

#include "tests/ldap/certificates.h"

enum { AT_ONCE_MS = 2000 };

/* relais.conf with a line of its own in place of another; its path. */
static const char *conf_with(struct scene *s, const char *sed)
{
	static char path[160];
	struct buf command = BUF_INIT;

	snprintf(path, sizeof(path), "%s/other.conf", s->directory.path);
	buf_printf(&command, "sed '%s' %s >%s", sed, s->direct, path);
	assert_int_equal(system(command.s), 0);
	buf_release(&command);
	return path;
}

static struct pty *signing_in(struct scene *s)
{
	struct pty *p = console_start(
		s, &(struct console_options){
			   .config = conf_with(s, "s/\"external\"/\"simple\"/")});

	see(p, "< Sign in >");
	on_item(p, "Name");
	return p;
}

static void signed_in(struct pty *p)
{
	see(p, "6 users, 1 third-party");
	see(p, "admin0 · ldapi · ready");
}

/* ---- name and password ------------------------------------------------------------------
 */

static void right_and_wrong(void **state)
{
	struct scene *s = *state;
	struct pty *p = signing_in(s);

	see(p, "signed out");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	press(p, "secret-17<Enter>", "Name or password is wrong.");
	on_item(p, "Password");
	see(p, "admin0");
	assert_false(pty_shows(p, "·····")); /* to be typed anew */
	pty_keys(p, "demo<Enter>");
	signed_in(p);
	/* Neither was ever on the screen. */
	assert_false(pty_saw(p, "secret-17"));
	assert_false(pty_saw(p, "ret-17"));
	open_domain(p, "lyon.example");
	quit(p);
}

static void names_that_nobody_has(void **state)
{
	static const char *const names[] = {
		"nobody", "admin0,ou=admins", "*", "a+b=c", "cn=root,dc=demo"};
	struct scene *s = *state;
	struct pty *p = signing_in(s);

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		fill_in(p, names[i]);
		pty_keys(p, "<Tab>");
		on_item(p, "Password");
		press(p, "demo", "[**** ");
		press(p, "<Enter>", "[     "); /* it has been answered: emptied */
		see_gone(p, "[**** ");
		see(p, "Name or password is wrong.");
		on_item(p, "Password");
		pty_keys(p, "<BackTab>");
		on_item(p, "Name");
	}
}

/* An empty password would be an anonymous sign-in that succeeds (RFC 4513, 5.1.2). */
static void nothing_typed(void **state)
{
	struct scene *s = *state;
	struct pty *p = signing_in(s);

	pty_keys(p, "<Enter><Enter>");
	see(p, "Please fill this in.");
	on_item(p, "Name");
	pty_keys(p, "admin0<Enter><Enter>");
	see(p, "Please fill this in.");
	on_item(p, "Password");
	see(p, "signed out");
	pty_keys(p, "<Esc>"); /* there is nothing behind it */
	pty_pause(p, 150);
	see(p, "< Sign in >");
	on_item(p, "Password");
	pty_keys(p, "<Down><Right>");
	on_item(p, "< Quit >");
	pty_keys(p, "<Enter>");
	ends_restored(p, 0);
}

static void while_it_is_stopped(void **state)
{
	struct scene *s = *state;
	struct pty *p = signing_in(s), *other = signing_in(s);

	directory_pause(&s->directory);
	pty_keys(other, "admin0<Enter>");
	on_item(other, "Password");
	press(other, "demo<Enter>", "Signing in…");
	see(other, "connecting, no answer for ");
	pty_keys(other, "<F10>");
	assert_int_equal(pty_exit_status(other, AT_ONCE_MS), 0);
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	press(p, "demo<Enter>", "Signing in…");
	directory_resume(&s->directory);
	signed_in(p);
	quit(p);
}

static void in_french(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_start(
		s, &(struct console_options){
			   .config = conf_with(s, "s/\"external\"/\"simple\"/"),
			   .env = {"LANGUAGE=fr"}});

	see(p, "< Se connecter >");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Mot de passe");
	press(p, "demon<Enter>", "Nom ou mot de passe faux.");
	on_item(p, "Mot de passe");
	press(p, "demo<Enter>", "6 utilisateurs");
}

/* ---- it goes, and comes back
 * ------------------------------------------------------------- */

static void restarted_below_a_form(struct scene *s, struct pty *p)
{
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	directory_kill(&s->directory);
	see(p, "not connected, next try in ");
	see(p, "[192.0.2.44 ");
	pty_keys(p, "<End><Backspace>5");
	see(p, "[192.0.2.45 ");
	press(p, "<C-s>", "Checking with the directory…");
	press(p, "<Esc>", "Not saved.");
	directory_serve(&s->directory, "", "");
	see(p, "admin0 · ldapi · ready");
	see(p, "[192.0.2.45 ");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.45]");
	quit(p);
}

static void restarted(void **state)
{
	struct scene *s = *state;

	restarted_below_a_form(s, console_ready(s, false));
}

/* The password is not asked for again. */
static void restarted_signed_in(void **state)
{
	struct scene *s = *state;
	struct pty *p = signing_in(s);

	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	pty_keys(p, "demo<Enter>");
	signed_in(p);
	restarted_below_a_form(s, p);
}

/* Nor is what was typed lost where it must be. */
static void password_changed_meanwhile(void **state)
{
	struct scene *s = *state;
	struct pty *p = signing_in(s);

	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	pty_keys(p, "demo<Enter>");
	signed_in(p);
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	directory_sh(&s->directory,
		"ldapmodify -x -H $URI -D cn=root,dc=demo -w root <<'END'\n"
		"dn: uid=admin0,ou=admins,dc=demo\nchangetype: modify\n"
		"replace: userPassword\nuserPassword: other\nEND");
	directory_kill(&s->directory);
	see(p, "not connected");
	directory_serve(&s->directory, "", "");
	see(p, "< Sign in >");
	see(p, "Name or password is wrong.");
	on_item(p, "Name");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	pty_keys(p, "other<Enter>");
	see(p, "admin0 · ldapi · ready");
	see(p, "[192.0.2.44 ");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	quit(p);
}

static void not_there_at_start(void **state)
{
	struct scene *s = *state;
	struct pty *p;

	directory_kill(&s->directory);
	p = console_start(s, &(struct console_options){0});
	see(p, "not connected, next try in ");
	see(p, "can't be reached.");
	press(p, "<Enter>", "Reading from the directory…");
	press(p, "<F1>", "─ Keys ─");
	pty_keys(p, "<Esc>");
	see_gone(p, "─ Keys ─");
	directory_serve(&s->directory, "", "");
	see(p, "lyon.example");
	see(p, "admin0 · ldapi · ready");
	press(p, "<Esc>", "6 users, 1 third-party");
	assert_false(pty_shows(p, "can't be reached."));
	quit(p);
}

static void the_second_server(void **state)
{
	struct scene *s = *state;
	struct pty *p = console_start(
		s, &(struct console_options){
			   .config = conf_with(s, "s,{\"ldapi:,{\"ldapi://%2Fnowhere\"\\, "
						  "\"ldapi:,")});

	signed_in(p);
	quit(p);
}

/* The first goes while somebody types: the header names the next, the form keeps what was
 * typed, and it is saved there.  The first is the proxy, for a server of the same tree. */
static void the_next_server_below_a_form(void **state)
{
	struct scene *s = *state;
	struct directory *d = &s->directory;
	struct buf uris = BUF_INIT, tls = BUF_INIT, sed = BUF_INIT;
	int port = free_port();
	struct pty *p;

	certificates_make(d);
	directory_kill(d);
	buf_printf(&uris, " ldaps://127.0.0.1:%d", port);
	buf_printf(&tls,
		"TLSCertificateFile %s/right.pem\nTLSCertificateKeyFile %s/tls.key\n",
		d->path, d->path);
	directory_serve(d, uris.s, tls.s);
	buf_printf(&sed,
		"s/\"external\"/\"simple\"/;"
		"s,%%2Fldapi\"},%%2Fproxy\"\\, \"ldaps://127.0.0.1:%d\"},;"
		"/auth /a ca_file = \"%s/ca.pem\"",
		port, d->path);
	p = console_start(s, &(struct console_options){.config = conf_with(s, sed.s)});
	see(p, "< Sign in >");
	on_item(p, "Name");
	pty_keys(p, "admin0<Enter>");
	on_item(p, "Password");
	pty_keys(p, "demo<Enter>");
	signed_in(p);
	open_domain(p, "lyon.example");
	fill_in(p, "192.0.2.44");
	proxy_free(s->proxy);
	s->proxy = NULL;
	see(p, "admin0 · 127.0.0.1 · ready");
	see(p, "[192.0.2.44 ");
	review(p);
	press(p, "<Enter>", "Saved lyon.example");
	assert_value(s, LYON, "relaisSplitRelay", "[192.0.2.44]");
	quit(p);
	buf_release(&sed);
	buf_release(&tls);
	buf_release(&uris);
}

int main(void)
{
	struct scenes s = {0};

	SCENE(&s, right_and_wrong);
	SCENE(&s, names_that_nobody_has);
	SCENE(&s, nothing_typed);
	SCENE(&s, while_it_is_stopped);
	SCENE(&s, in_french);
	SCENE(&s, restarted);
	SCENE(&s, restarted_signed_in);
	SCENE(&s, password_changed_meanwhile);
	SCENE(&s, not_there_at_start);
	SCENE(&s, the_second_server);
	SCENE(&s, the_next_server_below_a_form);
	return scenes_run(&s);
}
