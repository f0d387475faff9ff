/*
 * config: reads relais.conf (libconfuse) into a settings value; what may stand in it.
 */
#ifndef CORE_SYS_CONFIG_H
#define CORE_SYS_CONFIG_H

#include "core/buf.h"
#include "core/err.h"
#include "core/settings.h"

/* The file to read: `given` (--config) when not NULL, else $RELAIS_CONFIG, else
 * $XDG_CONFIG_HOME/relais/relais.conf (~/.config), else /etc/relais/relais.conf.  The first
 * of the last two that exists; the first two are taken at their word.  The path is the
 * caller's to free(3); NULL with ERR_NO_CONFIG. */
char *config_find(const char *given, struct err *err);

/* Reads path over the defaults of settings_init().  *s is filled only on success and is
 * then the caller's to release.  Unknown keys, wrong types, values out of their range
 * (an address attribute that is no attribute description, a filter without parentheses, a
 * base that is no DN, "%D" anywhere but users.base, a port, no uri ...): false with file
 * and line. */
bool config_load(const char *path, struct settings *s, struct err *err);

/* ---- the settings there are --------------------------------------------------- */

enum config_type {
	CONFIG_TEXT,
	CONFIG_WORDS,
	CONFIG_FLAG,
	CONFIG_PORTS,
	CONFIG_NUMBER, /* unsigned */
	CONFIG_AUTH,
	CONFIG_ROUTING
};

/* One table serves the parser and relais.conf(5). */
struct config_key {
	const char *section, *name;
	enum config_type type;
	size_t at;                        /* in struct settings */
	bool (*valid)(const char *value); /* of a list, each item; NULL: the type says it */
	const char *expected;             /* "must be" this; English */
	const char *meaning;              /* one line; English */
};

enum { CONFIG_KEYS = 31 };
extern const struct config_key config_keys[CONFIG_KEYS];

/* Appends the value it has in an empty file, as one would write it there. */
void config_default(const struct config_key *key, struct buf *out);

#endif
