/* The journal's text: what is written is read again, and nothing that was cut off or broken
 * is taken for something else. */
#include "tests/core/test.h"

#include "core/ldif.h"
#include "core/record.h"

/* ---- lines from text ------------------------------------------------------------- */

struct text {
	const char *p, *end;
};

/* As a file is read: a line without its end is none. */
static bool next_line(void *arg, struct buf *line)
{
	struct text *t = arg;
	const char *end = memchr(t->p, '\n', (size_t)(t->end - t->p));

	buf_reset(line);
	if (!end)
		return false;
	buf_add(line, t->p, (size_t)(end - t->p));
	t->p = end + 1;
	return true;
}

static void show_attribute(const char *prefix, const struct attribute *a, struct buf *out)
{
	for (size_t i = 0; i < a->values.n; i++)
		buf_printf(out, "%s%s=%s(%zu)", prefix, a->name, a->values.v[i].p,
			a->values.v[i].n);
}

static void show_change(const struct change *c, struct buf *out)
{
	static const char *const kinds[] = {"modify", "add", "delete"};
	static const char *const ops[] = {"+", "-", "="};

	buf_printf(out, "%s %s", kinds[c->kind], c->dn);
	for (size_t i = 0; i < c->mods.n; i++) {
		const struct mod *m = &c->mods.v[i];

		if (m->attribute.values.n == 0)
			buf_printf(out, " %s%s", ops[m->op], m->attribute.name);
		show_attribute(
			i && c->kind == CHANGE_MODIFY ? " ; " : " ", &m->attribute, out);
		if (m->attribute.values.n)
			buf_puts(out, ops[m->op]);
	}
	if (!c->before)
		return;
	buf_printf(out, " | %s %s %s", c->before->dn, c->before->id, c->before->csn);
	for (size_t i = 0; i < c->before->attributes.n; i++)
		show_attribute(" ", &c->before->attributes.v[i], out);
}

static void show(const struct record *r, struct buf *out)
{
	static const char *const outcomes[] = {
		"unknown", "done", "not", "changed", "refused"};

	switch (r->kind) {
	case RECORD_HEAD:
		buf_printf(out, "head %s/%s/%s/%s/%s/%s\n", r->head.when, r->head.who,
			r->head.login, r->head.server, r->head.directory, r->head.why);
		break;
	case RECORD_CHANGE:
		buf_printf(out, "%zu ", r->number);
		show_change(r->change, out);
		buf_putc(out, '\n');
		break;
	case RECORD_OUTCOME:
		buf_printf(out, "outcome %zu %s %s/%s\n", r->number, outcomes[r->outcome],
			r->when, r->note);
		break;
	case RECORD_END:
		buf_printf(out, "end %s %zu/%zu\n", r->when, r->done, r->changes);
		break;
	case RECORD_EOF:
		buf_puts(out, "eof\n");
		break;
	case RECORD_BROKEN:
		buf_puts(out, "broken\n");
		break;
	}
}

/* Everything that is read, a line each; *whole: as record_whole(). */
static char *reading(const char *text, size_t n, size_t *whole)
{
	struct text t = {text, text + n};
	struct record_reader *reader = record_reader_new(next_line, &t);
	struct buf out = BUF_INIT;
	const struct record *r;

	do {
		r = record_next(reader);
		show(r, &out);
	} while (r->kind != RECORD_EOF && r->kind != RECORD_BROKEN);
	*whole = record_whole(reader);
	record_reader_free(reader);
	return buf_detach(&out);
}

/* ---- a whole file ---------------------------------------------------------------- */

#define HEAD                                    \
	"# relais journal 1\n"                  \
	"# when: 2026-11-22T23:15:00Z\n"        \
	"# who: uid=admin0,ou=admins,dc=demo\n" \
	"# login: root\n"                       \
	"# server: ldapi\n"                     \
	"# directory: ldapi:/// dc=demo\n"      \
	"# why: Save acme.example?\n"           \
	"version: 1\n\n"
