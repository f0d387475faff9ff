#include "tests/pty/console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

/* ---- the scene ------------------------------------------------------------------ */

static void write_proxied(struct scene *s)
{
	struct buf command = BUF_INIT;

	buf_printf(
		&command, "sed 's,%%2Fldapi\",%%2Fproxy\",' %s >%s", s->direct, s->proxied);
	if (system(command.s) != 0)
		fail_msg("%s", command.s);
	buf_release(&command);
}

int scene_open(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));
	char listen[160], target[160];

	s->row = *state;
	*state = s;
	directory_start(&s->directory, "tree");
	snprintf(s->direct, sizeof(s->direct), "%s/relais.conf", s->directory.path);
	snprintf(s->proxied, sizeof(s->proxied), "%s/proxied.conf", s->directory.path);
	snprintf(listen, sizeof(listen), "%s/proxy", s->directory.path);
	snprintf(target, sizeof(target), "%s/ldapi", s->directory.path);
	write_proxied(s);
	s->proxy = proxy_new(listen, target);
	if (!s->proxy)
		fail_msg("%s: %s", listen, strerror(errno));
	proxy_start(s->proxy);
	return 0;
}

int scene_close(void **state)
{
	struct scene *s = *state;

	for (int i = 0; i < SCENE_CONSOLES; i++)
		pty_free(s->consoles[i]);
	proxy_free(s->proxy);
	directory_stop(&s->directory);
	free(s);
	return 0;
}

void scenes_add(
	struct scenes *s, const char *name, CMUnitTestFunction check, const void *row)
{
	if (s->n == COUNT_OF(s->v))
		BUG("more than %zu tests", s->n);
	s->v[s->n++] = (struct CMUnitTest){.name = name,
		.test_func = check,
		.setup_func = scene_open,
		.teardown_func = scene_close,
		.initial_state = (void *)(uintptr_t)row};
}

int scenes_run(struct scenes *s)
{
	return _cmocka_run_group_tests("console", s->v, s->n, NULL, NULL);
}

/* ---- consoles ------------------------------------------------------------------- */

const char *relais_program(void)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/relais", getenv("BUILD"));
	return path;
}

struct pty *console_start(struct scene *s, const struct console_options *o)
{
	const char *env[COUNT_OF(o->env) + 2] = {NULL},
					   *argv[COUNT_OF(o->args) + 2] = {NULL};
	char config[256];
	int i = 0;

	while (i < SCENE_CONSOLES && s->consoles[i])
		i++;
	if (i == SCENE_CONSOLES)
		fail_msg("more than %d consoles", SCENE_CONSOLES);
	snprintf(config, sizeof(config), "RELAIS_CONFIG=%s",
		o->config    ? o->config
		: o->proxied ? s->proxied
			     : s->direct);
	env[0] = config;
	argv[0] = relais_program();
	for (size_t k = 0; k < COUNT_OF(o->env) && o->env[k]; k++)
		env[k + 1] = o->env[k];
	for (size_t k = 0; k < COUNT_OF(o->args) && o->args[k]; k++)
		argv[k + 1] = o->args[k];
	s->consoles[i] =
		pty_start(o->rows ? o->rows : 24, o->cols ? o->cols : 80, env, argv);
	return s->consoles[i];
}

struct pty *console_ready(struct scene *s, bool proxied)
{
	struct pty *p = console_start(s, &(struct console_options){.proxied = proxied});

	see(p, "6 users, 1 third-party");
	return p;
}

/* ---- looking and typing --------------------------------------------------------- */

void see(struct pty *p, const char *text)
{
	if (!pty_wait(p, text, 0))
		fail_msg("not shown: %s", text);
	pty_settle(p);
}

void see_gone(struct pty *p, const char *text)
{
	pty_settle(p);
	if (!pty_wait_gone(p, text, 0))
		fail_msg("still shown: %s", text);
	pty_settle(p);
}

void press(struct pty *p, const char *keys, const char *shown)
{
	pty_keys(p, keys);
	see(p, shown);
}

