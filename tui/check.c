#include "tui/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/query.h"
#include "tui/check_parts.h"

/* SILENT_MS: a name service that let so much time pass is not asked any more. */
enum {
	RESOLVE_WITHIN_MS = 4000,
	SILENT_MS = 2 * RESOLVE_WITHIN_MS,
	POSTCONF_WITHIN_MS = 9000
};

/* ---- findings ----------------------------------------------------------------- */

static void found(void *arg, const struct audit_finding *f)
{
	struct check *c = arg;

	audit_finding_copy(array_add(&c->findings), f);
}

static int by_gravity(const void *a, const void *b)
{
	return audit_finding_compare(a, b);
}

static void end(struct check *c, enum check_state state)
{
	struct check_run *r = c->run;

	c->state = state;
	c->ended_ms = r->now_ms;
	audit_counts(r->audit, c->counts);
	if (c->findings.n)
		qsort(c->findings.v, c->findings.n, sizeof(*c->findings.v), by_gravity);
	check_stop(r);
	r->changed(r->arg);
}

void check_fail(struct check *c, const struct err *err)
{
	if (c->state != CHECK_RUNNING)
		return;
	if (err)
		c->err = *err;
	end(c, CHECK_FAILED);
}

void check_part_done(struct check *c, enum check_part part)
{
	struct check_run *r = c->run;

	if (c->state != CHECK_RUNNING)
		return;
	r->parts &= ~(unsigned)part;
	if (r->parts)
		return;
	audit_domains_check(r->audit);
	end(c, CHECK_DONE);
}

/* ---- relays -------------------------------------------------------------------- */

static void resolve_next(struct check *c);

/* One ill zone says nothing of the other names; a silent name service costs only time. */
static void resolved(void *arg, enum resolved answer, const struct strv *addresses)
{
	struct check *c = arg;
	struct check_run *r = c->run;
	const char *host = r->relays.v[r->relay++];

	if (answer == RESOLVED_UNKNOWN) {
		audit_relay_unread(r->audit, host);
		r->silent_ms += r->now_ms - r->asked_ms;
	} else {
		audit_relay(r->audit, host, answer == RESOLVED_YES, addresses);
	}
	while (r->silent_ms >= SILENT_MS && r->relay < r->relays.n)
		audit_relay_unread(r->audit, r->relays.v[r->relay++]);
	resolve_next(c);
}

static void resolve_next(struct check *c)
{
	struct check_run *r = c->run;

	r->asked_ms = r->now_ms;
	if (r->relay < r->relays.n)
		resolver_ask(r->resolver, r->relays.v[r->relay], r->now_ms,
			RESOLVE_WITHIN_MS, resolved, c);
	else
		check_part_done(c, PART_RELAYS);
}

static void start_relays(struct check *c)
{
	struct check_run *r = c->run;

	audit_relays(r->audit, &r->relays);
	if (r->resolver)
		resolve_next(c);
	else
		check_part_done(c, PART_RELAYS);
}

/* ---- Postfix ------------------------------------------------------------------- */

/* "/etc/relais/ldap-relay.cf": "relay". */
static char *table_name(const char *path)
{
	static const char before[] = "ldap-", after[] = ".cf";
	const char *name = strrchr(path, '/');
	size_t n;

	name = name ? name + 1 : path;
	n = strlen(name);
	if (strncmp(name, before, sizeof(before) - 1) != 0 || n < sizeof(before) + 2 ||
		strcmp(name + n - 3, after) != 0)
		return NULL;
	return xstrndup(name + sizeof(before) - 1, n - sizeof(before) + 1 - 3);
}

struct tables {
	ARRAY(struct audit_table) v;
	ARRAY(struct buf) expected;
	struct strv names;
};

/* Only files that are called as ours are. */
static void add_table(
	struct check_run *r, const struct postconf_file *file, struct tables *out)
{
	char *name = table_name(file->path);
	struct buf text = BUF_INIT;

	if (name && r->ports.table && r->ports.table(name, r->ports.settings, "", &text)) {
		strv_add(&out->names, name);
		*array_add(&out->expected) = text;
		*array_add(&out->v) =
			(struct audit_table){.path = file->path, .text = file->text};
	} else {
		buf_release(&text);
	}
	free(name);
}

