/* A decision as JSON: the members that README lists, never translated. */
#include "tui/explain.h"
#include "tui/jsontext.h"

static json_t *step_object(const struct route_step *step, const struct settings *settings)
{
	struct buf filter = BUF_INIT;
	json_t *j = json_object();

	route_map_filter(settings, step->map, step->key, &filter);
	json_object_set_new(j, "map", jsontext(route_map_name(step->map)));
	json_object_set_new(j, "key", jsontext(step->key));
	json_object_set_new(j, "filter", jsontext(filter.s));
	json_object_set_new(j, "entry", jsontext(step->dn));
	json_object_set_new(j, "attribute", jsontext(step->attribute));
	json_object_set_new(j, "conflict", json_boolean(step->conflict));
	buf_release(&filter);
	return j;
}

void explain_json(const char *address, const struct decision *d,
	const struct settings *settings, struct buf *out)
{
	json_t *j = json_object(), *steps = json_array();

	json_object_set_new(j, "address", jsontext(address));
	json_object_set_new(j, "verdict", jsontext(route_verdict_word(d->verdict)));
	json_object_set_new(j, "next_hop", jsontext(d->next_hop));
	json_object_set_new(j, "smtp", jsontext(d->smtp));
	json_object_set_new(j, "domain", jsontext(d->domain));
	json_object_set_new(j, "entry", jsontext(d->dn));
	json_object_set_new(j, "rule", json_integer(d->rule));
	for (size_t i = 0; i < d->n_steps; i++)
		json_array_append_new(steps, step_object(&d->steps[i], settings));
	json_object_set_new(j, "steps", steps);
	jsontext_add(j, JSON_INDENT(2), out);
}