#define HEAD_READ                                                           \
	"head 2026-11-22T23:15:00Z/uid=admin0,ou=admins,dc=demo/root/ldapi" \
	"/ldapi:/// dc=demo/Save acme.example?\n"

static const char whole_file[] =
	HEAD "# change: 1\n"
	     "#| dn: uid=bob,dc=demo\n"
	     "#| entryUUID: u1\n"
	     "#| entryCSN: c1\n"
	     "#| mail: a@acme.example\n"
	     "#| mail: b@acme.example\n"
	     "dn: uid=bob,dc=demo\n"
	     "changetype: modify\n"
	     "delete: mail\n"
	     "mail: a@acme.example\n"
	     "-\n"
	     "add: mail\n"
	     "mail: c@acme.example\n"
	     "-\n"
	     "delete: relaisRouting\n"
	     "-\n"
	     "replace: description\n"
	     "description:: w6k=\n"
	     "-\n\n"
	     "# change: 2\n"
	     "dn: uid=new,dc=demo\n"
	     "changetype: add\n"
	     "objectClass: top\n"
	     "objectClass: person\n"
	     "sn: New\n\n"
	     "# change: 3\n"
	     "#| dn: uid=old,dc=demo\n"
	     "#| entryUUID: u3\n"
	     "#| entryCSN:\n"
	     "#| sn: Old\n"
	     "dn: uid=old,dc=demo\n"
	     "changetype: delete\n\n"
	     "# outcome: 1 done 2026-11-22T23:15:01Z 20261122231501.1Z#0#0#0\n"
	     "# outcome: 2 refused 2026-11-22T23:15:01Z 50 no write access\n"
	     "# outcome: 3 unknown 2026-11-22T23:15:02Z\n"
	     "# outcome: 3 changed-since 2026-11-22T23:15:03Z\n"
	     "# end: 2026-11-22T23:15:03Z 1 of 3 done\n";

static const char whole_read[] = HEAD_READ
	"1 modify uid=bob,dc=demo mail=a@acme.example(14)- ; mail=c@acme.example(14)+"
	" -relaisRouting ; description=\xc3\xa9(2)= | uid=bob,dc=demo u1 c1"
	" mail=a@acme.example(14) mail=b@acme.example(14)\n"
	"2 add uid=new,dc=demo objectClass=top(3) objectClass=person(6)+ sn=New(3)+\n"
	"3 delete uid=old,dc=demo | uid=old,dc=demo u3  sn=Old(3)\n"
	"outcome 1 done 2026-11-22T23:15:01Z/20261122231501.1Z#0#0#0\n"
	"outcome 2 refused 2026-11-22T23:15:01Z/50 no write access\n"
	"outcome 3 unknown 2026-11-22T23:15:02Z/\n"
	"outcome 3 changed 2026-11-22T23:15:03Z/\n"
	"end 2026-11-22T23:15:03Z 1/3\n"
	"eof\n";

static void set(struct change *c, enum mod_op op, const char *name, const char *values)
{
	struct strv list = words(values);
	struct mod *m = change_mod(c, op, name);

	for (size_t i = 0; i < list.n; i++)
		mod_value(m, list.v[i], strlen(list.v[i]));
	strv_release(&list);
}

static struct change *first_change(void)
{
	struct change *c = change_new(CHANGE_MODIFY, "uid=bob,dc=demo");

	entry_free(c->before);
	c->before =
		entry_of("uid=bob,dc=demo", "mail: a@acme.example\nmail: b@acme.example\n");
	entry_set_state(c->before, "u1", "c1");
	set(c, MOD_DELETE, "mail", "a@acme.example");
	set(c, MOD_ADD, "mail", "c@acme.example");
	set(c, MOD_DELETE, "relaisRouting", "");
	set(c, MOD_REPLACE, "description", "\xc3\xa9");
	return c;
}

static struct change *second_change(void)
{
	struct change *c = change_new(CHANGE_ADD, "uid=new,dc=demo");

	set(c, MOD_ADD, "objectClass", "top person");
	set(c, MOD_ADD, "sn", "New");
	return c;
}

