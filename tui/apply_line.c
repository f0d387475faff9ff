/* What a line of the file says, as far as the directory isn't needed to know. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/address.h"
#include "core/domainname.h"
#include "tui/apply_parts.h"
#include "tui/i18n.h"
#include "tui/sentence.h"

enum { COLUMN_ADDRESS, COLUMN_ROUTING, COLUMN_ADDRESSES, COLUMNS };

static const char *const header[COLUMNS] = {"address", "routing", "addresses"};

static const struct {
	const char *word;
	enum routing routing;
} routings[] = {
	{"internal", ROUTING_INTERNAL},
	{"external", ROUTING_EXTERNAL},
	{"third-party", ROUTING_EXTERNAL},
	{"none", ROUTING_NONE},
};

static bool refuse(struct wanted *w, const char *sentence)
{
	free(w->wrong);
	w->wrong = xstrdup(sentence);
	return false;
}

static bool refuse_word(struct wanted *w, const char *word, const char *sentence)
{
	struct buf text = BUF_INIT;

	sentence_safe(word, &text);
	buf_printf(&text, ": %s", sentence);
	refuse(w, text.s);
	buf_release(&text);
	return false;
}

static bool refuse_rule(struct wanted *w, enum rule rule, const char *word)
{
	char *arg = xstrdup(word);
	const struct finding f = {.rule = rule, .severity = SEVERITY_ERROR, .arg = {arg}};
	struct buf text = BUF_INIT;

	sentence_finding(&f, &text);
	if (strcmp(word, w->address) == 0)
		refuse(w, text.s);
	else
		refuse_word(w, word, text.s);
	buf_release(&text);
	free(arg);
	return false;
}

static const char *field(const struct row *row, size_t i)
{
	return i < row->fields.n ? row->fields.v[i] : "";
}

/* ---- columns -------------------------------------------------------------------- */

static bool read_address(struct wanted *w, const char *typed)
{
	struct buf address = BUF_INIT;
	enum rule rule = address_canonical(typed, &address);

	free(w->address);
	w->address = rule == RULE_OK ? buf_detach(&address) : xstrdup(typed);
	buf_release(&address);
	if (rule == RULE_EMPTY)
		return refuse(w, tr("The address is missing."));
	return rule == RULE_OK || refuse_rule(w, rule, typed);
}

static bool read_routing(struct wanted *w, const char *word)
{
	for (size_t i = 0; i < COUNT_OF(routings); i++)
		if (strcasecmp(routings[i].word, word) == 0) {
			w->routing = routings[i].routing;
			return true;
		}
	if (!*word)
		return refuse(w,
			tr("The routing is missing: internal, external (or third-party) or "
			   "none."));
	return refuse_word(w, word,
		tr("no such routing: it is internal, external (or third-party) or none."));
}

static bool read_chosen(struct wanted *w, const char *word)
{
	bool is_name = word[0] == '@';
	struct buf canonical = BUF_INIT;
	enum rule rule = is_name ? domainname_canonical(word + 1, &canonical)
				 : address_canonical(word, &canonical);
	struct strv *list = is_name ? &w->names : &w->addresses;

	if (rule == RULE_OK && !strv_has_case(list, canonical.s))
		strv_add(list, canonical.s);
	buf_release(&canonical);
	return rule == RULE_OK || refuse_rule(w, rule, word);
}

static bool read_addresses(struct wanted *w, const char *words)
{
	static const char blanks[] = " \t\n";
	bool ok = true;

	for (words += strspn(words, blanks); ok && *words; words += strspn(words, blanks)) {
		size_t n = strcspn(words, blanks);
		char *word = xstrndup(words, n);

		ok = read_chosen(w, word);
		words += n;
		free(word);
	}
	if (!ok)
		return false;
	if ((w->names.n || w->addresses.n) && w->routing != ROUTING_EXTERNAL)
		return refuse(
			w, tr("Addresses are only chosen for external (third-party)."));
	if (w->names.n && w->addresses.n)
		return refuse(
			w, tr("Choose by addresses or by @domain names, not by both."));
	return true;
}

/* ---- rows ----------------------------------------------------------------------- */

static const char *why_not(enum row_state state)
{
	switch (state) {
	case ROW_FINE:
		break;
	case ROW_BROKEN:
		return tr("This isn't CSV: a quotation mark is never closed, or stands "
			  "inside of a field.");
	case ROW_TOO_LONG:
		return tr("This is longer than a line may be.");
	case ROW_NOT_TEXT:
		return tr("This isn't text in UTF-8.");
	}
	return NULL;
}

/* Empty ones at the end are what a spreadsheet leaves. */
static bool too_many(const struct row *row)
{
	for (size_t i = COLUMNS; i < row->fields.n; i++)
		if (*row->fields.v[i])
			return true;
	return false;
}

static bool is_header(const struct row *row)
{
	return strcasecmp(field(row, 0), header[0]) == 0;
}

static bool is_whole_header(const struct row *row)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (strcasecmp(field(row, i), header[i]) != 0 &&
			(i < COLUMN_ADDRESSES || *field(row, i)))
			return false;
	return !too_many(row);
}

static void read_fields(struct wanted *w, const struct row *row)
{
	if (!read_address(w, field(row, COLUMN_ADDRESS)))
		return;
	if (too_many(row))
		refuse(w, tr("Too many columns: they are address, routing, addresses."));
	else if (read_routing(w, field(row, COLUMN_ROUTING)))
		read_addresses(w, field(row, COLUMN_ADDRESSES));
}

bool wanted_read(const struct row *row, bool first, struct wanted *w)
{
	*w = (struct wanted){.line = row->line, .address = xstrdup("")};
	if (row->state != ROW_FINE) {
		refuse(w, why_not(row->state));
	} else if (first && is_header(row)) {
		if (is_whole_header(row)) {
			wanted_release(w);
			return false;
		}
		refuse(w, tr("Other columns than address, routing, addresses."));
	} else {
		read_fields(w, row);
	}
	return true;
}

void wanted_release(struct wanted *w)
{
	free(w->address);
	free(w->wrong);
	strv_release(&w->names);
	strv_release(&w->addresses);
	*w = (struct wanted){0};
}
