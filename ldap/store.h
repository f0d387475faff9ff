/*
 * The directory through libldap: the real `struct store` (core/store.h).
 */
#ifndef LDAP_STORE_H
#define LDAP_STORE_H

#include "core/settings.h"
#include "core/store.h"

/* settings must outlive it.  With auth external it connects at once, with simple it
 * stays STORE_SIGNED_OUT until store_sign_in(). Free with store_free(). */
struct store *ldap_store_new(const struct settings *settings);

#endif