/* With a password, which is nowhere written. */
static struct change *third_change(void)
{
	struct change *c = change_new(CHANGE_DELETE, "uid=old,dc=demo");

	c->before = entry_of("uid=old,dc=demo",
		"sn: Old\nuserPassword: {SSHA}geheim\nuserPassword;x-old: geheim\n"
		"entryUUID: u3\nsambaNTPassword: geheim\npwdHistory: geheim\n"
		"oathSecret: geheim\n");
	return c;
}

static void put_change(size_t number, struct change *c, struct buf *out)
{
	record_put_change(number, c, out);
	change_free(c);
}

static const struct record_head head = {
	.when = (char[]){"2026-11-22T23:15:00Z"},
	.who = (char[]){"uid=admin0,ou=admins,dc=demo"},
	.login = (char[]){"root"},
	.server = (char[]){"ldapi"},
	.directory = (char[]){"ldapi:/// dc=demo"},
	.why = (char[]){"Save acme.example?"},
};

static void check_written(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	record_put_head(&head, &out);
	put_change(1, first_change(), &out);
	put_change(2, second_change(), &out);
	put_change(3, third_change(), &out);
	record_put_outcome(
		1, SETTLED_DONE, "2026-11-22T23:15:01Z", "20261122231501.1Z#0#0#0", &out);
	record_put_outcome(
		2, SETTLED_REFUSED, "2026-11-22T23:15:01Z", "50 no write access", &out);
	record_put_outcome(3, SETTLED_UNKNOWN, "2026-11-22T23:15:02Z", "", &out);
	record_put_outcome(3, SETTLED_CHANGED, "2026-11-22T23:15:03Z", "", &out);
	record_put_end("2026-11-22T23:15:03Z", 1, 3, &out);
	assert_string_equal(out.s, whole_file);
	buf_release(&out);
}

static void check_read(void **state)
{
	size_t whole, n = strlen(whole_file);
	char *text = reading(whole_file, n, &whole);

	(void)state;
	assert_string_equal(text, whole_read);
	assert_int_equal(whole, n);
	free(text);
}

/* Cut off after n bytes: what is read is how it begins, and then the end.  What is whole is
 * read the same by itself, and what comes after it later is not lost. */
static void check_cut_off(void **state)
{
	static const char later[] = "# outcome: 1 done 2026-11-23T00:00:00Z\n";
	size_t all = strlen(whole_file), head_end = strlen(HEAD), broken = 0;

	(void)state;
	for (size_t n = 0; n <= all; n++) {
		size_t whole, again;
		char *text = reading(whole_file, n, &whole), *rest;
		size_t length = strlen(text);
		struct buf grown = BUF_INIT;

		if (n < head_end - 1) { /* the empty line after it may be missing */
			assert_string_equal(text, "broken\n");
			broken++;
			free(text);
			continue;
		}
		assert_true(length >= 4);
		assert_string_equal(text + length - 4, "eof\n");
		assert_memory_equal(text, whole_read, length - 4);
		assert_true(whole <= n);
		buf_add(&grown, whole_file, whole);
		buf_puts(&grown, later);
		rest = reading(grown.s, grown.len, &again);
		assert_int_equal(again, grown.len);
		assert_memory_equal(rest, text, length - 4);
		assert_string_equal(
			rest + length - 4, "outcome 1 done 2026-11-23T00:00:00Z/\neof\n");
		buf_release(&grown);
		free(rest);
		free(text);
	}
	assert_int_equal(broken, head_end - 1);
}

/* ---- special values -------------------------------------------------------------- */

