#include "core/record.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/ldif.h"

#define BEFORE "#| "

void record_head_release(struct record_head *h)
{
	free(h->when);
	free(h->who);
	free(h->login);
	free(h->server);
	free(h->directory);
	free(h->why);
	*h = (struct record_head){0};
}

/* An entry with the entryCSN that was read has not been touched, whatever was left out of
 * what is kept of it. */
enum settled record_settle(const struct change *c, const struct entry *now)
{
	const struct entry *before = c->before;

	if (now && before && *before->id && *now->id && strcmp(before->id, now->id) != 0)
		now = NULL; /* another stands in its place */
	if (change_has_happened(c, now))
		return SETTLED_DONE;
	if (now && before && *before->csn && strcmp(before->csn, now->csn) == 0)
		return SETTLED_NOT;
	return change_still_holds(c, now) ? SETTLED_NOT : SETTLED_CHANGED;
}

/* ---- writing ------------------------------------------------------------------ */

static const struct {
	const char *name;
	size_t at;
} head_fields[] = {
	{"# when", offsetof(struct record_head, when)},
	{"# who", offsetof(struct record_head, who)},
	{"# login", offsetof(struct record_head, login)},
	{"# server", offsetof(struct record_head, server)},
	{"# directory", offsetof(struct record_head, directory)},
	{"# why", offsetof(struct record_head, why)},
};

static char **head_field(struct record_head *h, size_t i)
{
	return (char **)((char *)h + head_fields[i].at);
}

void record_head_copy(struct record_head *to, const struct record_head *from)
{
	for (size_t i = 0; i < COUNT_OF(head_fields); i++) {
		const char *value = *head_field((struct record_head *)from, i);

		*head_field(to, i) = xstrdup(value ? value : "");
	}
}

/* On one line: names of comments are ours, and nothing is folded. */
static void put_comment(struct buf *out, const char *name, const char *value)
{
	struct buf line = BUF_INIT;

	ldif_put(&line, "", name, value, strlen(value));
	for (size_t i = 0; i < line.len; i++)
		if (line.s[i] == '\n' && i + 1 < line.len)
			i++; /* and the space after it */
		else
			buf_putc(out, line.s[i]);
	buf_release(&line);
}

void record_put_head(const struct record_head *h, struct buf *out)
{
	buf_puts(out, "# relais journal 1\n");
	for (size_t i = 0; i < COUNT_OF(head_fields); i++) {
		const char *value = *head_field((struct record_head *)h, i);

		put_comment(out, head_fields[i].name, value ? value : "");
	}
	buf_puts(out, "version: 1\n\n");
}

/* Never written down: passwords and keys, of whatever schema. */
static bool is_secret(const char *name)
{
	static const char *const parts[] = {"password", "passwd", "secret", "pwdHistory",
		"unicodePwd", "krbPrincipalKey", "userPKCS12"};

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (strcasestr(name, parts[i]))
			return true;
	return false;
}

static void put_before(const struct entry *e, struct buf *out)
{
	ldif_put(out, BEFORE, "dn", e->dn, strlen(e->dn));
	ldif_put(out, BEFORE, "entryUUID", e->id, strlen(e->id));
	ldif_put(out, BEFORE, "entryCSN", e->csn, strlen(e->csn));
	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];
		bool kept = !is_secret(a->name) && strcasecmp(a->name, "entryUUID") != 0 &&
			    strcasecmp(a->name, "entryCSN") != 0;

		for (size_t k = 0; kept && k < a->values.n; k++)
			ldif_put(out, BEFORE, a->name, a->values.v[k].p, a->values.v[k].n);
	}
}

bool record_is_secret(const char *attribute)
{
	return is_secret(attribute);
}

static bool has_secret(const struct change *c)
{
	for (size_t i = 0; i < c->mods.n; i++)
		if (is_secret(c->mods.v[i].attribute.name))
			return true;
	return false;
}

