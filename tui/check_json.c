/* What a run found, in JSON. */
#include "tui/checkcmd.h"
#include "tui/jsontext.h"
#include "tui/sentence_check.h"

static const char *severity_word(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_NOTE:
		return "advice";
	}
	BUG("severity %d", (int)severity);
}

static const char *about_word(enum audit_about about)
{
	switch (about) {
	case ABOUT_DOMAIN:
		return "domain";
	case ABOUT_USER:
		return "user";
	case ABOUT_SERVER:
		return "server";
	case ABOUT_POSTFIX:
		return "postfix";
	}
	BUG("about %d", (int)about);
}

static json_t *words(void (*say)(const struct audit_finding *f, struct buf *out),
	const struct audit_finding *f)
{
	struct buf text = BUF_INIT;
	json_t *j;

	say(f, &text);
	j = jsontext(text.len ? text.s : NULL);
	buf_release(&text);
	return j;
}

static json_t *arguments(const struct audit_finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < COUNT_OF(f->finding.arg); i++)
		if (f->finding.arg[i])
			json_array_append_new(list, jsontext(f->finding.arg[i]));
	return list;
}

static json_t *object(const struct audit_finding *f)
{
	json_t *j = json_object();

	json_object_set_new(j, "rule", json_string(f->id));
	if (!f->unread)
		json_object_set_new(
			j, "severity", json_string(severity_word(f->finding.severity)));
	json_object_set_new(j, "about", json_string(about_word(f->about)));
	json_object_set_new(j, "name", jsontext(*f->name ? f->name : NULL));
	json_object_set_new(j, "entry", jsontext(*f->dn ? f->dn : NULL));
	json_object_set_new(j, "arguments", arguments(f));
	json_object_set_new(j, "count", json_integer((json_int_t)f->finding.n));
	json_object_set_new(j, "address", jsontext(f->address));
	json_object_set_new(
		j, "verdict", jsontext(f->address ? route_verdict_word(f->verdict) : NULL));
	json_object_set_new(j, "next_hop", jsontext(f->next_hop));
	json_object_set_new(j, "message", words(check_wrong, f));
	json_object_set_new(j, "mail", words(check_touches, f));
	return j;
}

/* One at a time: of many findings the text alone is enough to hold. */
static void add_list(const struct check *c, bool unread, struct buf *out)
{
	const char *before = "\n    ";

	buf_putc(out, '[');
	for (size_t i = 0; i < c->findings.n; i++) {
		if (c->findings.v[i].unread != unread)
			continue;
		buf_puts(out, before);
		jsontext_add(object(&c->findings.v[i]), 0, out);
		before = ",\n    ";
	}
	buf_puts(out, *before == ',' ? "\n  ]" : "]");
}

void check_json(const struct check *c, struct buf *out)
{
	const char *before = "", *id;
	unsigned long n;

	buf_puts(out, "{\n  \"findings\": ");
	add_list(c, false, out);
	buf_puts(out, ",\n  \"not_checked\": ");
	add_list(c, true, out);
	buf_puts(out, ",\n  \"only_counted\": {");
	for (size_t i = 0; check_beyond(c, i, &id, &n); i++) {
		if (!n)
			continue;
		buf_printf(out, "%s\"%s\": %lu", before, id, n);
		before = ", ";
	}
	buf_printf(out,
		"},\n  \"errors\": %lu,\n  \"warnings\": %lu,\n  \"advice\": %lu,\n"
		"  \"domains\": %lu,\n  \"users\": %lu\n}\n",
		c->counts[SEVERITY_ERROR], c->counts[SEVERITY_WARNING],
		c->counts[SEVERITY_NOTE], c->domains, c->users);
}