/* What people or servers choose cannot break out of its line. */
static void check_hostile_head(void **state)
{
	const struct record_head h = {
		.who = (char[]){"uid=a\n# end: x 1 of 1 done\n\ndn: uid=b"},
		.login = (char[]){" root"},
		.server = (char[]){"\033[31mred"},
		.directory = (char[]){""},
		.why = (char[]){"Gr\xc3\xbc\xc3\x9f"
				"e: \xe2\x80\xaeweit ueber eine Zeile hinaus, und "
				"noch weiter, bis es mehr als genug ist?"},
	};
	struct buf out = BUF_INIT;
	size_t whole;
	char *text;

	(void)state;
	record_put_head(&h, &out);
	assert_string_equal(out.s,
		"# relais journal 1\n"
		"# when:\n"
		"# who:: dWlkPWEKIyBlbmQ6IHggMSBvZiAxIGRvbmUKCmRuOiB1aWQ9Yg==\n"
		"# login:: IHJvb3Q=\n"
		"# server:: G1szMW1yZWQ=\n"
		"# directory:\n"
		"# why:: R3LDvMOfZTog4oCud2VpdCB1ZWJlciBlaW5lIFplaWxlIGhpbmF1cywgdW5kIG5v"
		"Y2ggd2VpdGVyLCBiaXMgZXMgbWVociBhbHMgZ2VudWcgaXN0Pw==\n"
		"version: 1\n\n");
	text = reading(out.s, out.len, &whole);
	assert_string_equal(text,
		"head /uid=a\n# end: x 1 of 1 done\n\ndn: uid=b/ root/\033[31mred//"
		"Gr\xc3\xbc\xc3\x9f"
		"e: \xe2\x80\xaeweit ueber eine Zeile hinaus, und noch weiter, bis es mehr "
		"als genug ist?\neof\n");
	free(text);
	buf_reset(&out);
	record_put_outcome(7, SETTLED_REFUSED, "t", "80 two\nlines: # end: t 1 of 1", &out);
	assert_string_equal(out.s,
		"# outcome:: NyByZWZ1c2VkIHQgODAgdHdvCmxpbmVzOiAjIGVuZDogdCAxIG9mIDE=\n");
	buf_release(&out);
}

/* A value of 100 digits: folded, with "#| " before each line where it is a comment. */
static void check_folded(void **state)
{
	struct change *c = change_new(CHANGE_MODIFY, "uid=x");
	const char *value = "0123456789012345678901234567890123456789"
			    "012345678901234567890123456789012345678901234567890123456789";
	struct buf out = BUF_INIT;

	(void)state;
	entry_add(c->before, "description", value, strlen(value));
	set(c, MOD_REPLACE, "description", value);
	record_put_change(1, c, &out);
	assert_string_equal(out.s,
		"# change: 1\n"
		"#| dn: uid=x\n"
		"#| entryUUID:\n"
		"#| entryCSN:\n"
		"#| description: "
		"01234567890123456789012345678901234567890123456789012345678"
		"9012\n"
		"#|  3456789012345678901234567890123456789\n"
		"dn: uid=x\n"
		"changetype: modify\n"
		"replace: description\n"
		"description: 012345678901234567890123456789012345678901234567890123456789"
		"012\n"
		" 3456789012345678901234567890123456789\n"
		"-\n\n");
	change_free(c);
	buf_release(&out);
}

static struct change *written_and_read(const struct change *c)
{
	struct buf out = BUF_INIT;
	struct text t;
	struct record_reader *reader;
	const struct record *r;
	struct change *back;

	record_put_head(&head, &out);
	record_put_change(1, c, &out);
	t = (struct text){out.s, out.s + out.len};
	reader = record_reader_new(next_line, &t);
	assert_int_equal(record_next(reader)->kind, RECORD_HEAD);
	r = record_next(reader);
	assert_int_equal(r->kind, RECORD_CHANGE);
	back = change_copy(r->change);
	assert_int_equal(record_next(reader)->kind, RECORD_EOF);
	record_reader_free(reader);
	buf_release(&out);
	return back;
}

