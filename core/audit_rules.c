/* The rules, a row each: what it is called, how grave, where it belongs, what mends it, how
 * it is found. */
#include "core/audit_parts.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING
#define NOTE SEVERITY_NOTE

const struct audit_rule audit_rules[] = {
	/* domains */
	{RULE_RELAY_MALFORMED, "relay-malformed", ERROR, FIELD_RELAY, REPAIR_RELAY,
		.domain = find_relay_malformed},
	{RULE_FORWARD_NEEDS_RELAY, "forward-needs-relay", ERROR, FIELD_FORWARD,
		.domain = find_forward},
	{RULE_RELAY_IS_LOCAL, "relay-is-local", ERROR, FIELD_RELAY,
		.domain = find_relay_local},
	{RULE_RELAY_UNRESOLVED, "relay-unresolved", ERROR, FIELD_RELAY,
		.domain = find_relay_unresolved},
	{RULE_DOMAIN_MALFORMED, "domain-malformed", ERROR, FIELD_ALIASES,
		.domain = find_name_malformed},
	{RULE_DOMAIN_TAKEN, "domain-taken", ERROR, FIELD_ALIASES,
		.domain = find_name_taken},
	{RULE_POSTMASTER_MISSING, "postmaster-missing", WARNING, FIELD_NONE,
		.domain = find_postmaster},
	{RULE_ROUTING_DEFAULTED, "routing-missing", WARNING, FIELD_ROUTING,
		.domain = find_defaulted},
	{RULE_FORWARD_WITH_EXTERNAL, "forward-with-external", NOTE, FIELD_FORWARD,
		.domain = find_advice},
	{RULE_RELAY_UNREAD, "relay-unread", NOTE, FIELD_RELAY, .domain = find_relay_unread,
		.unread = true},
	/* users */
	{RULE_ADDRESS_TAKEN, "address-taken", ERROR, FIELD_ADDRESSES,
		.user = NULL /* audit_double.c */},
	{RULE_EXTERNAL_NEEDS_RELAY, "external-needs-relay", ERROR, FIELD_SELECTION,
		.user = find_no_relay},
	{RULE_SELECTION_EMPTY, "selection-empty", ERROR, FIELD_SELECTION,
		.user = find_selection_empty},
	{RULE_SELECTION_NOT_OWN, "selection-not-own", ERROR, FIELD_SELECTION,
		REPAIR_UNSELECT, .user = find_not_own},
	{RULE_ADDRESS_MALFORMED, "address-malformed", ERROR, FIELD_ADDRESSES,
		.user = find_address},
	{RULE_ADDRESS_ROUTED, "address-routed", ERROR, FIELD_ADDRESSES,
		.user = find_address},
	{RULE_ADDRESS_NOT_ASCII, "address-not-ascii", ERROR, FIELD_ADDRESSES,
		.user = find_address},
	{RULE_DOMAIN_MALFORMED, "address-domain-malformed", ERROR, FIELD_ADDRESSES,
		.user = find_address},
	{RULE_ADDRESS_NOT_HOSTED, "selected-not-hosted", ERROR, FIELD_SELECTION,
		.user = find_selected_not_hosted},
	{RULE_ADDRESS_NOT_HOSTED, "address-not-hosted", WARNING, FIELD_ADDRESSES,
		.user = find_not_hosted},
	{RULE_INTERNAL_NO_ADDRESS, "internal-no-address", WARNING, FIELD_ADDRESSES,
		.user = find_no_address},
	{RULE_ROUTING_UNKNOWN, "routing-unknown", WARNING, FIELD_ROUTING,
		.user = find_routing_unknown},
	/* the server */
	{RULE_SCHEMA_MISSING, "schema-missing", ERROR, .server = find_schema},
	{RULE_OVERLAY_MISSING, "overlay-missing", WARNING, .server = find_unique},
	{RULE_OVERLAY_MISSING, "overlay-missing", WARNING, .server = find_constraint},
	{RULE_INDEX_MISSING, "index-missing", WARNING, .server = find_index},
	{RULE_SCHEMA_UNREAD, "schema-unread", NOTE, .server = find_schema_unread,
		.unread = true},
	{RULE_CONFIG_UNREAD, "server-configuration-unread", NOTE,
		.server = find_config_unread, .unread = true},
	/* Postfix on this machine */
	{RULE_POSTFIX_CLAIMS, "postfix-local-class", ERROR, .postfix = find_claims},
	{RULE_POSTFIX_ORIGIN, "postfix-origin", ERROR, .postfix = find_origin},
	{RULE_POSTFIX_NO_IPV6, "postfix-no-ipv6", ERROR, .postfix = find_no_ipv6},
	{RULE_POSTFIX_CHROOT, "postfix-chroot", ERROR, .postfix = find_chroot},
	{RULE_POSTFIX_VIRTUAL, "postfix-virtual", ERROR, .postfix = find_virtual},
	{RULE_POSTFIX_UNCHECKED, "postfix-unchecked", ERROR, .postfix = find_unchecked},
	{RULE_POSTFIX_TABLE, "postfix-table", ERROR, .postfix = find_table},
	{RULE_POSTFIX_CACHE, "postfix-verification", WARNING, .postfix = find_cache},
	{RULE_POSTFIX_DELIMITER, "postfix-delimiter", WARNING, .postfix = find_delimiter},
	{RULE_POSTFIX_UNREAD, "postfix-unread", NOTE, .postfix = find_unread,
		.unread = true},
	{RULE_POSTFIX_UNUSED, "postfix-unused", NOTE, .postfix = find_unused,
		.unread = true},
};

const size_t audit_rules_n = COUNT_OF(audit_rules);
