#include "tui/sentence.h"

#include <string.h>

#include "core/address.h"
#include "core/domainname.h"
#include "core/text.h"
#include "tui/i18n.h"
#include "tui/sentence_parts.h"

void sentence_safe(const char *raw, struct buf *out)
{
	text_printable(out, raw, strlen(raw));
}

/* ---- findings ----------------------------------------------------------------- */

struct wording {
	enum rule rule;
	const char *one;  /* msgid; %1$s ... are the arguments, %4$s the number */
	const char *many; /* NULL: no number */
	enum shown shown[3];
};

static const struct wording wordings[] = {
	{RULE_EMPTY, N_("Please fill this in."), NULL, {AS_TEXT}},
	{RULE_RELAY_MALFORMED,
		N_("Not a host: give a name or IP address, with :port if need be, "
		   "as mail.old.example:2525."),
		NULL, {AS_TEXT}},
	{RULE_RELAY_PORT, N_("The port must be a number from 1 to 65535."), NULL,
		{AS_TEXT}},
	{RULE_ADDRESS_MALFORMED, N_("Not a mail address: write it as name@domain."), NULL,
		{AS_TEXT}},
	{RULE_ADDRESS_ROUTED, N_("An address here may not contain %%, !, / or a second @."),
		NULL, {AS_TEXT}},
	{RULE_ADDRESS_NOT_ASCII,
		N_("Before the @ only ASCII letters, digits and signs can be used."), NULL,
		{AS_TEXT}},
	{RULE_DOMAIN_MALFORMED, N_("Not a domain name: write it as acme.example."), NULL,
		{AS_TEXT}},
	{RULE_UID_MALFORMED, N_("A user name has no spaces and no slash."), NULL,
		{AS_TEXT}},
	{RULE_FORWARD_NEEDS_RELAY,
		N_("Forwarding needs a relay: enter it above, or untick this box."), NULL,
		{AS_TEXT}},
	{RULE_EXTERNAL_NEEDS_RELAY,
		N_("%2$s has no relay for split domains: set it first, or %1$s's mail "
		   "would be held."),
		NULL, {AS_ADDRESS, AS_DOMAIN}},
	{RULE_RELAY_IN_USE,
		NP_("One third-party user still needs this relay: make that user internal "
		    "first, or enter another relay.",
			"%4$s third-party users still need this relay: make them internal "
			"first, "
			"or enter another relay."),
		{AS_TEXT}},
	{RULE_SELECTION_EMPTY,
		N_("Select at least one address, or choose another mail system."), NULL,
		{AS_TEXT}},
	{RULE_SELECTION_NOT_OWN, N_("%1$s isn't an address of this user: unselect it."),
		NULL, {AS_ADDRESS}},
	{RULE_ADDRESS_TAKEN, N_("%1$s already belongs to %3$s: an address has one holder."),
		NULL, {AS_ADDRESS, AS_TEXT, AS_TEXT}},
	{RULE_ADDRESS_NOT_HOSTED,
		N_("%2$s isn't a supervised domain, so %1$s can't be used here."), NULL,
		{AS_ADDRESS, AS_DOMAIN}},
	{RULE_DOMAIN_TAKEN, N_("%1$s already belongs to another domain: %2$s."), NULL,
		{AS_DOMAIN, AS_TEXT}},
	{RULE_DOMAIN_IN_USE,
		NP_("One user still has an address in %1$s: remove it first.",
			"%4$s users still have addresses in %1$s: remove them first."),
		{AS_DOMAIN}},
	{RULE_RELAY_IS_LOCAL,
		N_("%1$s is this mail system itself: mail would go round in circles. Enter "
		   "the other "
		   "system."),
		NULL, {AS_RELAY}},
	{RULE_INTERNAL_NO_ADDRESS,
		N_("Internal mail needs an address: this user has none."), NULL, {AS_TEXT}},
	{RULE_RELAY_UNRESOLVED,
		N_("%1$s doesn't resolve to an address at the moment: mail to it would "
		   "bounce."),
		NULL, {AS_RELAY}},
	{RULE_FORWARD_WITH_EXTERNAL,
		NP_("One user is third-party. If all users are known here, leave it "
		    "unticked.",
			"%4$s users are third-party. If all users are known here, leave it "
			"unticked."),
		{AS_TEXT}},
	{RULE_ROUTING_DEFAULTED,
		N_("Nothing is set for this user yet: the default applies."), NULL,
		{AS_TEXT}},
	{RULE_ADDRESS_REFUSED, N_("Mail to %1$s will be refused from now on (550)."), NULL,
		{AS_ADDRESS}},
	{RULE_ADDRESS_AS_UNKNOWN, N_("Mail to %1$s will go to the relay %2$s as unknown."),
		NULL, {AS_ADDRESS, AS_RELAY}},
	{RULE_RELAY_GONE,
		NP_("While you saved, somebody made a user third-party: that mail to %1$s "
		    "is held, as "
		    "there is no relay any more.",
			"While you saved, somebody made users third-party: the mail of "
			"%4$s "
			"users of %1$s is "
			"held, as there is no relay any more."),
		{AS_DOMAIN}},
	{RULE_DOMAIN_LET_GO,
		N_("Mail to %1$s isn't ours any more: it will be refused (554)."), NULL,
		{AS_DOMAIN}},
	{RULE_NO_ADDRESS_THERE, N_("No address at %1$s that another could be made of."),
		NULL, {AS_DOMAIN}},
};