/* Bytes of every kind, as value and as what was read. */
static void comes_back(const char *bytes, size_t n)
{
	struct change *c = change_new(CHANGE_MODIFY, "cn=\\00\xc3\xa9 ,dc=demo"), *back;
	struct mod *m;

	entry_set_state(c->before, " u", "c:");
	entry_add(c->before, "jpegPhoto", bytes, n);
	m = change_mod(c, MOD_REPLACE, "jpegPhoto");
	mod_value(m, bytes, n);
	mod_value(m, "x", 1);
	back = written_and_read(c);
	assert_string_equal(back->dn, c->dn);
	assert_string_equal(back->before->id, " u");
	assert_string_equal(back->before->csn, "c:");
	assert_string_equal(back->before->dn, c->dn);
	assert_int_equal(back->before->attributes.n, 1);
	assert_true(attribute_same(
		&back->before->attributes.v[0], &c->before->attributes.v[0]));
	assert_int_equal(back->mods.n, 1);
	assert_int_equal(back->mods.v[0].op, MOD_REPLACE);
	assert_int_equal(back->mods.v[0].attribute.values.n, 2);
	assert_int_equal(back->mods.v[0].attribute.values.v[0].n, n);
	assert_memory_equal(back->mods.v[0].attribute.values.v[0].p, bytes, n);
	change_free(back);
	change_free(c);
}

static void check_bytes(void **state)
{
	static char big[1 << 20];
	char all[256];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7);
	for (size_t n = 0; n <= 80; n++)
		comes_back(all + 40, n);
	for (size_t i = 0; i < sizeof(all); i++)
		comes_back(all + i, 1);
	comes_back(all, sizeof(all));
	comes_back(big, sizeof(big));
	memset(big, 'a', sizeof(big));
	comes_back(big, sizeof(big));
	comes_back("-", 1);
	comes_back("", 0);
	comes_back("a ", 2);
	comes_back("< file:///etc/passwd", 20);
	comes_back("#| x", 4);
}

/* ---- what is not ours ------------------------------------------------------------ */

#define BEGINS HEAD "dn: uid=x\n"

static const struct row {
	const char *name, *text, *read; /* read: after the head */
} rows[] = {
	{"another version", "# relais journal 2\n", NULL},
	{"no journal", "dn: uid=x\nchangetype: delete\n\n", NULL},
	{"nothing", "", NULL},
	{"a head without its who",
		"# relais journal 1\n# when: x\n# login: x\n# server: x\n", NULL},
	{"nothing after the head", HEAD, "eof\n"},
	{"by hand", HEAD "# I looked at this: all is well\n\n\n", "eof\n"},
	{"an unknown comment", HEAD "#nothing\n# end: today\n# outcome: 1 perhaps x\n",
		"eof\n"},
	{"no changetype", BEGINS "mail: x\n\n", "broken\n"},
	{"a rename", BEGINS "changetype: modrdn\nnewrdn: uid=y\n\n", "broken\n"},
	{"modify: no operation", BEGINS "changetype: modify\nmail: x\n-\n\n", "broken\n"},
	{"modify: another name", BEGINS "changetype: modify\nadd: mail\nsn: x\n-\n\n",
		"broken\n"},
	{"modify: no name", BEGINS "changetype: modify\nadd:\n-\n\n", "broken\n"},
	{"modify: a name that is none", BEGINS "changetype: modify\nadd: a b\n-\n\n",
		"broken\n"},
	{"add: a name that is none", BEGINS "changetype: add\na b: c\n\n# end: x\n",
		"broken\n"},
	{"before: a name that is none", HEAD "#| dn: uid=x\n#| a b: c\n", "broken\n"},
	{"modify: no dash", BEGINS "changetype: modify\nadd: mail\nmail: x\n\n# end: x\n",
		"broken\n"},
	{"modify: bad base64",
		BEGINS "changetype: modify\nadd: mail\nmail:: a\n-\n\n# end: x\n",
		"broken\n"},
	{"modify: a file",
		BEGINS "changetype: modify\nadd: mail\nmail:< file:///x\n-\n\n# end: x\n",
		"broken\n"},
	{"modify of nothing", BEGINS "changetype: modify\n\n",
		"0 modify uid=x\n"
		"eof\n"},
	{"add: no colon", BEGINS "changetype: add\nmail\n\n# end: x\n", "broken\n"},
	{"delete: with values", BEGINS "changetype: delete\nmail: x\n\n# end: x\n",
		"broken\n"},
	{"before: no dn", HEAD "#| sn: x\ndn: uid=x\nchangetype: delete\n\n", "broken\n"},
	{"before: no colon", HEAD "#| dn: uid=x\n#| sn\n", "broken\n"},
	{"text", HEAD "hello\nworld\n", "broken\n"},
	{"zeros", HEAD "\n", "eof\n"},
};

