/*
 * objectclass: what a server's schema says of object classes (RFC 4512 section 4.1.1).
 */
#ifndef CORE_OBJECTCLASS_H
#define CORE_OBJECTCLASS_H

#include "core/entry.h"

/* Whether the class, or one that it is derived from, must or may hold the attribute, by the
 * definitions (values of objectClasses); names compare without case.  A class that is not
 * among them holds nothing.  NULL: as RFC 4512 and RFC 4524 define the classes that hold
 * associatedDomain or everything. */
bool objectclass_holds(
	const struct attribute *definitions, const char *class, const char *attribute);

#endif
