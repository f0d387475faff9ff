#include "core/probe.h"

#include <string.h>
#include <strings.h>

#include "core/schema.h"

/* What an attribute of few words, or of a form of its own, can hold. */
static const struct {
	const char *attribute, *value;
} words[] = {
	{ATTR_FORWARD, "TRUE"},
	{ATTR_FORWARD, "FALSE"},
	{ATTR_ROUTING, "none"},
	{ATTR_ROUTING, "internal"},
	{ATTR_ROUTING, "external"},
	{ATTR_RELAY, "[" PROBE_WORD ".invalid]"},
};

static bool is(const char *attribute, const char *other)
{
	return strcasecmp(attribute, other) == 0;
}

static void other_value(const char *attribute, const char *under, struct buf *out)
{
	if (under && is(attribute, ATTR_OBJECT_CLASS))
		buf_puts(out, under);
	else if (under && is(attribute, ATTR_DOMAIN))
		buf_printf(out, PROBE_WORD ".%s", under);
	else if (under)
		buf_printf(out, PROBE_WORD "@%s", under);
	else
		buf_puts(out, PROBE_WORD);
}

/* Appends one that e has not; nothing: there is none. */
static void absent_value(
	const struct entry *e, const char *attribute, const char *under, struct buf *out)
{
	bool listed = false;

	for (size_t i = 0; i < COUNT_OF(words) && !out->len; i++) {
		if (!is(words[i].attribute, attribute))
			continue;
		listed = true;
		if (!entry_has_value(e, attribute, words[i].value))
			buf_puts(out, words[i].value);
	}
	if (listed)
		return;
	other_value(attribute, under, out);
	if (entry_has_value(e, attribute, out->s))
		buf_reset(out);
}

struct change *probe_value(const struct entry *e, const char *attribute, const char *under)
{
	struct buf value = BUF_INIT;
	struct change *wish = NULL;

	absent_value(e, attribute, under, &value);
	if (value.len) {
		wish = change_new(CHANGE_MODIFY, e->dn);
		mod_value(change_mod(wish, MOD_DELETE, attribute), value.s, value.len);
	}
	buf_release(&value);
	return wish;
}
