/*
 * settings: what the configuration file says, as a plain value (see
 * relais.conf(5) and core/sys/config.h, which reads it).
 */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include "core/array.h"

enum auth { AUTH_EXTERNAL, AUTH_SIMPLE, AUTH_SCRAM, AUTH_GSSAPI };
enum { AUTH_COUNT = AUTH_GSSAPI + 1 };

/* The word for it in the configuration file, by enum auth. */
extern const char *const auth_names[AUTH_COUNT];

/* Whether somebody has to type a name and a password. */
bool auth_asks(enum auth auth);

/* Mail routing of a user: relaisRouting. */
enum routing { ROUTING_NONE, ROUTING_INTERNAL, ROUTING_EXTERNAL };

struct settings {
	struct {
		struct strv uri; /* in the order they are tried */
		char *base;
		enum auth auth;
		char *bind_dn; /* simple: %s is the name typed */
		bool starttls;
		char *ca_file;     /* "": the system's */
		char *accesslog;   /* where slapo-accesslog's entries stand; "": not read */
		bool transactions; /* many changes are made in transactions */
	} directory;
	struct {
		struct strv uri; /* empty: nowhere but at `directory` */
		enum auth auth;
		char *bind_dn;       /* simple; "": directory.bind_dn */
		char *password_file; /* simple; "": what was typed for `directory` */
		bool starttls;
		char *ca_file; /* "": directory.ca_file */
	} provider; /* where changes are made when a server of `directory` is a replica */
	struct {
		char *base;
		char *filter; /* parenthesised */
	} domains;
	struct {
		char *base; /* "%D", the domain entry's DN, or one DN for a flat tree */
		char *filter;
		struct strv addresses; /* attributes that hold addresses, at least one */
		enum routing default_routing; /* ROUTING_NONE or ROUTING_INTERNAL */
	} users;
	struct {
		struct strv local_names;
		struct strv local_addresses;
		ARRAY(unsigned) local_ports;
		char *recipient_delimiter; /* "" or its characters, as in postconf(5) */
		char *probe_sender;        /* of the relay test: see relaytest_sender() */
		char *relay_ca_file;       /* "": the system's */
	} mail;
	struct {
		struct strv uri; /* empty: directory.uri */
		char *bind_dn;
		char *password_file;
	} postfix;
	struct {
		unsigned lock_after; /* minutes without a key; 0: never */
		char *state_folder;  /* journal and drafts; "": the XDG state folder */
	} session;
};

/* The values of an empty configuration file, all owned by the result. */
void settings_init(struct settings *s);
void settings_release(struct settings *s);

/* Where searches for users start: users.base, or domains.base when that is "%D". */
const char *settings_user_search_base(const struct settings *s);

#endif
