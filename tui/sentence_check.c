#include "tui/sentence_check.h"

#include <string.h>

#include "core/address.h"
#include "core/domainname.h"
#include "tui/i18n.h"
#include "tui/sentence.h"
#include "tui/sentence_parts.h"

struct words {
	const char *id; /* of the rule */
	const char
		*label; /* at most 18 columns, so that a list has room for a translation */
	const char *one, *many;
	enum shown shown[3];
	const char *touches; /* NULL: the decision says it, or no mail is touched */
};

static const struct words words[] = {
	{"relay-malformed", N_("malformed relay"),
		N_("The relay %1$s can't be used as it is written."), NULL, {AS_TEXT},
		N_("Its relayed mail is held; it can stall every domain's relayed mail.")},
	{"forward-needs-relay", N_("no relay for them"),
		N_("Unknown addresses are to be forwarded, and there is no relay."), NULL,
		{AS_TEXT}, N_("Mail to addresses unknown here is refused (550).")},
	{"relay-is-local", N_("relay is ourselves"),
		N_("The relay %1$s is this mail system itself."), NULL, {AS_RELAY},
		N_("Relayed mail goes round in circles and then bounces.")},
	{"relay-unresolved", N_("relay not found"),
		N_("The relay's name %1$s doesn't resolve."), NULL, {AS_RELAY},
		N_("Relayed mail bounces, or is held.")},
	{"relay-unread", N_("relay's name"),
		N_("The relay's name %1$s couldn't be looked up: the name service gives no "
		   "answer."),
		NULL, {AS_RELAY}, NULL},
	{"domain-malformed", N_("malformed name"), N_("%1$s isn't a domain name."), NULL,
		{AS_TEXT}, N_("No mail can be sent to it.")},
	{"domain-taken", N_("name held twice"), N_("%1$s is also a name of %2$s."), NULL,
		{AS_DOMAIN, AS_TEXT}, N_("Mail that would be relayed is held (451).")},
	{"postmaster-missing", N_("no postmaster"),
		NP_("Nobody receives mail to %1$s.",
			"Nobody receives mail to the postmaster of %4$s names, first "
			"%1$s."),
		{AS_ADDRESS}, NULL},
	{"routing-missing", N_("no mail system"),
		NP_("No mail system is set for this user: the default \"%1$s\" applies.",
			"No mail system is set for %4$s users: the default \"%1$s\" "
			"applies."),
		{AS_TEXT}, NULL},
	{"forward-with-external", N_("forwards unknown"),
		NP_("Unknown addresses are forwarded, and one user is third-party: if all "
		    "users are known here, leave it unticked.",
			"Unknown addresses are forwarded, and %4$s users are third-party: "
			"if all users are known here, leave it unticked."),
		{AS_TEXT}, N_("The relay decides whether unknown addresses exist.")},
	{"address-taken", N_("address held twice"),
		N_("%1$s belongs to %3$s, too: an address has one holder."), NULL,
		{AS_ADDRESS, AS_TEXT, AS_TEXT}, NULL},
	{"external-needs-relay", N_("no relay"),
		N_("%1$s is selected, and %2$s has no usable relay for split domains."),
		NULL, {AS_ADDRESS, AS_DOMAIN}, NULL},
	{"selection-empty", N_("none selected"),
		N_("Third-party mail, and no address is selected."), NULL, {AS_TEXT}, NULL},
	{"selection-not-own", N_("selects another's"),
		N_("%1$s is selected and isn't an address of this user."), NULL,
		{AS_ADDRESS}, NULL},
	{"address-malformed", N_("malformed address"), N_("%1$s isn't a mail address."),
		NULL, {AS_TEXT}, NULL},
	{"address-routed", N_("address is a route"),
		N_("%1$s has a %%, !, / or second @, which Postfix takes for a route."),
		NULL, {AS_TEXT}, NULL},
	{"address-not-ascii", N_("address not ASCII"), N_("%1$s isn't ASCII before the @."),
		NULL, {AS_TEXT}, NULL},
	{"address-domain-malformed", N_("malformed address"),
		N_("%1$s: what is behind the @ isn't a domain name."), NULL, {AS_TEXT},
		NULL},
	{"selected-not-hosted", N_("not supervised"),
		N_("%1$s is selected, and %2$s isn't a supervised domain."), NULL,
		{AS_ADDRESS, AS_DOMAIN}, NULL},
	{"address-not-hosted", N_("not supervised"),
		N_("%1$s: %2$s isn't a supervised domain."), NULL, {AS_ADDRESS, AS_DOMAIN},
		NULL},
	{"internal-no-address", N_("no address"), N_("Internal mail, and no address."),
		NULL, {AS_TEXT}, N_("No mail reaches this user.")},
	{"routing-unknown", N_("unknown system"),
		N_("There is no mail system \"%1$s\": the default \"%2$s\" applies."), NULL,
		{AS_TEXT, AS_TEXT}, NULL},

	{"schema-missing", N_("missing schema"),
		N_("The server's schema doesn't know %1$s."), NULL, {AS_TEXT},
		N_("What needs it can neither be saved nor found.")},
	{"overlay-missing", N_("missing overlay"),
		N_("The server's overlay %1$s doesn't watch over %2$s."), NULL,
		{AS_TEXT, AS_TEXT}, N_("Other tools can write what mail stalls on.")},
	{"index-missing", N_("missing index"),
		N_("The server has no index of %1$s (%2$s)."), NULL, {AS_TEXT, AS_TEXT},
		N_("Every look-up, for mail too, reads the whole directory.")},
	{"schema-unread", N_("schema"), N_("The server's schema can't be read."), NULL,
		{AS_TEXT}, NULL},
	{"server-configuration-unread", N_("configuration"),
		N_("The server's overlays and indexes can't be read by this "
		   "administrator."),
		NULL, {AS_TEXT}, NULL},

	{"postfix-local-class", N_("local in Postfix"),
		N_("%1$s is in Postfix's %2$s, too."), NULL, {AS_DOMAIN, AS_TEXT},
		N_("Its mail is delivered here, whatever the directory says.")},
	{"postfix-origin", N_("is myorigin"), N_("%1$s is Postfix's myorigin."), NULL,
		{AS_DOMAIN},
		N_("Relays are asked about unknown addresses in the domain's own name and "
		   "may refuse that.")},
	{"postfix-no-ipv6", N_("no IPv6"),
		N_("The relay %1$s is an IPv6 address, and Postfix's inet_protocols is "
		   "%2$s."),
		NULL, {AS_RELAY, AS_TEXT}, N_("Relayed mail bounces.")},
	{"postfix-chroot", N_("chrooted table"),
		N_("Postfix's %1$s is chrooted and reads %2$s itself: write proxy: before "
		   "it in %3$s."),
		NULL, {AS_TEXT, AS_TEXT, AS_TEXT},
		N_("All mail is held, where the directory is a socket (451).")},
	{"postfix-virtual", N_("virtual(8)"),
		N_("Postfix's virtual_transport is %1$s: virtual(8) can't use the tables."),
		NULL, {AS_TEXT}, N_("Mail for mailboxes here gets into stray files.")},
	{"postfix-unchecked", N_("unchecked"),
		N_("The relay restrictions of Postfix's %1$s lack the tables known and "
		   "verify."),
		NULL, {AS_TEXT},
		N_("Unknown addresses are accepted there, and their mail bounces.")},
	{"postfix-table", N_("outdated table"),
		N_("The table %1$s isn't what the configuration says: write the tables "
		   "again."),
		NULL, {AS_TEXT}, N_("Mail may go elsewhere than the console says.")},
	{"postfix-verification", N_("verification"),
		N_("Postfix's %1$s is %2$s, and should be %3$s."), NULL,
		{AS_TEXT, AS_TEXT, AS_TEXT},
		N_("Unknown addresses are held, or new users refused for long.")},
	{"postfix-delimiter", N_("other delimiter"),
		N_("Postfix's recipient_delimiter is \"%1$s\", the configuration's "
		   "\"%2$s\"."),
		NULL, {AS_TEXT, AS_TEXT},
		N_("Addresses with an extension go elsewhere than the console says.")},
	{"postfix-unread", N_("not readable"), N_("Postfix's %1$s can't be read."), NULL,
		{AS_TEXT}, NULL},
	{"postfix-unused", N_("tables not in use"),
		N_("Postfix on this machine uses none of the tables that relais writes."),
		NULL, {AS_TEXT}, NULL},
};

