/*
 * schema: the names of the schema's attributes and classes (ROUTING.md, "Schema").
 */
#ifndef CORE_SCHEMA_H
#define CORE_SCHEMA_H

#define ATTR_OBJECT_CLASS "objectClass"
#define ATTR_DOMAIN "associatedDomain"
#define ATTR_RELAY "relaisSplitRelay"
#define ATTR_FORWARD "relaisForwardUnknown"
#define ATTR_ROUTING "relaisRouting"
#define ATTR_SELECTED "relaisThirdPartyAddress"
#define ATTR_MAIL "mail"
#define ATTR_DESCRIPTION "description"

/* A relay in the one form that is never looked up as an MX; as the Postfix tables test. */
#define FILTER_RELAY_SET "(|(" ATTR_RELAY "=[*])(" ATTR_RELAY "=[*]:*))"
#define FILTER_FORWARDS "(" ATTR_FORWARD "=TRUE)" FILTER_RELAY_SET

#define CLASS_DOMAIN "relaisDomain"
#define CLASS_USER "relaisUser"
#define CLASS_DOMAIN_RELATED "domainRelatedObject" /* RFC 4524: associatedDomain */

#endif
