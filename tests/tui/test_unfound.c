/* What is saved where the configured filters do not look is said to be in force nowhere. */
#include "tests/tui/screen.h"

#include <stdlib.h>

static struct screen *filtered(const char *domains, const char *users)
{
	struct screen *s = screen_new_unsettled(NULL, 24, 80);

	if (domains) {
		free(s->settings.domains.filter);
		s->settings.domains.filter = xstrdup(domains);
	}
	if (users) {
		free(s->settings.users.filter);
		s->settings.users.filter = xstrdup(users);
	}
	screen_settle(s);
	return s;
}

static void new_domain(void **state)
{
	struct screen *s =
		filtered("(|(description=*)(objectClass=domainRelatedObject))", NULL);

	(void)state;
	screen_domains(s);
	screen_keys(s, "nneu2.example<Ctrl-S><Enter>");
	screen_shows(s, "mail takes no notice of it.");
	screen_lacks(s, "in force");
	screen_free(s);
}

static void new_domain_that_is_found(void **state)
{
	struct screen *s = filtered("(objectClass=organizationalUnit)", NULL);

	(void)state;
	screen_domains(s);
	screen_keys(s, "nneu2.example<Ctrl-S><Enter>");
	screen_shows(s, "Saved neu2.example: in force from the next message on.");
	screen_free(s);
}

static void new_user(void **state)
{
	struct screen *s = filtered(NULL, "(&(objectClass=inetOrgPerson)(uid=*o*))");

	(void)state;
	screen_users(s);
	screen_keys(s, "nKim Lee<Tab>kim@acme.example<Ctrl-S><Enter>");
	screen_shows(s, "mail takes no notice of it.");
	screen_lacks(s, "in force");
	screen_free(s);
}

int main(void)
{
	struct suite suite = {0};

	SUITE_ADD(&suite, new_domain);
	SUITE_ADD(&suite, new_domain_that_is_found);
	SUITE_ADD(&suite, new_user);
	return suite_run(&suite);
}
