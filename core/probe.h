/*
 * probe: wishes for store_probe(): changes that cannot be made as they are, so that asking
 * for them is harmless whoever answers.
 *
 * Access rules may go by the value, those of addresses and domain names above all; so a
 * wish is about a value that this person could want to write and nobody has.
 */
#ifndef CORE_PROBE_H
#define CORE_PROBE_H

#include "core/plan.h"

/* The local part, label, text in a wish. */
#define PROBE_WORD "relais-probe"

/* Deletes a value of the attribute that e has not.  under: of an address or a domain name
 * its domain; of objectClass the class; else NULL.  NULL when e has
 * everything that could be asked about. */
struct change *probe_value(const struct entry *e, const char *attribute, const char *under);

#endif
