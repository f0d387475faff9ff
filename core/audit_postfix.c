/* How the "must not"s of ROUTING.md's Postfix part are found, in postconf(1)'s words. */
#include <string.h>
#include <strings.h>

#include "core/audit_parts.h"

/* Where words of a value of main.cf end (postconf(5)). */
#define BETWEEN ", \t{}"

static const struct audit_at postfix = {.about = ABOUT_POSTFIX};

/* ---- reading what postconf says --------------------------------------------------- */

/* The next line into out; false at the end. */
static bool next_line(const char **text, struct buf *out)
{
	size_t n = strcspn(*text, "\n");

	if (!**text)
		return false;
	buf_reset(out);
	buf_add(out, *text, n);
	*text += n + ((*text)[n] == '\n');
	return true;
}

/* "name = value": the value; NULL when it is another's line. */
static const char *value_in(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(line, name, n) != 0 || line[n + strspn(line + n, " ")] != '=')
		return NULL;
	line += n + strspn(line + n, " ") + 1;
	return line + strspn(line, " ");
}

bool audit_postfix_value(const char *lines, const char *name, struct buf *out)
{
	struct buf line = BUF_INIT;
	const char *value = NULL;

	while (!value && next_line(&lines, &line)) {
		value = value_in(line.s, name);
		if (value)
			buf_puts(out, value);
	}
	buf_release(&line);
	return value != NULL;
}

/* The next word of a list; false at the end. */
static bool next_word(const char **list, struct buf *out)
{
	size_t n;

	*list += strspn(*list, BETWEEN);
	n = strcspn(*list, BETWEEN);
	buf_reset(out);
	buf_add(out, *list, n);
	*list += n;
	return n > 0;
}

static bool lists_word(const char *list, const char *word)
{
	struct buf one = BUF_INIT;
	bool found = false;

	while (!found && next_word(&list, &one))
		found = strcasecmp(one.s, word) == 0;
	buf_release(&one);
	return found;
}

void audit_postfix_files(const char *parameters, struct strv *out)
{
	static const char type[] = "ldap:";
	struct buf word = BUF_INIT;

	parameters += strspn(parameters, BETWEEN "\n");
	while (*parameters) {
		size_t n = strcspn(parameters, BETWEEN "\n");
		const char *at;

		buf_reset(&word);
		buf_add(&word, parameters, n);
		at = strstr(word.s, type);
		if (at && (at == word.s || at[-1] == ':') && at[sizeof(type) - 1] == '/' &&
			!strv_has(out, at + sizeof(type) - 1))
			strv_add(out, at + sizeof(type) - 1);
		parameters += n;
		parameters += strspn(parameters, BETWEEN "\n");
	}
	buf_release(&word);
}

/* Columns of a line of postconf -M: 0 service, 1 type, 4 chroot, 7 command. */
static void column_of(const char *line, int n, struct buf *out)
{
	buf_reset(out);
	for (int i = 0; i < n; i++) {
		line += strspn(line, " \t");
		line += strcspn(line, " \t");
	}
	line += strspn(line, " \t");
	buf_add(out, line, strcspn(line, " \t"));
}

/* ---- the local class -------------------------------------------------------------- */

/* Only names in plain sight: what a table in the list says is told to be unread. */
static void claimed(struct audit *a, const struct audit_rule *r,
	const struct audit_postfix *p, const char *parameter)
{
	struct buf value = BUF_INIT;

	audit_postfix_value(p->parameters, parameter, &value);
	for (size_t i = 0; i < a->names.n; i++)
		if (a->domains.v[a->names.v[i].domain].wanted &&
			lists_word(value.s, a->names.v[i].name))
			audit_report(a, r, &postfix, a->names.v[i].name, parameter, NULL);
	buf_release(&value);
}

void find_claims(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	claimed(a, r, p, "mydestination");
	claimed(a, r, p, "virtual_alias_domains");
	claimed(a, r, p, "myhostname");
}

void find_origin(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	claimed(a, r, p, "myorigin");
}

/* ---- delivery ---------------------------------------------------------------------- */

void find_no_ipv6(
	struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	struct buf value = BUF_INIT;

	audit_postfix_value(p->parameters, "inet_protocols", &value);
	for (size_t i = 0; i < a->domains.n; i++) {
		const struct domain *d = &a->domains.v[i].domain;
		struct audit_at at = {
			.about = ABOUT_DOMAIN, .dn = d->entry->dn, .name = d->name};

		if (a->domains.v[i].wanted && d->relay_state == RELAY_USABLE &&
			d->relay.kind == NEXTHOP_IPV6 && value.len &&
			!lists_word(value.s, "ipv6") && !lists_word(value.s, "all"))
			audit_report(a, r, &at, d->relay_value, value.s, NULL);
	}
	buf_release(&value);
}

