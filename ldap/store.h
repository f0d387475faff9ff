/*
 * The directory through libldap: the real `struct store` (core/store.h).
 */
#ifndef LDAP_STORE_H
#define LDAP_STORE_H

#include "core/settings.h"
#include "core/store.h"

/* settings must outlive it.  With auth external and gssapi it connects at once, with simple
 * and scram it stays STORE_SIGNED_OUT until store_sign_in().  SASL's mechanisms are loaded
 * once in a process, by the first that is made, when its settings ask for them.  Free with
 * store_free(). */
struct store *ldap_store_new(const struct settings *settings);

#endif