static void show_arg(enum shown shown, const char *arg, struct buf *out)
{
	switch (shown) {
	case AS_TEXT:
		sentence_safe(arg, out);
		break;
	case AS_ADDRESS:
		address_shown(arg, out);
		break;
	case AS_DOMAIN:
		domainname_shown(arg, out);
		break;
	case AS_RELAY: {
		struct nexthop hop;

		if (nexthop_parse_stored(arg, &hop) == RULE_OK)
			nexthop_shown(&hop, out);
		else
			sentence_safe(arg, out);
		break;
	}
	}
}

/* Puts %1$s to %4$s (and %%) into a translated format: translators may order them. */
static void fill(const char *format, const struct buf args[4], struct buf *out)
{
	for (const char *p = format; *p; p++) {
		if (p[0] == '%' && p[1] == '%') {
			buf_putc(out, '%');
			p++;
		} else if (p[0] == '%' && p[1] >= '1' && p[1] <= '4' && p[2] == '$' &&
			   p[3] == 's') {
			buf_puts(out, args[p[1] - '1'].s);
			p += 3;
		} else {
			buf_putc(out, *p);
		}
	}
}

void sentence_fill(const char *one, const char *many, const enum shown shown[3],
	const struct finding *f, struct buf *out)
{
	struct buf args[4] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};

	for (int k = 0; k < 3; k++)
		if (f->arg[k])
			show_arg(shown[k], f->arg[k], &args[k]);
	i18n_number(f->n, &args[3]);
	fill(many ? tr_n(one, many, f->n) : tr(one), args, out);
	for (int k = 0; k < 4; k++)
		buf_release(&args[k]);
}

void sentence_finding(const struct finding *f, struct buf *out)
{
	for (size_t i = 0; i < COUNT_OF(wordings); i++) {
		const struct wording *w = &wordings[i];

		if (w->rule != f->rule)
			continue;
		sentence_fill(w->one, w->many, w->shown, f, out);
		return;
	}
	BUG("no sentence for rule %d", (int)f->rule);
}

void sentence_time(const char *time, struct buf *out)
{
	char d[12];
	size_t n = 0;

	for (const char *p = time; *p && n < sizeof(d); p++)
		if (*p >= '0' && *p <= '9')
			d[n++] = *p;
		else if (!strchr("-T:", *p))
			return;
	if (n == sizeof(d))
		buf_printf(out, "%.4s-%.2s-%.2s %.2s:%.2s UTC", d, d + 4, d + 6, d + 8,
			d + 10);
}

/* ---- errors ------------------------------------------------------------------- */