void find_virtual(
	struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	struct buf value = BUF_INIT, line = BUF_INIT, word = BUF_INIT;
	const char *services = p->services;
	size_t n;

	audit_postfix_value(p->parameters, "virtual_transport", &value);
	n = strcspn(value.s, ":");
	while (next_line(&services, &line)) {
		column_of(line.s, 0, &word);
		if (word.len != n || strncmp(word.s, value.s, n) != 0)
			continue;
		column_of(line.s, 7, &word);
		if (strcmp(word.s, "virtual") == 0)
			audit_report(a, r, &postfix, value.s, NULL, NULL);
	}
	buf_release(&value);
	buf_release(&line);
	buf_release(&word);
}

/* ---- chroot ------------------------------------------------------------------------ */

/* The first table of ours in the value that is opened by the service itself; what stands
 * between the braces of "proxy:...:{" is not. */
static bool opened_directly(
	const struct audit_postfix *p, const char *value, struct buf *out)
{
	bool proxied = false;

	while (*value) {
		size_t n = strcspn(value, ", \t{}");

		buf_reset(out);
		buf_add(out, value, n);
		value += n;
		if (*value == '{' && strncmp(out->s, "proxy:", 6) == 0)
			proxied = true;
		for (size_t i = 0; !proxied && i < p->n_tables; i++)
			if (strncmp(out->s, "ldap:", 5) == 0 &&
				strcmp(out->s + 5, p->tables[i].path) == 0)
				return true;
		if (*value == '}')
			proxied = false;
		value += *value != '\0';
	}
	return false;
}

/* "-" is the default, which is "n" since compatibility_level 1. */
static bool is_chrooted(const struct audit_postfix *p, const char *column)
{
	struct buf level = BUF_INIT;
	bool old;

	audit_postfix_value(p->parameters, "compatibility_level", &level);
	old = level.len == 0 || strcmp(level.s, "0") == 0;
	buf_release(&level);
	return strcmp(column, "y") == 0 || (strcmp(column, "-") == 0 && old);
}

static bool chrooted_service(
	const struct audit_postfix *p, const char *command, struct buf *out)
{
	const char *services = p->services;
	struct buf line = BUF_INIT, word = BUF_INIT;
	bool found = false;

	while (!found && next_line(&services, &line)) {
		column_of(line.s, 7, &word);
		if (strcmp(word.s, command) != 0)
			continue;
		column_of(line.s, 4, &word);
		found = is_chrooted(p, word.s);
	}
	if (found)
		column_of(line.s, 0, out);
	buf_release(&line);
	buf_release(&word);
	return found;
}

void find_chroot(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	/* who opens the tables of which parameter */
	static const struct {
		const char *command, *parameter;
	} opens[] = {
		{"smtpd", "virtual_mailbox_domains"},
		{"smtpd", "virtual_mailbox_maps"},
		{"smtpd", "smtpd_relay_restrictions"},
		{"trivial-rewrite", "transport_maps"},
	};
	struct buf value = BUF_INIT, table = BUF_INIT, service = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(opens); i++) {
		buf_reset(&value);
		buf_reset(&service);
		audit_postfix_value(p->parameters, opens[i].parameter, &value);
		if (opened_directly(p, value.s, &table) &&
			chrooted_service(p, opens[i].command, &service))
			audit_report(
				a, r, &postfix, service.s, table.s, opens[i].parameter);
	}
	buf_release(&value);
	buf_release(&table);
	buf_release(&service);
}

/* ---- verification ------------------------------------------------------------------- */

/* Seconds; -1 when it is no time.  Without a unit it is in that of Postfix's default. */
static long seconds(const char *value, char unit)
{
	static const char units[] = "smhdw";
	static const long of[] = {1, 60, 3600, 86400, 604800};
	char *end;
	long n = strtol(value, &end, 10);
	const char *at = strchr(units, *end ? *end : unit);

	return end == value || !at ? -1 : n * of[at - units];
}