static struct change *without_secrets(const struct change *c)
{
	struct change *copy = change_copy(c);
	size_t kept = 0;

	for (size_t i = 0; i < copy->mods.n; i++)
		if (is_secret(copy->mods.v[i].attribute.name))
			attribute_release(&copy->mods.v[i].attribute);
		else
			copy->mods.v[kept++] = copy->mods.v[i];
	copy->mods.n = kept;
	return copy;
}

void record_put_ldif(const struct change *c, struct buf *out)
{
	struct change *bare = has_secret(c) ? without_secrets(c) : NULL;

	change_ldif(bare ? bare : c, out);
	change_free(bare);
}

void record_put_change(size_t number, const struct change *c, struct buf *out)
{
	buf_printf(out, "# change: %zu\n", number);
	if (c->before)
		put_before(c->before, out);
	record_put_ldif(c, out);
}

static const char *const words[] = {
	[SETTLED_UNKNOWN] = "unknown",
	[SETTLED_DONE] = "done",
	[SETTLED_NOT] = "not-done",
	[SETTLED_CHANGED] = "changed-since",
	[SETTLED_REFUSED] = "refused",
};

void record_put_outcome(size_t number, enum settled outcome, const char *when,
	const char *note, struct buf *out)
{
	struct buf value = BUF_INIT;

	buf_printf(&value, "%zu %s %s", number, words[outcome], when);
	if (*note)
		buf_printf(&value, " %s", note);
	put_comment(out, "# outcome", value.s);
	buf_release(&value);
}

void record_put_end(const char *when, size_t done, size_t changes, struct buf *out)
{
	buf_printf(out, "# end: %s %zu of %zu done\n", when, done, changes);
}

/* ---- reading ------------------------------------------------------------------ */

enum { LONGEST = 96 << 20 }; /* bytes of a line that is not folded any more */

struct record_reader {
	record_line_fn *line;
	void *arg;
	struct buf ahead; /* a physical line that was read too early */
	bool has_ahead, ended, begun;
	struct buf text, name, value; /* the logical line, and its parts */
	bool is_before;               /* it stood behind BEFORE */
	struct entry *before;
	size_t number;
	size_t used, whole; /* bytes: taken, and up to the last part that was given */
	struct record out;
};

struct record_reader *record_reader_new(record_line_fn *line, void *arg)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->line = line;
	r->arg = arg;
	buf_init(&r->ahead);
	buf_init(&r->text);
	buf_init(&r->name);
	buf_init(&r->value);
	return r;
}

static void forget(struct record_reader *r)
{
	record_head_release(&r->out.head);
	change_free(r->out.change);
	free(r->out.when);
	free(r->out.note);
	r->out = (struct record){0};
}

void record_reader_free(struct record_reader *r)
{
	if (!r)
		return;
	forget(r);
	entry_free(r->before);
	buf_release(&r->ahead);
	buf_release(&r->text);
	buf_release(&r->name);
	buf_release(&r->value);
	free(r);
}

static bool look_ahead(struct record_reader *r)
{
	if (!r->has_ahead && !r->ended) {
		buf_reset(&r->ahead);
		r->has_ahead = r->line(r->arg, &r->ahead);
		r->ended = !r->has_ahead;
	}
	return r->has_ahead;
}

static bool begins(const struct buf *b, const char *prefix)
{
	size_t n = strlen(prefix);

	return b->len >= n && memcmp(b->s, prefix, n) == 0;
}

static void use_ahead(struct record_reader *r, size_t skip)
{
	buf_add(&r->text, r->ahead.s + skip, r->ahead.len - skip);
	r->used += r->ahead.len + 1;
	r->has_ahead = false;
}