static const struct {
	enum err_code code;
	const char *words; /* msgid; %1$s %2$s %3$s: arg, %4$s: number */
} failures[] = {
	{ERR_FILE, N_("%1$s can't be used.")},
	{ERR_TERMINAL, "%1$s"},
	{ERR_CONFIG_SYNTAX,
		N_("%1$s, line %4$s: this isn't written as a configuration file is.")},
	{ERR_CONFIG_UNKNOWN, N_("%1$s, line %4$s: there is no setting \"%2$s\".")},
	{ERR_CONFIG_VALUE, N_("%1$s, line %4$s: \"%2$s\" must be %3$s.")},
	{ERR_NO_CONFIG, N_("No configuration file was found: looked at %1$s.")},
	{ERR_NOT_OURS, N_("%1$s was not written by relais and is left alone: move it away "
			  "first.")},
	{ERR_JOURNAL,
		N_("The journal %1$s can't be written, so nothing is changed: make room "
		   "or correct its permissions.")},
	{ERR_DRAFT, N_("What was typed can't be kept in %1$s: make room or correct its "
		       "permissions.")},
	{ERR_PERMISSIONS,
		N_("Others can read %1$s, which holds a password: chmod 600 it first.")},
	{ERR_RESOLVE, N_("The name of the directory server %1$s can't be resolved.")},
	{ERR_CONNECT, N_("The directory server %1$s can't be reached.")},
	{ERR_TLS, N_("No encrypted connection to %1$s: check scheme and port in the "
		     "configuration.")},
	{ERR_TLS_CA_FILE, N_("The authorities' certificates in %2$s can't be used: correct "
			     "ca_file in the configuration.")},
	{ERR_TLS_AUTHORITY, N_("The certificate of %1$s isn't signed by an authority "
			       "trusted here: name its authority's file in ca_file.")},
	{ERR_TLS_NAME, N_("The certificate of %1$s is for another host: use a name that "
			  "stands in it.")},
	{ERR_TLS_EXPIRED,
		N_("The certificate of %1$s has expired: it must be renewed on the "
		   "server.")},
	{ERR_TLS_EARLY, N_("The certificate of %1$s isn't valid yet: check the clocks of "
			   "this machine and the server.")},
	{ERR_TLS_CERTIFICATE, N_("The certificate of %1$s is revoked or too weak to be "
				 "trusted: it must be replaced on the server.")},
	{ERR_TLS_NEEDED, N_("The directory wants an encrypted connection for this: use "
			    "ldaps:// or starttls.")},
	{ERR_CLEARTEXT, N_("A password never goes over an unencrypted network: use "
			   "ldaps:// or starttls for %1$s.")},
	{ERR_TIMEOUT, N_("The directory server %1$s didn't answer within %4$s seconds.")},
	{ERR_CREDENTIALS, N_("Name or password is wrong.")},
	{ERR_AUTH_METHOD, N_("%1$s takes nobody by the unix user, which is for ldapi:// "
			     "only: set auth to \"simple\".")},
	{ERR_SASL_OFFER, N_("%1$s doesn't offer %2$s for signing in. It offers: %3$s.")},
	{ERR_SASL_NONE, N_("%1$s shows no SASL mechanism for signing in: set auth to "
			   "\"simple\".")},
	{ERR_SASL_PLUGIN, N_("%1$s offers %2$s, but this machine lacks Cyrus SASL's module "
			     "for it: install it.")},
	{ERR_SASL_WEAK, N_("%2$s would leave the connection to %1$s unencrypted: use "
			   "ldaps:// or starttls.")},
	{ERR_SASL, N_("Signing in to %1$s with %2$s failed.")},
	{ERR_TICKET, N_("There is no Kerberos ticket: run kinit.")},
	{ERR_TICKET_EXPIRED, N_("The Kerberos ticket has expired: run kinit.")},
	{ERR_DISCONNECTED, N_("The connection to the directory was lost.")},
	{ERR_PROVIDER_UNNAMED, N_("This server is a replica: changes are made at %1$s. "
				  "Name that server in "
				  "provider.uri in the configuration.")},
	{ERR_PROVIDER_AWAY,
		N_("%1$s, where changes are made, can't be reached: nothing was written. "
		   "Save again later.")},
	{ERR_PROVIDER_CREDENTIALS,
		N_("%1$s, where changes are made, doesn't accept this name and password: "
		   "correct \"provider\" in the configuration.")},
	{ERR_UNDEFINED_ATTRIBUTE, N_("The directory doesn't know an attribute: its relais "
				     "schema is missing or old.")},
	{ERR_CONSTRAINT,
		N_("The directory doesn't accept this value, or somebody has it already: "
		   "correct it and save again.")},
	{ERR_VALUE_EXISTS,
		N_("This value was set by somebody else meanwhile: open the entry again.")},
	{ERR_INVALID_SYNTAX, N_("The directory can't store this value as it is written: "
				"correct it and save again.")},
	{ERR_NO_SUCH_ATTRIBUTE, N_("This value was removed by somebody else meanwhile: "
				   "open the entry again.")},
	{ERR_NO_SUCH_OBJECT, N_("This entry doesn't exist any more: somebody has removed "
				"or renamed it.")},
	{ERR_NO_PARENT, N_("There is no entry for it to stand below: check the bases in "
			   "the configuration.")},
	{ERR_DENIED, N_("You may not do this: ask a super administrator, or for a user's "
			"mail an administrator of that domain's users.")},
	{ERR_BUSY, N_("The directory is busy: save again in a moment.")},
	{ERR_UNAVAILABLE, N_("The directory isn't available: save again in a moment.")},
	{ERR_UNWILLING,
		N_("The directory refuses to do this; its own words are under details.")},
	{ERR_OBJECT_CLASS,
		N_("The directory's schema doesn't allow this on such an entry.")},
	{ERR_NOT_LEAF, N_("There are entries below this one: remove them first.")},
	{ERR_ENTRY_EXISTS,
		N_("There is an entry of this name already: choose another name.")},
	{ERR_ASSERTION,
		N_("Somebody else has changed this entry meanwhile: nothing was written.")},
	{ERR_REFERRAL,
		N_("This server doesn't take changes: it names another one that does.")},
	{ERR_LIMIT, N_("The directory stopped at its limit: ask for less, or try "
		       "again later.")},
	{ERR_SERVER, N_("The directory refused (result %4$s); its own words are under "
			"details.")},
	{ERR_PROTOCOL, N_("What the server sent isn't an answer: check its address in the "
			  "configuration.")},
};

