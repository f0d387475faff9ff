/*
 * console: relais itself on a terminal, on a directory of its own.
 *
 * A scene is what one test needs: a throw-away slapd with tests/fixture.ldif, the
 * recording and faulting proxy in front of it for whoever asks, and the consoles, which
 * scene_close() ends.  Everything that waits fails the test when its time is up, after it
 * has printed the screen.
 */
#ifndef TESTS_PTY_CONSOLE_H
#define TESTS_PTY_CONSOLE_H

#include "tests/ldap/proxy.h"
#include "tests/ldap/test.h"
#include "tests/pty/pty.h"

enum { SCENE_CONSOLES = 4 };

struct scene {
	const void *row; /* of a table of tests */
	struct directory directory;
	struct proxy *proxy; /* in a thread of ours */
	char direct[160];    /* relais.conf, to slapd ... */
	char proxied[160];   /* ... and to the proxy */
	struct pty *consoles[SCENE_CONSOLES];
};

/* A test's set-up and tear-down. */
int scene_open(void **state);
int scene_close(void **state);

/* Tests with a scene each; a row of a table is a test of its own and begins with its name.
 */
struct scenes {
	struct CMUnitTest v[60];
	size_t n;
};

void scenes_add(
	struct scenes *s, const char *name, CMUnitTestFunction check, const void *row);
int scenes_run(struct scenes *s);

#define SCENE(s, check) scenes_add((s), #check, (check), NULL)
#define SCENE_ROWS(s, check, rows)                                              \
	do {                                                                    \
		for (size_t i_ = 0; i_ < COUNT_OF(rows); i_++)                  \
			scenes_add((s), (rows)[i_].name, (check), &(rows)[i_]); \
	} while (0)

struct console_options {
	int rows, cols; /* 0: 24 and 80 */
	bool proxied;
	const char *config; /* NULL: as `proxied` says */
	const char *env[6]; /* as pty_start() */
	const char *args[6];
};

struct pty *console_start(struct scene *s, const struct console_options *o);

/* 80x24, English, home with all counts there. */
struct pty *console_ready(struct scene *s, bool proxied);

const char *relais_program(void);

/* Types keys and waits for the text. */
void press(struct pty *p, const char *keys, const char *shown);

void see(struct pty *p, const char *text);
void see_gone(struct pty *p, const char *text);

/* Presses the key, each time waiting for the cursor to move, until it stands there. */
void go_to(struct pty *p, const char *key, const char *text);

/* Waits until the cursor stands on it: "< Save >" that button, else a row with this text.
 */
void on_item(struct pty *p, const char *text);

/* From home to a form on its Mail tab, everything around it read. */
void open_domain(struct pty *p, const char *name);
void open_user(struct pty *p, const char *name);

/* In a text field: replaces what stands there. */
void fill_in(struct pty *p, const char *text);

/* From a form to its review. */
void review(struct pty *p);

/* F10 and the end, with the terminal as it was. */
void quit(struct pty *p);
void ends_restored(struct pty *p, int status);

/* Until the attribute is (or is not) so, as somebody else reads it. */
void await_value(struct scene *s, const char *dn, const char *attribute, const char *value);
void assert_value(
	struct scene *s, const char *dn, const char *attribute, const char *value);

/* ldapmodify as admin1, somebody else; "text" is LDIF. */
void modify(struct scene *s, const char *ldif);

#define ACME "associatedDomain=acme.example,ou=domains,dc=demo"
#define BRANCH "associatedDomain=branch.example,ou=domains,dc=demo"
#define LYON "associatedDomain=lyon.example,ou=domains,dc=demo"
#define ALICE "uid=alice," ACME
#define BOB "uid=bob," ACME
#define LUC "uid=luc," LYON

#endif