/* The next logical line into r->text, without BEFORE. */
static bool take_line(struct record_reader *r)
{
	const char *more = " ";
	size_t skip = 0;

	if (!look_ahead(r))
		return false;
	r->is_before = begins(&r->ahead, BEFORE);
	if (r->is_before) {
		more = BEFORE " ";
		skip = strlen(BEFORE);
	}
	buf_reset(&r->text);
	use_ahead(r, skip);
	while (look_ahead(r) && begins(&r->ahead, more) && r->text.len < LONGEST)
		use_ahead(r, strlen(more));
	return true;
}

static bool take_pair(struct record_reader *r)
{
	return take_line(r) && ldif_take(r->text.s, r->text.len, &r->name, &r->value);
}

static bool named(const struct record_reader *r, const char *name)
{
	return strcasecmp(r->name.s, name) == 0;
}

/* RFC 4512, section 2.5, and the underscore that servers allow. */
static bool is_description(const struct buf *name)
{
	static const char may[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789.;-_";

	return name->len && strspn(name->s, may) == name->len;
}

static const struct record *give(struct record_reader *r, enum record_kind kind)
{
	if (kind != RECORD_EOF && kind != RECORD_BROKEN)
		r->whole = r->used;
	r->out.kind = kind;
	return &r->out;
}

static const struct record *broken(struct record_reader *r)
{
	r->ended = true;
	r->has_ahead = false;
	return give(r, RECORD_BROKEN);
}

static const struct record *take_head(struct record_reader *r)
{
	if (!take_line(r) || strcmp(r->text.s, "# relais journal 1") != 0)
		return broken(r);
	for (size_t i = 0; i < COUNT_OF(head_fields); i++) {
		if (!take_pair(r) || !named(r, head_fields[i].name))
			return broken(r);
		*head_field(&r->out.head, i) = xstrdup(r->value.s);
	}
	if (!take_pair(r) || !named(r, "version"))
		return broken(r);
	return give(r, RECORD_HEAD);
}

static bool take_kind(struct change *c, const char *word)
{
	static const struct {
		const char *word;
		enum change_kind kind;
	} kinds[] = {
		{"modify", CHANGE_MODIFY}, {"add", CHANGE_ADD}, {"delete", CHANGE_DELETE}};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(kinds[i].word, word) == 0) {
			c->kind = kinds[i].kind;
			return true;
		}
	return false;
}

/* "add: mail", its values, "-". */
static bool take_mod(struct record_reader *r, struct change *c)
{
	static const char *const ops[] = {
		[MOD_ADD] = "add", [MOD_DELETE] = "delete", [MOD_REPLACE] = "replace"};
	struct mod *m;
	size_t op = 0;

	while (op < COUNT_OF(ops) && !named(r, ops[op]))
		op++;
	if (op == COUNT_OF(ops) || !is_description(&r->value))
		return false;
	m = change_mod(c, (enum mod_op)op, r->value.s);
	while (take_line(r) && strcmp(r->text.s, "-") != 0) {
		if (!ldif_take(r->text.s, r->text.len, &r->name, &r->value) ||
			!named(r, m->attribute.name))
			return false;
		mod_value(m, r->value.s, r->value.len);
	}
	return strcmp(r->text.s, "-") == 0;
}

static bool take_attribute(struct record_reader *r, struct change *c)
{
	struct mod *last = c->mods.n ? &c->mods.v[c->mods.n - 1] : NULL;

	if (c->kind != CHANGE_ADD || !is_description(&r->name))
		return false;
	if (!last || !named(r, last->attribute.name))
		last = change_mod(c, MOD_ADD, r->name.s);
	mod_value(last, r->value.s, r->value.len);
	return true;
}

enum taken { TAKEN, CUT_OFF, NONSENSE };

/* After "dn:" and "changetype:", to the empty line. */
static enum taken take_mods(struct record_reader *r, struct change *c)
{
	while (take_line(r)) {
		if (r->text.len == 0 && !r->is_before)
			return TAKEN;
		if (!ldif_take(r->text.s, r->text.len, &r->name, &r->value))
			return r->ended ? CUT_OFF : NONSENSE;
		if (!(c->kind == CHANGE_MODIFY ? take_mod(r, c) : take_attribute(r, c)))
			return r->ended ? CUT_OFF : NONSENSE;
	}
	return CUT_OFF;
}

