/* A decision as JSON: the members that README lists, never translated. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tui/explain.h"

/* JSON is Unicode: a byte that is no UTF-8 becomes U+FFFD. */
static json_t *string(const char *s)
{
	struct buf safe = BUF_INIT;
	json_t *j;

	if (!s)
		return json_null();
	j = json_string(s);
	if (!j) {
		text_printable(&safe, s, strlen(s));
		j = json_string(safe.s);
	}
	buf_release(&safe);
	return j;
}

static json_t *step_object(const struct route_step *step, const struct settings *settings)
{
	struct buf filter = BUF_INIT;
	json_t *j = json_object();

	route_map_filter(settings, step->map, step->key, &filter);
	json_object_set_new(j, "map", string(route_map_name(step->map)));
	json_object_set_new(j, "key", string(step->key));
	json_object_set_new(j, "filter", string(filter.s));
	json_object_set_new(j, "entry", string(step->dn));
	json_object_set_new(j, "attribute", string(step->attribute));
	json_object_set_new(j, "conflict", json_boolean(step->conflict));
	buf_release(&filter);
	return j;
}

void explain_json(const char *address, const struct decision *d,
	const struct settings *settings, struct buf *out)
{
	json_t *j = json_object(), *steps = json_array();
	char *text;

	json_object_set_new(j, "address", string(address));
	json_object_set_new(j, "verdict", string(route_verdict_word(d->verdict)));
	json_object_set_new(j, "next_hop", string(d->next_hop));
	json_object_set_new(j, "smtp", string(d->smtp));
	json_object_set_new(j, "domain", string(d->domain));
	json_object_set_new(j, "entry", string(d->dn));
	json_object_set_new(j, "rule", json_integer(d->rule));
	for (size_t i = 0; i < d->n_steps; i++)
		json_array_append_new(steps, step_object(&d->steps[i], settings));
	json_object_set_new(j, "steps", steps);
	text = json_dumps(j, JSON_INDENT(2));
	if (!text)
		BUG("an answer that is no JSON");
	buf_puts(out, text);
	free(text);
	json_decref(j);
}
