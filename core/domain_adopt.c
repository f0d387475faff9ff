/* Entries that were there before relais, which become domains. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dn.h"
#include "core/domainname.h"
#include "core/domain.h"
#include "core/schema.h"

/* As an RDN of a domain's entry is written in directories, the best first. */
static const char *const naming[] = {ATTR_DOMAIN, "dc", "ou", "cn", "o"};

static bool is_called(const char *value, const char *name)
{
	struct buf canonical = BUF_INIT;
	bool same = domainname_canonical(value, &canonical) == RULE_OK &&
		    strcmp(canonical.s, name) == 0;

	buf_release(&canonical);
	return same;
}

/* The higher the better; 0: its RDN is another name. */
static int fit_of_rdn(const struct entry *e, const char *name)
{
	struct buf type = BUF_INIT, value = BUF_INIT;
	int fit = 0;

	if (dn_rdn(e->dn, &type, &value) && is_called(value.s, name))
		for (size_t i = 0; i < COUNT_OF(naming); i++)
			if (strcasecmp(naming[i], type.s) == 0)
				fit = (int)(COUNT_OF(naming) - i);
	buf_release(&type);
	buf_release(&value);
	return fit;
}

static bool holds_name(const struct entry *e, const char *name)
{
	const struct attribute *a = entry_get(e, ATTR_DOMAIN);

	for (size_t i = 0; a && i < a->values.n; i++)
		if (is_called(a->values.v[i].p, name))
			return true;
	return false;
}

int domain_adoptable(const struct entry *e, const char *name)
{
	int fit = fit_of_rdn(e, name);

	if (entry_has_value(e, ATTR_OBJECT_CLASS, CLASS_DOMAIN))
		return 0;
	return fit + (holds_name(e, name) ? (int)COUNT_OF(naming) : 0);
}