/* "A user created on the master" waits as long as the refusal is remembered. */
void find_cache(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	static const char expire[] = "address_verify_negative_expire_time";
	static const char refresh[] = "address_verify_negative_refresh_time";
	static const char code[] = "unverified_recipient_reject_code";
	struct buf forget = BUF_INIT, again = BUF_INIT, answer = BUF_INIT;
	long most;

	audit_postfix_value(p->parameters, refresh, &again);
	audit_postfix_value(p->parameters, expire, &forget);
	audit_postfix_value(p->parameters, code, &answer);
	most = seconds(again.s, 'h');
	if (most != 120)
		audit_report(a, r, &postfix, refresh, again.s, "2m");
	if (seconds(forget.s, 'd') < 0 ||
		seconds(forget.s, 'd') > (most < 120 ? 120 : most))
		audit_report(a, r, &postfix, expire, forget.s, "2m");
	if (strcmp(answer.s, "550") != 0)
		audit_report(a, r, &postfix, code, answer.s, "550");
	buf_release(&forget);
	buf_release(&again);
	buf_release(&answer);
}

static const char *path_of(const struct audit_postfix *p, const char *name)
{
	for (size_t i = 0; i < p->n_tables; i++)
		if (strcmp(p->tables[i].name, name) == 0)
			return p->tables[i].path;
	return NULL;
}

static bool has_checks(const struct audit_postfix *p, const char *value)
{
	const char *known = path_of(p, "known"), *verify = path_of(p, "verify");

	return known && verify && strstr(value, known) && strstr(value, verify);
}

/* main.cf, then every service that has restrictions of its own. */
void find_unchecked(
	struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	static const char parameter[] = "smtpd_relay_restrictions";
	const char *overrides = p->overrides, *at;
	struct buf line = BUF_INIT, value = BUF_INIT;

	audit_postfix_value(p->parameters, parameter, &value);
	if (!has_checks(p, value.s))
		audit_report(a, r, &postfix, "main.cf", value.s, NULL);
	while (next_line(&overrides, &line)) {
		at = strstr(line.s, parameter);
		if (!at || at == line.s || at[-1] != '/' || !value_in(at, parameter) ||
			has_checks(p, value_in(at, parameter)))
			continue;
		buf_reset(&value);
		buf_add(&value, line.s, strcspn(line.s, "/"));
		audit_report(a, r, &postfix, value.s, value_in(at, parameter), NULL);
	}
	buf_release(&line);
	buf_release(&value);
}

/* ---- tables -------------------------------------------------------------------------- */

/* The next line that says something of the table: no comment, no password. */
static bool next_setting(const char **text, struct buf *out)
{
	while (next_line(text, out))
		if (out->len && *out->s != '#' && !value_in(out->s, "bind_pw"))
			return true;
	buf_reset(out);
	return false;
}

static bool same_settings(const char *x, const char *y)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool more = true, same = true;

	while (more && same) {
		bool more_y;

		more = next_setting(&x, &a);
		more_y = next_setting(&y, &b);
		same = more == more_y && strcmp(a.s, b.s) == 0;
	}
	buf_release(&a);
	buf_release(&b);
	return same;
}

void find_table(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	for (size_t i = 0; i < p->n_tables; i++) {
		const struct audit_table *t = &p->tables[i];

		if (t->text && t->expected && !same_settings(t->text, t->expected))
			audit_report(a, r, &postfix, t->path, NULL, NULL);
	}
}

void find_delimiter(
	struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	const char *ours = a->settings->mail.recipient_delimiter;
	struct buf value = BUF_INIT;

	audit_postfix_value(p->parameters, "recipient_delimiter", &value);
	if (strcmp(value.s, ours) != 0)
		audit_report(a, r, &postfix, value.s, ours, NULL);
	buf_release(&value);
}

/* ---- what could not be looked at ------------------------------------------------------
 */

static void unread_words(struct audit *a, const struct audit_rule *r,
	const struct audit_postfix *p, const char *parameter)
{
	struct buf value = BUF_INIT, word = BUF_INIT;
	const char *list = value.s;

	audit_postfix_value(p->parameters, parameter, &value);
	list = value.s;
	while (next_word(&list, &word))
		if (strchr(word.s, ':') || *word.s == '/')
			audit_report(a, r, &postfix, word.s, parameter, NULL);
	buf_release(&value);
	buf_release(&word);
}

void find_unread(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	unread_words(a, r, p, "mydestination");
	unread_words(a, r, p, "virtual_alias_domains");
	for (size_t i = 0; i < p->n_tables; i++)
		if (!p->tables[i].text)
			audit_report(a, r, &postfix, p->tables[i].path, NULL, NULL);
}

void find_unused(struct audit *a, const struct audit_rule *r, const struct audit_postfix *p)
{
	(void)p;
	audit_report(a, r, &postfix, NULL, NULL, NULL);
}