void sentence_err(const struct err *err, struct buf *out)
{
	struct buf args[4] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
	const char *words = NULL;

	for (size_t i = 0; i < COUNT_OF(failures); i++)
		if (failures[i].code == err->code)
			words = failures[i].words;
	if (!words)
		BUG("no sentence for error %d", (int)err->code);
	for (int k = 0; k < 3; k++)
		sentence_safe(err->arg[k], &args[k]);
	buf_printf(&args[3], "%ld", err->number);
	fill(tr(words), args, out);
	for (int k = 0; k < 4; k++)
		buf_release(&args[k]);
}

/* ---- where mail goes ---------------------------------------------------------- */

static void show_hop(const struct decision *d, struct buf *out)
{
	struct nexthop hop;

	if (d->next_hop && nexthop_parse_stored(d->next_hop, &hop) == RULE_OK)
		nexthop_shown(&hop, out);
	else if (d->next_hop)
		sentence_safe(d->next_hop, out);
}

void sentence_decision(const struct decision *d, struct buf *out, enum style *style)
{
	struct buf hop = BUF_INIT;

	show_hop(d, &hop);
	*style = STYLE_TEXT;
	switch (d->verdict) {
	case VERDICT_LOCAL:
		buf_puts(out, tr("mailbox here"));
		break;
	case VERDICT_RELAY:
		buf_puts(out, hop.s);
		break;
	case VERDICT_VERIFY:
		buf_printf(out, tr("%s, if it knows them"), hop.s);
		break;
	case VERDICT_DEFER:
		buf_puts(out, tr("held: no relay (450)"));
		*style = STYLE_ERROR;
		break;
	case VERDICT_REJECT:
		buf_puts(out, tr("doesn't exist (550)"));
		break;
	case VERDICT_CONFLICT:
		buf_puts(out, tr("held: two holders (451)"));
		*style = STYLE_ERROR;
		break;
	case VERDICT_NOT_HOSTED:
		buf_puts(out, tr("not our domain (554)"));
		*style = STYLE_WARNING;
		break;
	}
	buf_release(&hop);
}