static const struct words *words_of(const struct audit_finding *f)
{
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(words[i].id, f->id) == 0)
			return &words[i];
	BUG("no sentence for %s", f->id);
}

const char *check_label(const struct audit_finding *f)
{
	return tr(words_of(f)->label);
}

void check_wrong(const struct audit_finding *f, struct buf *out)
{
	const struct words *w = words_of(f);

	sentence_fill(w->one, w->many, w->shown, &f->finding, out);
}

void check_touches(const struct audit_finding *f, struct buf *out)
{
	const struct words *w = words_of(f);
	struct decision d = {.verdict = f->verdict, .next_hop = f->next_hop};
	enum style style;

	if (w->touches)
		buf_puts(out, tr(w->touches));
	if (w->touches || !f->address)
		return;
	address_shown(f->address, out);
	buf_puts(out, ": ");
	sentence_decision(&d, out, &style);
}

const char *check_severity(const struct audit_finding *f, enum style *style)
{
	*style = STYLE_DIM;
	if (f->unread)
		return tr("not checked");
	switch (f->finding.severity) {
	case SEVERITY_ERROR:
		*style = STYLE_ERROR;
		return tr("error");
	case SEVERITY_WARNING:
		*style = STYLE_WARNING;
		return tr("warning");
	case SEVERITY_NOTE:
		return tr("advice");
	}
	BUG("severity %d", (int)f->finding.severity);
}

