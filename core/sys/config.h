/*
 * config: reads relais.conf (libconfuse) into a settings value.
 */
#ifndef CORE_SYS_CONFIG_H
#define CORE_SYS_CONFIG_H

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

#endif
