/* Where a domain's mail goes, now and after saving. */
#include <string.h>

#include "core/domainname.h"
#include "core/route.h"
#include "tui/domain_parts.h"
#include "tui/domainform_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

void domain_route(const struct domain *d, const char *name, enum probe probe,
	const struct settings *settings, struct buf *out, enum style *style)
{
	struct buf address = BUF_INIT;
	struct user user = {
		.routing = probe == PROBE_INTERNAL ? ROUTING_INTERNAL : ROUTING_EXTERNAL};
	const struct user *users[] = {&user};
	struct route_facts facts = {
		.settings = settings,
		.domains = &d,
		.n_domains = d ? 1 : 0,
		.internal = users,
		.n_internal = probe == PROBE_INTERNAL,
		.external = users,
		.n_external = probe == PROBE_EXTERNAL,
	};
	struct decision decision;

	buf_printf(&address, "someone@%s", name);
	strv_add(&user.addresses, address.s);
	strv_add(&user.selected, address.s);
	route_decide(address.s, &facts, &decision);
	sentence_decision(&decision, out, style);
	decision_release(&decision);
	strv_release(&user.addresses);
	strv_release(&user.selected);
	buf_release(&address);
}

static unsigned long how_many(const struct domain_form *f, enum probe probe)
{
	return probe == PROBE_INTERNAL ? f->around.internal_users
				       : f->around.external_users;
}

static void count_words(const struct domain_form *f, enum probe probe, struct buf *out)
{
	unsigned long n = how_many(f, probe);
	struct buf number = BUF_INIT;

	if (f->editor.around_known)
		i18n_number(n, &number);
	else
		buf_puts(&number, "…");
	switch (probe) {
	case PROBE_INTERNAL:
		buf_printf(out, tr_n("%s internal user", "%s internal users", n), number.s);
		break;
	case PROBE_EXTERNAL:
		buf_printf(out, tr_n("%s third-party user", "%s third-party users", n),
			number.s);
		break;
	case PROBE_UNKNOWN:
		buf_puts(out, tr("unknown addresses"));
		break;
	}
	buf_release(&number);
}

/* One line for each kind of address; with changes_only those that go elsewhere after. */
static void routes(struct domain_form *f, struct form *form, bool changes_only)
{
	const struct settings *settings = f->editor.view.app->settings;
	struct domain typed;

	domain_form_typed(f, &typed);
	for (enum probe p = PROBE_INTERNAL; p <= PROBE_UNKNOWN; p++) {
		struct buf who = BUF_INIT, now = BUF_INIT, after = BUF_INIT;
		enum style style_now, style;
		bool nobody =
			p != PROBE_UNKNOWN && f->editor.around_known && how_many(f, p) == 0;

		domain_route(
			domain_form_base(f), typed.name, p, settings, &now, &style_now);
		domain_route(&typed, typed.name, p, settings, &after, &style);
		count_words(f, p, &who);
		if (strcmp(now.s, after.s) != 0 && style == STYLE_TEXT)
			style = STYLE_ACCENT;
		if (nobody)
			style = STYLE_DIM; /* nobody's mail */
		if (!changes_only || strcmp(now.s, after.s) != 0)
			form_row(form, who.s, now.s, after.s, style);
		buf_release(&who);
		buf_release(&now);
		buf_release(&after);
	}
	domain_release(&typed);
}

void domain_routes_build(struct domain_form *f, struct form *form)
{
	form_row(form, "", tr("now"), tr("after saving"), STYLE_DIM);
	routes(f, form, false);
}

/* A name's mail is ours from now on; one that goes is said by its finding. */
static void names_that_come(struct domain_form *f, struct form *review)
{
	struct domain typed;

	domain_form_typed(f, &typed);
	for (size_t i = 1; i < typed.names.n; i++) {
		struct buf name = BUF_INIT, text = BUF_INIT;

		domainname_shown(typed.names.v[i], &name);
		buf_printf(&text,
			tr("Mail to %s is ours from now on; an address exists there once a "
			   "user has it."),
			name.s);
		if (!domain_has_name(&f->domain, typed.names.v[i]))
			form_text(review, STYLE_TEXT, text.s);
		buf_release(&name);
		buf_release(&text);
	}
	domain_release(&typed);
}

static bool name_goes(const struct domain_form *f)
{
	for (size_t i = 0; i < f->editor.findings.n; i++)
		if (f->editor.findings.v[i].rule == RULE_DOMAIN_LET_GO)
			return true;
	return false;
}

void domain_routes_meaning(struct editor *e, struct form *review)
{
	struct domain_form *f = domain_form_of(e);
	bool users = f->around.internal_users || f->around.external_users;
	size_t before = review->items.n;

	if (!e->entry && !users) {
		form_text(review, STYLE_TEXT,
			tr("Until users have addresses in it, all mail to this domain is "
			   "refused (550)."));
		return;
	}
	routes(f, review, true);
	if (e->entry)
		names_that_come(f, review);
	form_text(review, STYLE_TEXT,
		review->items.n == before && !name_goes(f)
			? tr("No mail goes elsewhere by this change.")
			: tr("In force from the next message on."));
}
