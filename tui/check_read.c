/* What a run of the check reads of the directory. */
#include <stdlib.h>
#include <string.h>

#include "core/dn.h"
#include "core/query.h"
#include "tui/check_parts.h"

void check_stop(struct check_run *r)
{
	if (r->op)
		store_cancel(r->ports.store, r->op);
	r->op = NULL;
	fetch_stop(&r->count);
	fetch_stop(&r->server);
	free(r->config);
	r->config = NULL;
	strv_release(&r->types);
	strv_release(&r->classes);
	if (r->resolver)
		resolver_forget(r->resolver);
	if (r->ports.postconf)
		postconf_forget(r->ports.postconf);
}

/* A part of the directory is no directory checked. */
static bool is_whole(struct check *c, const struct event *event)
{
	c->run->op = NULL;
	if (event->outcome == OUTCOME_OK)
		return true;
	check_fail(c, event->err);
	return false;
}

/* ---- domains ------------------------------------------------------------------- */

static void on_domain(void *arg, const struct event *event)
{
	struct check *c = arg;

	if (event->kind == EVENT_ENTRY)
		audit_domain(c->run->audit, event->entry);
	else if (event->kind == EVENT_DONE && is_whole(c, event))
		check_domains_are_read(c);
}

void check_domains_start(struct check *c)
{
	const struct settings *s = c->run->ports.settings;
	const char **attributes = query_domain_attributes(s);
	struct search search = {
		.base = s->domains.base,
		.scope = SCOPE_SUBTREE,
		.filter = s->domains.filter,
		.attributes = attributes,
	};

	c->run->op = store_search(c->run->ports.store, &search, on_domain, c);
	free(attributes);
}

/* ---- addresses held twice -------------------------------------------------------- */

static void doubles_next(struct check *c);

static void on_holder(void *arg, const struct event *event)
{
	struct check *c = arg;

	if (event->kind == EVENT_ENTRY)
		audit_holder(c->run->audit, event->entry);
	else if (event->kind == EVENT_DONE && is_whole(c, event))
		doubles_next(c);
}

/* The same entries as the stream's, and the whole directory's even of one domain. */
static void doubles_next(struct check *c)
{
	struct check_run *r = c->run;
	const char **attributes = audit_user_attributes(r->audit);
	struct strv addresses = {0};
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(r->ports.settings),
		.scope = SCOPE_SUBTREE,
		.attributes = attributes,
	};

	if (audit_doubles(r->audit, &addresses)) {
		query_holders(r->ports.settings, &addresses, &filter);
		search.filter = filter.s;
		r->op = store_search(r->ports.store, &search, on_holder, c);
	} else {
		check_part_done(c, PART_USERS);
	}
	buf_release(&filter);
	strv_release(&addresses);
	free(attributes);
}

/* ---- users --------------------------------------------------------------------- */

static void on_user(void *arg, const struct event *event)
{
	struct check *c = arg;

	if (event->kind == EVENT_ENTRY) {
		audit_user(c->run->audit, event->entry);
		c->users++;
	} else if (event->kind == EVENT_PROGRESS) {
		c->run->changed(c->run->arg);
	} else if (event->kind == EVENT_DONE && is_whole(c, event)) {
		doubles_next(c);
	}
}

static void counted(void *arg)
{
	struct check *c = arg;

	if (c->run->count.outcome == OUTCOME_OK)
		c->total = c->run->count.count;
}

void check_users_start(struct check *c)
{
	struct check_run *r = c->run;
	const char **attributes = audit_user_attributes(r->audit);
	struct buf filter = BUF_INIT;
	struct search search = {
		.base = settings_user_search_base(r->ports.settings),
		.scope = SCOPE_SUBTREE,
		.attributes = attributes,
	};

	audit_users_filter(r->audit, &filter);
	search.filter = filter.s;
	r->op = store_search(r->ports.store, &search, on_user, c);
	if (r->ports.count) {
		search.count_only = true;
		fetch_start(&r->count, r->ports.store, &search, counted, c);
	}
	buf_release(&filter);
	free(attributes);
}

/* ---- the server ----------------------------------------------------------------- */

