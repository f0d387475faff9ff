#include "core/settings.h"

#include <stdlib.h>
#include <string.h>

const char *const auth_names[AUTH_COUNT] = {[AUTH_EXTERNAL] = "external",
	[AUTH_SIMPLE] = "simple",
	[AUTH_SCRAM] = "scram",
	[AUTH_GSSAPI] = "gssapi"};

bool auth_asks(enum auth auth)
{
	return auth == AUTH_SIMPLE || auth == AUTH_SCRAM;
}

void settings_init(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	strv_add(&s->directory.uri, "ldapi://%2Frun%2Fslapd%2Fldapi");
	s->directory.base = xstrdup("");
	s->directory.auth = AUTH_EXTERNAL;
	s->directory.bind_dn = xstrdup("");
	s->directory.ca_file = xstrdup("");
	s->directory.accesslog = xstrdup("cn=accesslog");
	s->provider.auth = AUTH_SIMPLE;
	s->provider.bind_dn = xstrdup("");
	s->provider.password_file = xstrdup("");
	s->provider.ca_file = xstrdup("");
	s->domains.base = xstrdup("");
	s->domains.filter = xstrdup("(objectClass=relaisDomain)");
	s->users.base = xstrdup("%D");
	s->users.filter = xstrdup("(objectClass=inetOrgPerson)");
	strv_add(&s->users.addresses, "mail");
	s->users.default_routing = ROUTING_NONE;
	*array_add(&s->mail.local_ports) = 25;
	s->mail.recipient_delimiter = xstrdup("+");
	s->mail.probe_sender = xstrdup("double-bounce");
	s->mail.relay_ca_file = xstrdup("");
	s->postfix.bind_dn = xstrdup("");
	s->postfix.password_file = xstrdup("");
	s->session.lock_after = 15;
	s->session.state_folder = xstrdup("");
}

void settings_release(struct settings *s)
{
	strv_release(&s->directory.uri);
	free(s->directory.base);
	free(s->directory.bind_dn);
	free(s->directory.ca_file);
	free(s->directory.accesslog);
	strv_release(&s->provider.uri);
	free(s->provider.bind_dn);
	free(s->provider.password_file);
	free(s->provider.ca_file);
	free(s->domains.base);
	free(s->domains.filter);
	free(s->users.base);
	free(s->users.filter);
	strv_release(&s->users.addresses);
	strv_release(&s->mail.local_names);
	strv_release(&s->mail.local_addresses);
	array_free(&s->mail.local_ports);
	free(s->mail.recipient_delimiter);
	free(s->mail.probe_sender);
	free(s->mail.relay_ca_file);
	strv_release(&s->postfix.uri);
	free(s->postfix.bind_dn);
	free(s->postfix.password_file);
	free(s->session.state_folder);
	memset(s, 0, sizeof(*s));
}

const char *settings_user_search_base(const struct settings *s)
{
	return strcmp(s->users.base, "%D") == 0 ? s->domains.base : s->users.base;
}