static void check_row(void **state)
{
	const struct row *r = *state;
	struct buf want = BUF_INIT;
	size_t whole;
	char *text = reading(r->text, strlen(r->text), &whole);

	if (r->read)
		buf_puts(&want, HEAD_READ);
	buf_puts(&want, r->read ? r->read : "broken\n");
	assert_string_equal(text, want.s);
	buf_release(&want);
	free(text);
}

/* ---- what became of it ----------------------------------------------------------- */

#define BOB "uid=bob,dc=demo"

/* Of the change of m from "a" to `to`, read with entryUUID u and entryCSN c; DELETE: to is
 * NULL; ADD: *to is '+'. */
static const struct settle_row {
	const char *name, *to;
	const char *now; /* NULL: there is none */
	enum settled want;
} settle_rows[] = {
	{"modify: done", "b", "entryUUID: u\nentryCSN: d\nm: b\n", SETTLED_DONE},
	{"modify: done, more since", "b", "entryUUID: u\nentryCSN: e\nm: b\nsn: x\n",
		SETTLED_DONE},
	{"modify: not done", "b", "entryUUID: u\nentryCSN: c\nm: a\n", SETTLED_NOT},
	{"modify: not done, other attributes since", "b",
		"entryUUID: u\nentryCSN: d\nm: a\nsn: x\n", SETTLED_NOT},
	{"modify: not done, no entryCSN", "b", "entryUUID: u\nm: a\n", SETTLED_NOT},
	{"modify: changed since", "b", "entryUUID: u\nentryCSN: d\nm: z\n",
		SETTLED_CHANGED},
	{"modify: cleared since", "b", "entryUUID: u\nentryCSN: d\n", SETTLED_CHANGED},
	{"modify: gone", "b", NULL, SETTLED_CHANGED},
	{"modify: another in its place", "b", "entryUUID: v\nentryCSN: d\nm: b\n",
		SETTLED_CHANGED},
	{"modify: clears, done", "", "entryUUID: u\nentryCSN: d\n", SETTLED_DONE},
	{"modify: clears, not done", "", "entryUUID: u\nentryCSN: c\nm: a\n", SETTLED_NOT},
	{"delete: done", NULL, NULL, SETTLED_DONE},
	{"delete: not done", NULL, "entryUUID: u\nentryCSN: c\nm: a\n", SETTLED_NOT},
	{"delete: not done, not all was kept", NULL,
		"entryUUID: u\nentryCSN: c\nm: a\nuserPassword: x\n", SETTLED_NOT},
	{"delete: changed since", NULL, "entryUUID: u\nentryCSN: d\nm: z\n",
		SETTLED_CHANGED},
	{"delete: another in its place", NULL, "entryUUID: v\nentryCSN: d\nm: a\n",
		SETTLED_DONE},
	{"add: done", "+b", "entryUUID: u\nentryCSN: d\nm: b\n", SETTLED_DONE},
	{"add: done, more since", "+b", "entryUUID: u\nentryCSN: d\nm: b\nsn: x\n",
		SETTLED_DONE},
	{"add: not done", "+b", NULL, SETTLED_NOT},
	{"add: another made it", "+b", "entryUUID: u\nentryCSN: d\nm: z\n",
		SETTLED_CHANGED},
};

