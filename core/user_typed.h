/*
 * user_typed: the selection as a user form has it.  Private to core/user*.c.
 */
#ifndef CORE_USER_TYPED_H
#define CORE_USER_TYPED_H

#include "core/user.h"

/* The selected addresses without those that the edit removes and without repetition;
 * an address that the user never had stays in, to be refused.  Appended to out. */
void user_typed_selection(
	const struct user_edit *edit, const struct user *u, struct strv *out);

/* As it stands in the directory; static. */
const char *user_routing_word(enum routing routing);

#endif
