/* What stands in the directory's own log is anybody's: no password comes out of it, and
 * what comes out can be written down, taken back and judged. */
#include <stdlib.h>

#include "core/accesslog.h"
#include "core/record.h"
#include "core/undo.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/ldif_reader.h"

static void check_names(const struct logged *l)
{
	const struct entry *before = l->change->before;

	for (size_t i = 0; i < l->change->mods.n; i++) {
		const char *name = l->change->mods.v[i].attribute.name;

		CHECK(!record_is_secret(name) && !plan_servers_own(name));
		CHECK(l->change->kind != CHANGE_ADD || l->change->mods.v[i].op == MOD_ADD);
	}
	for (size_t i = 0; before && i < before->attributes.n; i++)
		CHECK(!record_is_secret(before->attributes.v[i].name));
	CHECK(l->change->kind != CHANGE_DELETE || l->change->mods.n == 0);
	CHECK((l->change->kind == CHANGE_ADD) == !before);
}

/* What LDIF is written of it is LDIF. */
static void check_ldif(const struct change *c)
{
	struct buf text = BUF_INIT;
	const char *at;
	struct change *read;

	change_ldif(c, &text);
	at = text.s;
	read = ldif_read(&at);
	CHECK(read && strcmp(read->dn, c->dn) == 0 && *at == '\0');
	change_free(read);
	buf_release(&text);
}

static bool has_nul(const struct entry *e)
{
	for (size_t i = 0; i < e->attributes.n; i++)
		for (size_t k = 0; k < e->attributes.v[i].values.n; k++)
			if (strlen(e->attributes.v[i].values.v[k].p) !=
				e->attributes.v[i].values.v[k].n)
				return true;
	return false;
}

/* As it was left it may be taken back; what it touched is then as it was. */
static void check_undo(const struct change *c)
{
	struct entry *left = undo_result(c, c->before);
	struct change *undo = change_inverse(c);
	struct strv names = {0};

	undo_overtaken(undo, left, &names);
	CHECK(names.n == 0 && !undo_misses(undo, left));
	strv_release(&names);
	entry_free(left);
	change_free(undo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct entry *e = take_entry(&in);
	struct logged l;

	if (e && logged_decode(e, &l)) {
		CHECK(l.start && l.who && l.csn && l.id && l.change && *l.change->dn);
		check_names(&l);
		check_ldif(l.change);
		if (l.change->kind == CHANGE_MODIFY && !has_nul(e))
			check_undo(l.change);
		logged_release(&l);
	}
	entry_free(e);
	return 0;
}