static void check_settle(void **state)
{
	const struct settle_row *r = *state;
	enum change_kind kind = !r->to            ? CHANGE_DELETE
				: r->to[0] == '+' ? CHANGE_ADD
						  : CHANGE_MODIFY;
	struct change *c = change_new(kind, BOB);
	struct entry *now = r->now ? entry_of(BOB, r->now) : NULL;

	if (kind != CHANGE_ADD) {
		entry_free(c->before);
		c->before = entry_of(BOB, "m: a\n");
		entry_set_state(c->before, "u", "c");
	}
	if (kind == CHANGE_ADD)
		set(c, MOD_ADD, "m", r->to + 1);
	else if (kind == CHANGE_MODIFY)
		set(c, *r->to ? MOD_REPLACE : MOD_DELETE, "m", r->to);
	assert_int_equal(record_settle(c, now), r->want);
	change_free(c);
	entry_free(now);
}

/* A change of a password is kept without it. */
static void check_secret(void **state)
{
	struct change *c = change_new(CHANGE_MODIFY, BOB);
	struct buf out = BUF_INIT;

	(void)state;
	entry_add(c->before, "userPassword", "old", 3);
	set(c, MOD_REPLACE, "userPassword", "geheim");
	set(c, MOD_REPLACE, "sn", "x");
	set(c, MOD_ADD, "unicodePwd", "geheim");
	record_put_change(1, c, &out);
	assert_string_equal(out.s,
		"# change: 1\n#| dn: " BOB "\n#| entryUUID:\n#| entryCSN:\n"
		"dn: " BOB "\nchangetype: modify\nreplace: sn\nsn: x\n-\n\n");
	assert_int_equal(c->mods.n, 3);
	change_free(c);
	buf_release(&out);
}

/* ---- LDIF lines ------------------------------------------------------------------ */

static const struct take_row {
	const char *name, *line, *attribute, *value; /* attribute NULL: refused */
} take_rows[] = {
	{"take: plain", "sn: x", "sn", "x"},
	{"take: no blank", "sn:x", "sn", "x"},
	{"take: several blanks", "sn:   x y ", "sn", "x y "},
	{"take: empty", "sn:", "sn", ""},
	{"take: empty base64", "sn::", "sn", ""},
	{"take: base64", "sn:: eA==", "sn", "x"},
	{"take: two", "sn:: eHk=", "sn", "xy"},
	{"take: three", "sn:: eHl6", "sn", "xyz"},
	{"take: all digits", "sn:: +/+/", "sn", "\xfb\xff\xbf"},
	{"take: options", "sn;lang-fr: x", "sn;lang-fr", "x"},
	{"take: colon in it", "sn: x: y", "sn", "x: y"},
	{"take: no colon", "sn", NULL, NULL},
	{"take: no name", ": x", NULL, NULL},
	{"take: nothing", "", NULL, NULL},
	{"take: a URL", "sn:< file:///etc/passwd", NULL, NULL},
	{"take: short base64", "sn:: eA=", NULL, NULL},
	{"take: padding inside", "sn:: e===", NULL, NULL},
	{"take: padding first", "sn:: eA==eA==", NULL, NULL},
	{"take: no base64", "sn:: e!==", NULL, NULL},
};

static void check_take(void **state)
{
	const struct take_row *r = *state;
	struct buf name = BUF_INIT, value = BUF_INIT;
	bool ok = ldif_take(r->line, strlen(r->line), &name, &value);

	assert_int_equal(ok, r->attribute != NULL);
	if (ok) {
		assert_string_equal(name.s, r->attribute);
		assert_string_equal(value.s, r->value);
	}
	buf_release(&name);
	buf_release(&value);
}

int main(void)
{
	struct suite s = {0};

	SUITE_ADD(&s, check_written);
	SUITE_ADD(&s, check_read);
	SUITE_ADD(&s, check_cut_off);
	SUITE_ADD(&s, check_hostile_head);
	SUITE_ADD(&s, check_folded);
	SUITE_ADD(&s, check_bytes);
	SUITE_ADD(&s, check_secret);
	SUITE_ROWS(&s, check_row, rows);
	SUITE_ROWS(&s, check_settle, settle_rows);
	SUITE_ROWS(&s, check_take, take_rows);
	return suite_run(&s);
}
