/* A form's draft: what is read can be written and read again, and is the same. */
#include "core/draft.h"
#include "tests/fuzz/fuzz.h"

static bool same_fields(const struct draft *a, const struct draft *b)
{
	bool same = a->fields.n == b->fields.n;

	for (size_t i = 0; same && i < a->fields.n; i++)
		same = strcmp(a->fields.v[i].name, b->fields.v[i].name) == 0 &&
		       strcmp(a->fields.v[i].value, b->fields.v[i].value) == 0;
	return same;
}

static bool same_draft(const struct draft *a, const struct draft *b)
{
	return a->form == b->form && strcmp(a->when, b->when) == 0 &&
	       strcmp(a->who, b->who) == 0 && strcmp(a->directory, b->directory) == 0 &&
	       strcmp(a->name, b->name) == 0 && !a->base == !b->base &&
	       (!a->base || same_entry(a->base, b->base)) && same_fields(a, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT, again = BUF_INIT;
	struct draft d, other;

	if (!draft_read(size ? (const char *)data : "", size, &d))
		return 0;
	draft_write(&d, &text);
	CHECK(draft_read(text.s, text.len, &other));
	CHECK(same_draft(&d, &other));
	draft_write(&other, &again);
	CHECK(again.len == text.len && memcmp(again.s, text.s, text.len) == 0);
	draft_release(&other);
	draft_release(&d);
	buf_release(&text);
	buf_release(&again);
	return 0;
}
