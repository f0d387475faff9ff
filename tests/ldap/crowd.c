#include "tests/ldap/crowd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BELOW "associatedDomain=acme.example,ou=domains,dc=demo"

void crowd_dn(size_t i, char dn[128])
{
	snprintf(dn, 128, "uid=u%04zu," BELOW, i);
}

void crowd_add(struct directory *d, size_t from, size_t to)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_printf(&path, "%s/crowd.ldif", d->path);
	f = fopen(path.s, "w");
	if (!f)
		fail_msg("%s: %s", path.s, strerror(errno));
	for (size_t i = from; i < to; i++)
		fprintf(f,
			"dn: uid=u%04zu," BELOW "\nobjectClass: inetOrgPerson\n"
			"objectClass: relaisUser\nuid: u%04zu\ncn: User %04zu\nsn: User\n"
			"mail: u%04zu@acme.example\nrelaisRouting: internal\n"
			"description: old\n\n",
			i, i, i, i);
	fclose(f);
	directory_sh(d, "ldapadd -x -H $URI -D cn=root,dc=demo -w root -f $DIR/crowd.ldif");
	buf_release(&path);
}

static void take_line(char **descriptions, size_t n, size_t *at, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "dn: ", 4) == 0)
		*at = strncmp(line, "dn: uid=u", 9) == 0 ? strtoul(line + 9, NULL, 10) : n;
	if (*at < n && strncmp(line, "description: ", 13) == 0) {
		free(descriptions[*at]);
		descriptions[*at] = xstrdup(line + 13);
	}
}

char **crowd_descriptions(struct directory *d, size_t n)
{
	char **descriptions = xcalloc(n, sizeof(*descriptions));
	struct buf command = BUF_INIT;
	char line[1024];
	size_t at = n;
	FILE *f;

	for (size_t i = 0; i < n; i++)
		descriptions[i] = xstrdup("-");
	buf_printf(&command,
		"ldapsearch -x -LLL -o ldif-wrap=no -H '%s' -D cn=root,dc=demo -w root -b "
		"'" BELOW "' '(uid=u*)' description 2>/dev/null",
		d->uri);
	f = popen(command.s, "r");
	while (f && fgets(line, sizeof(line), f))
		take_line(descriptions, n, &at, line);
	if (f)
		pclose(f);
	buf_release(&command);
	return descriptions;
}

void crowd_forget(char **descriptions, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(descriptions[i]);
	free(descriptions);
}

/* ---- a plan --------------------------------------------------------------------- */

static const struct change *crowd_next(struct plan *p)
{
	struct crowd *c = p->source;

	return c->at < c->changes.n ? c->changes.v[c->at++] : NULL;
}

static void crowd_rewind(struct plan *p)
{
	((struct crowd *)p->source)->at = 0;
}

struct reading {
	struct crowd *crowd;
	size_t from, to;
	bool done;
};

static void set(
	struct change *c, const struct entry *e, const char *name, const char *value)
{
	struct strv values = {0};

	strv_add(&values, value);
	change_set(c, e, name, &values);
	strv_release(&values);
}

static void on_read(void *arg, const struct event *event)
{
	struct reading *r = arg;

	if (event->kind == EVENT_ENTRY) {
		size_t i = strtoul(event->entry->dn + strlen("uid=u"), NULL, 10);
		struct change *c = change_new(CHANGE_MODIFY, event->entry->dn);

		set(c, event->entry, "description", "mine");
		if (i < r->from || i >= r->to)
			change_free(c);
		else
			r->crowd->changes.v[i - r->from] = c;
	}
	r->done = r->done || event->kind == EVENT_DONE;
}

void crowd_read(struct crowd *c, struct store *s, size_t from, size_t to)
{
	struct reading r = {.crowd = c, .from = from, .to = to};

	*c = (struct crowd){0};
	for (size_t i = from; i < to; i++)
		*array_add(&c->changes) = NULL;
	c->plan = (struct plan){.who = (char *)"",
		.why = (char *)"",
		.total = to - from,
		.independent = true,
		.next = crowd_next,
		.rewind = crowd_rewind,
		.source = c};
	store_search(s,
		&(struct search){
			.base = BELOW, .scope = SCOPE_SUBTREE, .filter = "(uid=u*)"},
		on_read, &r);
	if (!turn_until(s, &r.done, PATIENCE_MS))
		fail_msg("the users are not read");
	for (size_t i = 0; i < c->changes.n; i++)
		if (!c->changes.v[i])
			fail_msg("user %zu is missing", from + i);
}

