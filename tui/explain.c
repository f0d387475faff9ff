#include "tui/explain.h"

#include <string.h>

#include "core/domainname.h"
#include "core/nexthop.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

/* ---- where -------------------------------------------------------------------- */

static void put_hop(const struct decision *d, struct buf *out)
{
	struct nexthop hop;

	if (d->next_hop && nexthop_parse_stored(d->next_hop, &hop) == RULE_OK)
		nexthop_shown(&hop, out);
}

void explain_where(const struct decision *d, struct buf *out, enum style *style)
{
	struct buf hop = BUF_INIT;

	put_hop(d, &hop);
	*style = STYLE_GOOD;
	switch (d->verdict) {
	case VERDICT_LOCAL:
		buf_puts(out, tr("Goes into the mailbox here."));
		break;
	case VERDICT_RELAY:
		buf_printf(out, tr("Goes to the split relay %s."), hop.s);
		break;
	case VERDICT_VERIFY:
		buf_printf(out, tr("Goes to the split relay %s, if that one accepts it."),
			hop.s);
		break;
	case VERDICT_DEFER:
		buf_puts(out, tr("Goes nowhere yet: its mail waits until this is mended."));
		*style = STYLE_ERROR;
		break;
	case VERDICT_REJECT:
		buf_puts(out, tr("Is refused: the mailbox doesn't exist."));
		*style = STYLE_WARNING;
		break;
	case VERDICT_CONFLICT:
		buf_puts(
			out, tr("Goes nowhere: the sender keeps it until this is mended."));
		*style = STYLE_ERROR;
		break;
	case VERDICT_NOT_HOSTED:
		buf_puts(out, strcmp(d->smtp, "250") == 0
				      ? tr("Goes to the postmaster of this machine.")
				      : tr("Is not for this mail system: refused from "
					   "outside."));
		*style = STYLE_WARNING;
		break;
	}
	buf_release(&hop);
}

/* ---- why ---------------------------------------------------------------------- */

static const char *why_not_hosted(const struct decision *d)
{
	if (d->domain)
		return tr("Before its last @ stands a @, % or !: what may be meant for a "
			  "third system is not relayed.");
	if (strcmp(d->smtp, "501 5.1.3") == 0)
		return tr("This is no mail address.");
	return tr("It is in no supervised domain.");
}

/* The map whose answer was a conflict. */
static enum route_map conflict_in(const struct decision *d)
{
	for (size_t i = 0; i < d->n_steps; i++)
		if (d->steps[i].conflict && d->steps[i].map != MAP_DOMAINS &&
			d->steps[i].map != MAP_UNKNOWN)
			return d->steps[i].map;
	return MAP_INTERNAL;
}

static const char *why_conflict(const struct decision *d)
{
	switch (conflict_in(d)) {
	case MAP_INTERNAL:
		return tr("Two internal users hold it.");
	case MAP_THIRDPARTY:
		return tr("Two third-party users have it selected.");
	case MAP_RELAY:
	case MAP_UNKNOWNRELAY:
	case MAP_DOMAINS:
	case MAP_RECIPIENTS:
	case MAP_UNKNOWN:
	case MAP_NORELAY:
		break;
	}
	return tr("Two entries hold its domain, each with a relay.");
}

static const char *why_held(const struct decision *d)
{
	return strcmp(d->smtp, "250") == 0
		       ? tr("It is a selected address of a third-party user, and its "
			    "domain's relay can't be used as it is written.")
		       : tr("It is a selected address of a third-party user, and its "
			    "domain "
			    "has no relay.");
}

void explain_why(const struct decision *d, struct buf *out)
{
	const char *words = "";

	switch (d->rule) {
	case 0:
		words = why_conflict(d);
		break;
	case 1:
		words = why_not_hosted(d);
		break;
	case 2:
		words = tr("It is an address of an internal user.");
		break;
	case 3:
		words = tr("It is a selected address of a third-party user.");
		break;
	case 4:
		words = why_held(d);
		break;
	case 5:
		words = d->verdict == VERDICT_VERIFY
				? tr("Nobody here receives it, and its domain forwards "
				     "unknown addresses.")
				: tr("Its domain forwards unknown addresses, and its relay "
				     "can't be used as it is written.");
		break;
	case 6:
		words = tr("Nobody here receives it, and its domain forwards no unknown "
			   "addresses.");
		break;
	}
	buf_puts(out, words);
}

/* ---- the steps ---------------------------------------------------------------- */

void explain_found(const struct route_step *step, struct buf *out, enum style *style)
{
	struct buf dn = BUF_INIT;

	*style = STYLE_DIM;
	if (!step->dn) {
		buf_puts(out, tr("not found"));
		return;
	}
	*style = step->conflict ? STYLE_ERROR : STYLE_TEXT;
	sentence_safe(step->dn, &dn);
	buf_printf(out, step->conflict ? tr("several, one is %s") : "%s", dn.s);
	if (step->attribute)
		buf_printf(out, " (%s)", step->attribute);
	buf_release(&dn);
}

static void text_step(const struct route_step *step, size_t n,
	const struct settings *settings, struct buf *out)
{
	struct buf filter = BUF_INIT;
	enum style style;

	route_map_filter(settings, step->map, step->key, &filter);
	buf_printf(out, "  %zu. %-12s ", n, route_map_name(step->map));
	sentence_safe(step->key, out);
	buf_puts(out, "\n     ");
	sentence_safe(filter.s, out);
	buf_puts(out, "\n     = ");
	explain_found(step, out, &style);
	buf_putc(out, '\n');
	buf_release(&filter);
}

void explain_text(const char *address, const struct decision *d,
	const struct settings *settings, struct buf *out)
{
	enum style style;

	sentence_safe(address, out);
	buf_puts(out, "\n  ");
	explain_where(d, out, &style);
	buf_puts(out, "\n  ");
	explain_why(d, out);
	buf_puts(out, "\n  ");
	buf_printf(out, tr("SMTP answer %s, rule %d."), d->smtp, d->rule);
	buf_putc(out, '\n');
	for (size_t i = 0; i < d->n_steps; i++)
		text_step(&d->steps[i], i + 1, settings, out);
}