static bool stands_on(struct pty *p, void *arg)
{
	const char *text = arg, *row, *at;
	struct buf before = BUF_INIT;
	bool found;
	int y, x;

	if (!pty_cursor(p, &y, &x))
		return false;
	row = pty_row(p, y);
	at = strstr(row, text);
	found = at != NULL;
	if (found && text[0] == '<') { /* the cursor is on the first letter */
		buf_add(&before, row, (size_t)(at - row));
		found = text_width(before.s) + 2 == x;
		buf_release(&before);
	}
	return found;
}

void on_item(struct pty *p, const char *text)
{
	if (!pty_wait_for(p, stands_on, (void *)(uintptr_t)text, 0))
		fail_msg("the cursor is not on: %s", text);
}

struct place {
	int y, x;
};

static bool has_moved(struct pty *p, void *arg)
{
	const struct place *from = arg;
	int y, x;

	return pty_cursor(p, &y, &x) && (y != from->y || x != from->x);
}

void go_to(struct pty *p, const char *key, const char *text)
{
	struct place from;

	pty_settle(p);
	for (int i = 0; i < 40; i++) {
		if (stands_on(p, (void *)(uintptr_t)text))
			return;
		pty_cursor(p, &from.y, &from.x);
		pty_keys(p, key);
		if (!pty_wait_for(p, has_moved, &from, 0))
			break;
		pty_settle(p);
	}
	fail_msg("%s does not lead to: %s", key, text);
}

/* ---- on the way ----------------------------------------------------------------- */

static void open_by_filter(struct pty *p, const char *list, const char *name)
{
	pty_keys(p, "<Enter>");
	see(p, list);
	see_gone(p, "(reading)");
	pty_keys(p, "/");
	on_item(p, "Filter");
	pty_keys(p, name);
	see(p, "1 of 1");
	pty_keys(p, "<Enter>");
	on_item(p, name);
	pty_keys(p, "<Enter>");
	see(p, "< Cancel >");
	see_gone(p, "…");
}

void open_domain(struct pty *p, const char *name)
{
	on_item(p, "Supervised domains");
	open_by_filter(p, "Unknown", name);
	on_item(p, "Relay for split domains");
}

void open_user(struct pty *p, const char *name)
{
	pty_keys(p, "<End><Up>");
	on_item(p, "Directory entities");
	open_by_filter(p, "Display name", name);
	on_item(p, "Mail system");
}

void fill_in(struct pty *p, const char *text)
{
	pty_keys(p, "<C-a><C-k>");
	pty_keys(p, text);
	see(p, text);
}

void review(struct pty *p)
{
	pty_keys(p, "<C-s>");
	see(p, "< Show LDIF >");
	on_item(p, "< Save >");
}

void ends_restored(struct pty *p, int status)
{
	int y, x;

	assert_int_equal(pty_exit_status(p, 0), status);
	assert_true(pty_modes_restored(p));
	assert_false(pty_alternate_screen(p));
	assert_true(pty_cursor(p, &y, &x));
	assert_true(pty_saw(p, "\033[?2004l"));
}

void quit(struct pty *p)
{
	pty_keys(p, "<F10>");
	ends_restored(p, 0);
}

/* ---- somebody else -------------------------------------------------------------- */

void assert_value(struct scene *s, const char *dn, const char *attribute, const char *value)
{
	char *now = directory_value(&s->directory, dn, attribute);

	assert_string_equal(now, value);
	free(now);
}

void await_value(struct scene *s, const char *dn, const char *attribute, const char *value)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;
	bool is = false;

	while (!is && test_clock_ms() < end) {
		char *now = directory_value(&s->directory, dn, attribute);

		is = strcmp(now, value) == 0;
		free(now);
	}
	assert_value(s, dn, attribute, value);
}

void modify(struct scene *s, const char *ldif)
{
	struct buf command = BUF_INIT;

	buf_printf(&command, "$MODIFY <<'END'\n%s\nEND", ldif);
	directory_sh(&s->directory, command.s);
	buf_release(&command);
}