static void postfix_came(void *arg, const struct postconf_texts *texts)
{
	struct check *c = arg;
	struct tables tables = {0};
	struct audit_postfix p = {.parameters = texts->parameters,
		.services = texts->services,
		.overrides = texts->overrides};

	for (size_t i = 0; i < texts->n_files; i++)
		add_table(c->run, &texts->files[i], &tables);
	for (size_t i = 0; i < tables.v.n; i++) {
		tables.v.v[i].name = tables.names.v[i];
		tables.v.v[i].expected = tables.expected.v[i].s;
	}
	p.tables = tables.v.v;
	p.n_tables = tables.v.n;
	switch (texts->answer) {
	case POSTCONF_ABSENT:
		break;
	case POSTCONF_READ:
		audit_postfix(c->run->audit, &p);
		break;
	case POSTCONF_FAILED:
		audit_postfix(c->run->audit, NULL);
		break;
	}
	for (size_t i = 0; i < tables.expected.n; i++)
		buf_release(&tables.expected.v[i]);
	array_free(&tables.expected);
	array_free(&tables.v);
	strv_release(&tables.names);
	check_part_done(c, PART_POSTFIX);
}

/* ---- all of it ------------------------------------------------------------------- */

void check_domains_are_read(struct check *c)
{
	struct check_run *r = c->run;

	audit_domains_read(r->audit);
	c->domains = audit_domains(r->audit);
	audit_unknown_names(r->audit, &c->unknown);
	if (c->unknown.n) {
		check_fail(c, NULL);
		return;
	}
	check_users_start(c);
	if (r->parts & PART_SERVER)
		check_server_start(c);
	if (r->parts & PART_POSTFIX)
		postconf_ask(
			r->ports.postconf, r->now_ms, POSTCONF_WITHIN_MS, postfix_came, c);
	start_relays(c);
}

struct check *check_new(const struct check_ports *ports, const struct strv *names,
	long now_ms, void (*changed)(void *arg), void *arg)
{
	struct check *c = xcalloc(1, sizeof(*c));
	struct check_run *r = xcalloc(1, sizeof(*r));

	c->run = r;
	c->began_ms = now_ms;
	c->total = ports->total;
	r->ports = *ports;
	r->now_ms = now_ms;
	r->changed = changed;
	r->arg = arg;
	r->resolver = ports->resolver ? resolver_like(ports->resolver) : NULL;
	r->audit = audit_new(ports->settings, ports->own, names, found, c);
	r->parts = PART_USERS | PART_RELAYS;
	if (!names || names->n == 0)
		r->parts |= PART_SERVER;
	if (ports->postconf)
		r->parts |= PART_POSTFIX;
	check_domains_start(c);
	return c;
}

void check_free(struct check *c)
{
	if (!c)
		return;
	check_stop(c->run);
	resolver_free(c->run->resolver);
	audit_free(c->run->audit);
	strv_release(&c->run->relays);
	free(c->run);
	for (size_t i = 0; i < c->findings.n; i++)
		audit_finding_release(&c->findings.v[i]);
	array_free(&c->findings);
	strv_release(&c->unknown);
	free(c);
}

static void sooner(int *timeout, int ms)
{
	if (ms >= 0 && (*timeout < 0 || ms < *timeout))
		*timeout = ms;
}

int check_fds(struct check *c, struct pollfd *fds, int max, int *timeout_ms, long now_ms)
{
	struct check_run *r = c->run;
	int n = 0;

	if (c->state != CHECK_RUNNING || max < 2)
		return 0;
	if (r->resolver) {
		fds[n++] =
			(struct pollfd){.fd = resolver_fd(r->resolver), .events = POLLIN};
		sooner(timeout_ms, resolver_timeout(r->resolver, now_ms));
	}
	if (r->ports.postconf) {
		fds[n++] = (struct pollfd){
			.fd = postconf_fd(r->ports.postconf), .events = POLLIN};
		sooner(timeout_ms, postconf_timeout(r->ports.postconf, now_ms));
	}
	return n;
}

void check_step(struct check *c, long now_ms)
{
	struct check_run *r = c->run;

	r->now_ms = now_ms;
	if (c->state == CHECK_RUNNING && r->resolver)
		resolver_step(r->resolver, now_ms);
	if (c->state == CHECK_RUNNING && r->ports.postconf)
		postconf_step(r->ports.postconf, now_ms);
}

bool check_beyond(const struct check *c, size_t i, const char **id, unsigned long *n)
{
	*id = audit_rule_id(i);
	*n = *id ? audit_beyond(c->run->audit, i) : 0;
	return *id != NULL;
}
