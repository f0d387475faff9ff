#include "tests/ldap/behind.h"

#include <string.h>

#include "core/buf.h"
#include "ldap/store.h"

void behind_start(struct behind *b, const struct directory *d)
{
	behind_start_without(b, d, NULL);
}

void behind_start_without(struct behind *b, const struct directory *d, const char *oid)
{
	struct buf path = BUF_INIT, target = BUF_INIT, uri = BUF_INIT;

	buf_printf(&path, "%s/proxy", d->path);
	buf_printf(&target, "%s/ldapi", d->path);
	b->proxy = proxy_new(path.s, target.s);
	if (!b->proxy)
		fail_msg("no proxy on %s", path.s);
	if (oid)
		proxy_hide(b->proxy, oid);
	proxy_start(b->proxy);
	buf_printf(&uri, "ldapi://%%2Ftmp%%2F%s%%2Fproxy", strrchr(d->path, '/') + 1);
	b->settings = d->settings;
	b->settings.directory.uri = (struct strv){0};
	strv_add(&b->settings.directory.uri, uri.s);
	b->store = ldap_store_new(&b->settings);
	if (!turn_to_phase(b->store, STORE_READY, PATIENCE_MS))
		fail_msg("not ready");
	buf_release(&path);
	buf_release(&target);
	buf_release(&uri);
}

void behind_stop(struct behind *b)
{
	store_free(b->store);
	proxy_free(b->proxy);
	strv_release(&b->settings.directory.uri);
}