const char *sentence_routing(enum routing routing)
{
	switch (routing) {
	case ROUTING_NONE:
		return tr("No mail");
	case ROUTING_INTERNAL:
		return tr("Internal mail");
	case ROUTING_EXTERNAL:
		return tr("Third-party mail");
	}
	BUG("routing %d", (int)routing);
}

const char *sentence_routing_short(enum routing routing)
{
	switch (routing) {
	case ROUTING_NONE:
		return tr("none");
	case ROUTING_INTERNAL:
		return tr("internal");
	case ROUTING_EXTERNAL:
		return tr("third-party");
	}
	BUG("routing %d", (int)routing);
}

const char *sentence_kind(enum user_kind kind)
{
	static const char *const words[] = {
		[KIND_PERSON] = N_("user"),
		[KIND_GROUP] = N_("group"),
		[KIND_SHARED] = N_("shared"),
	};

	return tr(words[kind]);
}

/* ---- state -------------------------------------------------------------------- */

enum { LATE_S = 5 }; /* a replica is told to be behind; before, it is on its way */

static void ready_words(const struct store_status *s, struct buf *out, enum style *style)
{
	if (s->read_only)
		buf_puts(out, tr("read-only for now"));
	else if (s->behind_s >= LATE_S)
		buf_printf(out, tr("replica %d s behind"), s->behind_s);
	else
		buf_puts(out, tr("ready"));
	if (s->read_only || s->behind_s >= LATE_S)
		*style = STYLE_WARNING;
}

static void phase_words(const struct store_status *s, struct buf *out, enum style *style)
{
	switch (s->phase) {
	case STORE_SIGNED_OUT:
		buf_puts(out, tr("signed out"));
		break;
	case STORE_CONNECTING:
		if (s->waiting_s >= 2) {
			buf_printf(out, tr("connecting, no answer for %d s"), s->waiting_s);
			*style = STYLE_WARNING;
		} else {
			buf_puts(out, tr("connecting"));
		}
		break;
	case STORE_READY:
		ready_words(s, out, style);
		break;
	case STORE_WAITING:
		buf_printf(out, tr("no answer for %d s"), s->waiting_s);
		*style = STYLE_WARNING;
		break;
	case STORE_DOWN:
		buf_printf(out, tr("not connected, next try in %d s"),
			(s->retry_ms + 999) / 1000);
		*style = STYLE_ERROR;
		break;
	}
}

static void server_words(const struct store_status *s, struct buf *out)
{
	struct buf args[4] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
	bool two = s->provider && *s->provider;

	sentence_safe(s->server ? s->server : "", &args[0]);
	sentence_safe(two ? s->provider : "", &args[1]);
	if (two && args[0].len)
		fill(tr("%1$s, saves at %2$s"), args, out);
	else
		buf_puts(out, args[0].s);
	for (size_t i = 0; i < COUNT_OF(args); i++)
		buf_release(&args[i]);
}

void sentence_status(const struct store_status *s, const char *between, struct buf *out,
	enum style *style)
{
	struct buf words[] = {BUF_INIT, BUF_INIT};

	*style = STYLE_DIM;
	sentence_safe(s->who ? s->who : "", &words[0]);
	server_words(s, &words[1]);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (words[i].len)
			buf_printf(out, "%s %s ", words[i].s, between);
		buf_release(&words[i]);
	}
	phase_words(s, out, style);
}