void crowd_release(struct crowd *c)
{
	for (size_t i = 0; i < c->changes.n; i++)
		change_free(c->changes.v[i]);
	array_free(&c->changes);
	*c = (struct crowd){0};
}

void crowd_spoil(struct crowd *c, size_t i, const char *attribute, const char *was,
	const char *value)
{
	struct change *change = c->changes.v[i];

	entry_add(change->before, attribute, was, strlen(was));
	mod_value(change_mod(change, MOD_REPLACE, attribute), value, strlen(value));
}

/* ---- what is said --------------------------------------------------------------- */

static void changed(struct answers *a, const struct event *event)
{
	struct answer *answer = &a->v[event->number];

	if (event->number < 1 || event->number > a->n)
		fail_msg("there is no change %zu", event->number);
	if (strcmp(event->change->dn, a->crowd->changes.v[event->number - 1]->dn) != 0)
		fail_msg("change %zu is not that of %s", event->number, event->change->dn);
	answer->times++;
	answer->outcome = event->outcome;
	answer->entry = event->entry != NULL;
	answer->code = event->err ? event->err->code : ERR_NONE;
	a->events++;
	a->ok += event->outcome == OUTCOME_OK;
	a->with_entry += answer->entry;
	assert_int_equal(event->count, a->ok);
	if (a->events == a->stop_after) {
		many_free(a->many);
		a->many = NULL;
		a->stopped = true;
	}
}

void answers_event(void *arg, const struct event *event)
{
	struct answers *a = arg;

	if (a->done || a->stopped)
		fail_msg("an event after the end");
	if (event->kind == EVENT_CHANGED)
		changed(a, event);
	a->lost += event->kind == EVENT_PROGRESS && event->outcome == OUTCOME_UNKNOWN;
	if (event->kind != EVENT_DONE)
		return;
	a->done = true;
	a->outcome = event->outcome;
	a->count = event->count;
}

void answers_release(struct answers *a)
{
	many_free(a->many);
	free(a->v);
	*a = (struct answers){0};
}

static void begin(struct answers *a, struct crowd *c)
{
	a->crowd = c;
	a->n = c->changes.n;
	a->v = xcalloc(a->n + 1, sizeof(*a->v));
}

void answers_apply(struct answers *a, struct store *s, struct crowd *c)
{
	begin(a, c);
	store_apply(s, &c->plan, answers_event, a);
}

void answers_begin(struct answers *a, struct store *s, struct crowd *c)
{
	begin(a, c);
	a->many = many_start(s, &c->plan, answers_event, a);
	assert_int_equal(a->events, 0);
}

void answers_to_end(struct answers *a, struct store *s, struct crowd *c)
{
	answers_begin(a, s, c);
	if (!turn_until(s, &a->done, PATIENCE_MS))
		fail_msg("the plan does not end: %zu of %zu", a->events, a->n);
}

static bool is_among(size_t number, const size_t *numbers)
{
	while (*numbers && *numbers != number)
		numbers++;
	return *numbers != 0;
}

void answers_expect(const struct answers *a, const size_t *but, enum outcome other)
{
	size_t ok = 0;

	for (size_t i = 1; i <= a->n; i++) {
		enum outcome expected = is_among(i, but) ? other : OUTCOME_OK;

		ok += expected == OUTCOME_OK;
		if (a->v[i].times != 1)
			fail_msg("change %zu was told %u times", i, a->v[i].times);
		if (a->v[i].outcome != expected)
			fail_msg("change %zu: outcome %d, not %d (error %d)", i,
				a->v[i].outcome, expected, a->v[i].code);
	}
	assert_true(a->done);
	assert_int_equal(a->outcome, OUTCOME_OK);
	assert_int_equal(a->count, ok);
}
