/* What tests turn at the fake directory, and look at. */
#include "tests/tui/fake_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool fake_busy(const struct fake *f)
{
	const struct op *op = f->ops;

	while (op && ((op->probes && f->mute) || (op->watches && !fake_tells(f, op))))
		op = op->next;
	return op && !f->stalled && f->status.phase == STORE_READY;
}

void fake_settle(struct fake *f, void (*then)(void *arg), void *arg)
{
	int rounds = 0;

	do {
		store_step(&f->store, 10);
		if (then)
			then(arg);
		if (++rounds > 100000)
			BUG("the screens never stop asking");
	} while (fake_busy(f));
}

void fake_stall(struct fake *f, bool stall)
{
	f->stalled = stall;
}

void fake_status(struct fake *f, enum store_phase phase, const struct err *err)
{
	f->status.phase = phase;
	if (err)
		f->status_err = *err;
	f->status.err = err ? &f->status_err : NULL;
	f->status.retry_ms = phase == STORE_DOWN ? 5000 : 0;
	f->status.waiting_s = phase == STORE_WAITING ? 3 : 0;
}

void fake_password(struct fake *f, const char *password)
{
	free(f->password);
	f->password = xstrdup(password);
}

void fake_who(struct fake *f, const char *who, const char *who_dn)
{
	free(f->who);
	free(f->who_dn);
	f->status.who = f->who = xstrdup(who);
	f->status.who_dn = f->who_dn = xstrdup(who_dn);
	f->status.writer_dn = f->who_dn;
}

void fake_replica(struct fake *f, const char *provider, bool read_only, int behind_s)
{
	f->status.provider = provider;
	f->status.read_only = read_only;
	f->status.behind_s = behind_s;
}

void fake_per_step(struct fake *f, size_t n)
{
	f->per_step = n;
}

void fake_size_limit(struct fake *f, int limit)
{
	f->size_limit = limit;
}

void fake_refuse(
	struct fake *f, enum err_code code, const char *attribute, const char *words)
{
	err_set(&f->refusal, code, dit_result(code), words, "", attribute ? attribute : "",
		NULL);
}

void fake_fail(struct fake *f, enum err_code code, const char *words)
{
	err_set(&f->failure, code, dit_result(code), words, "ldapi:///", NULL);
}

void fake_deny(struct fake *f, const char *dn, ...)
{
	struct denial *d = array_add(&f->denials);
	const char *name;
	va_list names;

	d->dn = xstrdup(dn);
	va_start(names, dn);
	while ((name = va_arg(names, const char *)))
		strv_add(&d->names, name);
	va_end(names);
}

void fake_mute_probes(struct fake *f, bool mute)
{
	f->mute = mute;
}

void fake_at_once(struct fake *f, size_t most)
{
	f->status.most_at_once = most;
}

void fake_refuse_batches(struct fake *f, unsigned times, size_t number, bool undone)
{
	f->refused_batches.times = times;
	f->refused_batches.number = number;
	f->refused_batches.undone = undone;
}

size_t fake_batches(const struct fake *f)
{
	return f->batches;
}

void fake_lose(struct fake *f, bool but_written)
{
	f->lose = true;
	f->lose_written = but_written;
}

void fake_live(struct fake *f, bool live)
{
	f->live = live;
}

void fake_missed(struct fake *f)
{
	f->missed = ++f->edits;
}

static void as_somebody_else(struct fake *f, struct change *c)
{
	struct err err;

	f->edits++;
	if (!dit_apply(&f->dit, c, SOMEBODY_ELSE, &err))
		BUG("%s: %ld %s", c->dn, err.number, err.server);
	change_free(c);
}

void fake_change(struct fake *f, const char *dn, const char *attribute, ...)
{
	struct change *c = change_new(CHANGE_MODIFY, dn);
	struct mod *m = change_mod(c, MOD_REPLACE, attribute);
	const char *value;
	va_list values;

	va_start(values, attribute);
	while ((value = va_arg(values, const char *)))
		mod_value(m, value, strlen(value));
	va_end(values);
	as_somebody_else(f, c);
}

void fake_delete(struct fake *f, const char *dn)
{
	as_somebody_else(f, change_new(CHANGE_DELETE, dn));
}

void fake_rename(struct fake *f, const char *dn, const char *to)
{
	f->edits++;
	dit_rename(&f->dit, dn, to, "uid=admin1,ou=admins,dc=demo");
}

void fake_add(struct fake *f, const char *ldif)
{
	f->edits++;
	dit_load(&f->dit, ldif);
}

const struct entry *fake_entry(const struct fake *f, const char *dn)
{
	return dit_find(&f->dit, dn);
}

const char *fake_written(const struct fake *f)
{
	return f->written.s;
}

const char *fake_asked(const struct fake *f)
{
	return f->asked.s;
}

size_t fake_searches(const struct fake *f)
{
	return f->searches;
}

size_t fake_probes(const struct fake *f)
{
	return f->probed;
}