/* r->value is the DN. */
static const struct record *take_change(struct record_reader *r)
{
	struct change *c = change_new(CHANGE_MODIFY, r->value.s);
	enum taken taken = CUT_OFF;

	entry_free(c->before);
	c->before = r->before;
	r->before = NULL;
	r->out.change = c;
	r->out.number = r->number;
	if (take_pair(r) && named(r, "changetype") && take_kind(c, r->value.s))
		taken = take_mods(r, c);
	else if (!r->ended)
		taken = NONSENSE;
	if (taken == TAKEN)
		return give(r, RECORD_CHANGE);
	return taken == CUT_OFF ? give(r, RECORD_EOF) : broken(r);
}

/* A line of the entry as it was read; its dn comes first. */
static bool take_before(struct record_reader *r)
{
	if (!ldif_take(r->text.s, r->text.len, &r->name, &r->value) ||
		!is_description(&r->name))
		return false;
	if (named(r, "dn")) {
		entry_free(r->before);
		r->before = entry_new(r->value.s);
	} else if (!r->before) {
		return false;
	} else if (named(r, "entryUUID")) {
		entry_set_state(r->before, r->value.s, r->before->csn);
	} else if (named(r, "entryCSN")) {
		entry_set_state(r->before, r->before->id, r->value.s);
	} else {
		entry_add(r->before, r->name.s, r->value.s, r->value.len);
	}
	return true;
}

static bool take_outcome(struct record_reader *r)
{
	char word[16], when[40];
	int at = 0;

	if (sscanf(r->value.s, "%zu %15s %39s %n", &r->out.number, word, when, &at) != 3)
		return false;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(words[i], word) == 0) {
			r->out.outcome = (enum settled)i;
			r->out.when = xstrdup(when);
			r->out.note = xstrdup(r->value.s + at);
			return true;
		}
	return false;
}

static bool take_end(struct record_reader *r)
{
	char when[40];

	if (sscanf(r->value.s, "%39s %zu of %zu", when, &r->out.done, &r->out.changes) != 3)
		return false;
	r->out.when = xstrdup(when);
	return true;
}

/* A comment; NULL: nothing to give for it. */
static const struct record *take_comment(struct record_reader *r)
{
	if (!ldif_take(r->text.s, r->text.len, &r->name, &r->value))
		return NULL;
	if (named(r, "# change"))
		r->number = strtoul(r->value.s, NULL, 10);
	else if (!r->before)
		r->whole = r->used; /* whoever's comment it is */
	if (named(r, "# outcome") && take_outcome(r))
		return give(r, RECORD_OUTCOME);
	if (named(r, "# end") && take_end(r))
		return give(r, RECORD_END);
	return NULL;
}

static const struct record *take_next(struct record_reader *r)
{
	while (take_line(r)) {
		const struct record *out = NULL;

		if (r->is_before && !take_before(r))
			return broken(r);
		if (r->is_before || r->text.len == 0)
			continue;
		if (r->text.s[0] == '#')
			out = take_comment(r);
		else if (ldif_take(r->text.s, r->text.len, &r->name, &r->value) &&
			 named(r, "dn"))
			return take_change(r);
		else
			return r->ended && begins(&r->text, "dn:") ? give(r, RECORD_EOF)
								   : broken(r);
		if (out)
			return out;
	}
	return give(r, RECORD_EOF);
}

size_t record_whole(const struct record_reader *r)
{
	return r->whole;
}

const struct record *record_next(struct record_reader *r)
{
	forget(r);
	if (r->begun)
		return take_next(r);
	r->begun = true;
	return take_head(r);
}
