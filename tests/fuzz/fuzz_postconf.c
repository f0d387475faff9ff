/* What postconf(1) says, and tables that are not ours. */
#include <stdlib.h>

#include "core/audit.h"
#include "tests/fuzz/fuzz.h"
#include "tui/sentence_check.h"

static void on_found(void *arg, const struct audit_finding *f)
{
	struct buf words = BUF_INIT;

	(void)arg;
	CHECK(f->about == ABOUT_POSTFIX || f->about == ABOUT_DOMAIN);
	check_wrong(f, &words);
	CHECK(words.len && is_safe_text(words.s, words.len));
	buf_release(&words);
}

static void check_files(const char *parameters, struct strv *files)
{
	audit_postfix_files(parameters, files);
	for (size_t i = 0; i < files->n; i++) {
		CHECK(files->v[i][0] == '/' && strstr(parameters, files->v[i]));
		CHECK(strcspn(files->v[i], ", \t\n{}") == strlen(files->v[i]));
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(files->v[i], files->v[k]) != 0);
	}
}

static void check_value(const char *parameters, const char *name)
{
	struct buf value = BUF_INIT;

	if (audit_postfix_value(parameters, name, &value))
		CHECK(strstr(parameters, value.s) && !strchr(value.s, '\n'));
	else
		CHECK(value.len == 0);
	buf_release(&value);
}

/* The next part of the input, which ends at an empty line or NUL. */
static char *take_part(struct input_left *in)
{
	struct buf all = BUF_INIT;

	while (in->n) {
		char *line = take_string(in);
		bool empty = !*line;

		if (!empty)
			buf_printf(&all, "%s\n", line);
		free(line);
		if (empty)
			break;
	}
	return buf_detach(&all);
}

static struct audit *new_audit(const struct settings *s)
{
	struct entry *e = entry_new("associatedDomain=acme.example,dc=x");
	struct audit *a = audit_new(s, NULL, NULL, on_found, NULL);

	entry_add(e, "associatedDomain", "acme.example", 12);
	entry_add(e, "relaisSplitRelay", "[IPv6:2001:db8::25]", 19);
	audit_domain(a, e);
	audit_domains_read(a);
	entry_free(e);
	return a;
}

/* Parameters, services, overrides, a table, each ended by an empty line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	char *parameters = take_part(&in), *services = take_part(&in);
	char *overrides = take_part(&in), *table = take_part(&in);
	struct strv files = {0};
	struct settings s;
	struct audit *a;

	check_files(parameters, &files);
	check_value(parameters, "mydestination");
	check_value(parameters, "transport_maps");
	settings_init(&s);
	a = new_audit(&s);
	if (files.n) {
		struct audit_table t = {"domains", files.v[0], table, "search_base = x\n"};
		struct audit_postfix p = {parameters, services, overrides, &t, 1};

		audit_postfix(a, &p);
	} else {
		struct audit_postfix p = {parameters, services, overrides, NULL, 0};

		audit_postfix(a, &p);
	}
	audit_free(a);
	settings_release(&s);
	strv_release(&files);
	free(parameters);
	free(services);
	free(overrides);
	free(table);
	return 0;
}