void check_about(const struct audit_finding *f, struct buf *out)
{
	switch (f->about) {
	case ABOUT_DOMAIN:
		domainname_shown(f->name, out);
		break;
	case ABOUT_USER:
		sentence_safe(f->name, out);
		break;
	case ABOUT_SERVER:
		buf_puts(out, tr("directory server"));
		break;
	case ABOUT_POSTFIX:
		buf_puts(out, "Postfix");
		break;
	}
}

static void add_count(unsigned long n, const char *words_of_n, struct buf *out)
{
	size_t at = strcspn(words_of_n, "%");

	if (!n)
		return;
	if (out->len)
		buf_puts(out, ", ");
	buf_add(out, words_of_n, at);
	i18n_number(n, out);
	buf_puts(out, words_of_n + at + strlen("%s"));
}

void check_summary(const unsigned long counts[SEVERITY_ERROR + 1], struct buf *out)
{
	struct buf all = BUF_INIT;

	unsigned long errors = counts[SEVERITY_ERROR], warnings = counts[SEVERITY_WARNING];
	unsigned long advice = counts[SEVERITY_NOTE];

	add_count(errors, tr_n("%s error", "%s errors", errors), &all);
	add_count(warnings, tr_n("%s warning", "%s warnings", warnings), &all);
	add_count(advice, tr_n("%s piece of advice", "%s pieces of advice", advice), &all);
	buf_puts(out, all.len ? all.s : tr("nothing is wrong"));
	buf_release(&all);
}

void check_progress(const struct check *c, long ms, struct buf *out)
{
	unsigned long rate = ms > 0 ? c->users * 1000 / (unsigned long)ms : 0;
	struct buf users = BUF_INIT, number = BUF_INIT;

	i18n_number(c->users, &users);
	if (c->total >= c->users && c->total) {
		i18n_number(c->total, &number);
		buf_printf(out, tr("%s of %s users"), users.s, number.s);
	} else {
		buf_printf(out, tr_n("%s user", "%s users", c->users), users.s);
	}
	if (rate) {
		buf_reset(&number);
		i18n_number(rate, &number);
		buf_puts(out, ", ");
		buf_printf(out, tr("%s a second"), number.s);
	}
	if (rate && c->total > c->users) {
		buf_reset(&number);
		i18n_number((c->total - c->users) / rate + 1, &number);
		buf_puts(out, ", ");
		buf_printf(out, tr("%s s left"), number.s);
	}
	buf_release(&users);
	buf_release(&number);
}