static void add_values(const struct entry *e, const char *name, struct strv *out)
{
	const struct attribute *a = entry_get(e, name);

	for (size_t i = 0; a && i < a->values.n; i++)
		strv_add(out, a->values.v[i].p);
}

/* The database that holds the domains: the longest suffix above them. */
static const struct entry *database(const struct check_run *r)
{
	const struct entry *best = NULL;
	size_t length = 0;

	for (size_t i = 0; i < r->server.entries.n; i++) {
		const struct entry *e = r->server.entries.v[i];
		const char *suffix = entry_text(e, "olcSuffix");

		if (*suffix && strlen(suffix) >= length &&
			dn_within(r->ports.settings->domains.base, suffix)) {
			best = e;
			length = strlen(suffix);
		}
	}
	return best;
}

/* All is there: `config` says whether the configuration was. */
static void server_done(struct check *c, bool config)
{
	struct check_run *r = c->run;
	const struct entry *db = config ? database(r) : NULL;
	struct strv indexes = {0}, unique = {0}, constraints = {0};
	struct audit_server s = {.config_read = db != NULL,
		.indexes = &indexes,
		.unique = &unique,
		.constraints = &constraints};

	if (r->schema_read) {
		s.types = &r->types;
		s.classes = &r->classes;
	}
	for (size_t i = 0; db && i < r->server.entries.n; i++) {
		const struct entry *e = r->server.entries.v[i];

		if (!dn_within(e->dn, db->dn))
			continue;
		add_values(e, "olcDbIndex", &indexes);
		add_values(e, "olcUniqueURI", &unique);
		add_values(e, "olcUniqueAttribute", &unique);
		add_values(e, "olcConstraintAttribute", &constraints);
	}
	audit_server(r->audit, &s);
	strv_release(&indexes);
	strv_release(&unique);
	strv_release(&constraints);
	check_part_done(c, PART_SERVER);
}

static void config_came(void *arg)
{
	struct check *c = arg;

	server_done(c, c->run->server.outcome == OUTCOME_OK);
}

static void ask_config(struct check *c)
{
	static const char *const attributes[] = {"olcSuffix", "olcDbIndex", "olcUniqueURI",
		"olcUniqueAttribute", "olcConstraintAttribute", NULL};
	struct check_run *r = c->run;
	struct search search = {
		.base = r->config,
		.scope = SCOPE_SUBTREE,
		.filter =
			"(|(objectClass=olcDatabaseConfig)(objectClass=olcOverlayConfig))",
		.attributes = attributes,
	};

	if (r->config)
		fetch_start(&r->server, r->ports.store, &search, config_came, c);
	else
		server_done(c, false);
}

static void schema_came(void *arg)
{
	struct check *c = arg;
	struct check_run *r = c->run;
	const struct entry *e = fetch_first(&r->server);

	if (e) {
		add_values(e, "attributeTypes", &r->types);
		add_values(e, "objectClasses", &r->classes);
	}
	r->schema_read = r->types.n > 0 && r->classes.n > 0;
	ask_config(c);
}

static void root_came(void *arg)
{
	static const char *const attributes[] = {"attributeTypes", "objectClasses", NULL};
	struct check *c = arg;
	struct check_run *r = c->run;
	const struct entry *e = fetch_first(&r->server);
	char *base = xstrdup(e ? entry_text(e, "subschemaSubentry") : "");
	struct search search = {
		.base = base,
		.scope = SCOPE_BASE,
		.filter = "(objectClass=subschema)",
		.attributes = attributes,
	};

	if (e && *entry_text(e, "configContext"))
		r->config = xstrdup(entry_text(e, "configContext"));
	if (*base)
		fetch_start(&r->server, r->ports.store, &search, schema_came, c);
	else
		ask_config(c);
	free(base);
}

void check_server_start(struct check *c)
{
	static const char *const attributes[] = {
		"subschemaSubentry", "configContext", NULL};
	struct search search = {
		.base = "",
		.scope = SCOPE_BASE,
		.filter = "(objectClass=*)",
		.attributes = attributes,
	};

	fetch_start(&c->run->server, c->run->ports.store, &search, root_came, c);
}
