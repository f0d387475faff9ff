#include "tests/ldap/replica.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/ldap/dave.h"

static struct proxy *stand_in(const struct directory *d, const char *name)
{
	char path[160], target[160];
	struct proxy *p;

	snprintf(path, sizeof(path), "%s/%s", d->path, name);
	snprintf(target, sizeof(target), "%s/ldapi", d->path);
	p = proxy_new(path, target);
	if (!p)
		fail_msg("%s: %s", path, strerror(errno));
	proxy_start(p);
	return p;
}

static void uri_of(const struct directory *d, const char *name, char *uri, size_t size)
{
	snprintf(uri, size, "ldapi://%%2Ftmp%%2F%s%%2F%s", strrchr(d->path, '/') + 1, name);
}

/* What makes a slapd of tests/slapd a replica. */
static void write_conf(const struct replica *r, const char *path)
{
	char uri[160];
	FILE *f = fopen(path, "w");

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	uri_of(&r->provider, "between", uri, sizeof(uri));
	fprintf(f,
		"syncrepl rid=001 provider=%s bindmethod=simple binddn=cn=root,dc=demo "
		"credentials=root searchbase=dc=demo type=refreshAndPersist "
		"retry=\"1 +\"\nupdateref %s\n",
		uri, r->front_uri);
	fclose(f);
}

void replica_start(struct replica *r)
{
	char conf[160], arguments[200];

	directory_start(&r->provider, "tree");
	dave_add(&r->provider);
	r->between = stand_in(&r->provider, "between");
	r->front = stand_in(&r->provider, "front");
	uri_of(&r->provider, "front", r->front_uri, sizeof(r->front_uri));
	snprintf(conf, sizeof(conf), "%s/replica.conf", r->provider.path);
	write_conf(r, conf);
	snprintf(arguments, sizeof(arguments), "replica %s", conf);
	directory_start(&r->consumer, arguments);
	strv_add(&r->consumer.settings.provider.uri, r->front_uri);
	r->consumer.settings.provider.auth = AUTH_EXTERNAL;
	replica_await(r);
}

void replica_stop(struct replica *r)
{
	proxy_stall(r->between, false);
	directory_stop(&r->consumer);
	proxy_free(r->between);
	proxy_free(r->front);
	directory_stop(&r->provider);
}

void replica_hold(struct replica *r)
{
	proxy_stall(r->between, true);
}

void replica_release(struct replica *r)
{
	proxy_stall(r->between, false);
}

static bool same_state(struct replica *r)
{
	char *theirs = directory_value(&r->provider, "dc=demo", "contextCSN");
	char *ours = directory_value(&r->consumer, "dc=demo", "contextCSN");
	bool same = *theirs && strcmp(theirs, ours) == 0;

	free(theirs);
	free(ours);
	return same;
}

void replica_await(struct replica *r)
{
	int64_t end = test_clock_ms() + PATIENCE_MS;

	while (!same_state(r))
		if (test_clock_ms() > end)
			fail_msg("the replica does not catch up");
}

bool replica_has(
	struct replica *r, const char *dn, const char *attribute, const char *value)
{
	char *now = directory_value(&r->consumer, dn, attribute);
	bool same = strcmp(now, value) == 0;

	free(now);
	return same;
}

void replica_sever(struct replica *r)
{
	directory_kill(&r->provider);
}

void replica_revive(struct replica *r)
{
	directory_serve(&r->provider, "", "");
}
