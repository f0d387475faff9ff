#include "tests/ldap/kdc.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"

/* No clock skew is forgiven, so that an old ticket is old at once. */
static const char script[] =
	"mkdir $DIR/kdc && cd $DIR/kdc && cat >krb5.conf <<-END\n"
	"[libdefaults]\n"
	"default_realm = RELAIS.TEST\n"
	"dns_lookup_kdc = false\ndns_lookup_realm = false\n"
	"dns_canonicalize_hostname = false\nrdns = false\n"
	"ignore_acceptor_hostname = true\nclockskew = 1\nudp_preference_limit = 1\n"
	"[realms]\nRELAIS.TEST = {\nkdc = 127.0.0.1:$PORT\n}\n"
	"END\n"
	"cat >kdc.conf <<-END\n"
	"[kdcdefaults]\nkdc_listen = 127.0.0.1:$PORT\nkdc_tcp_listen = 127.0.0.1:$PORT\n"
	"[realms]\nRELAIS.TEST = {\n"
	"database_name = $DIR/kdc/principal\nkey_stash_file = $DIR/kdc/stash\n"
	"acl_file = $DIR/kdc/acl\nsupported_enctypes = aes256-cts:normal\n}\n"
	"[logging]\nkdc = FILE:$DIR/kdc/log\nadmin_server = FILE:$DIR/kdc/log\n"
	"default = FILE:$DIR/kdc/log\n"
	"END\n"
	"kdb5_util create -s -P master && kadmin.local 2>kadmin.log <<-END\n"
	"addprinc -pw demo admin0\n"
	"addprinc -pw demo nobody\n"
	"addprinc -randkey ldap/127.0.0.1\n"
	"ktadd -k $DIR/kdc/keytab ldap/127.0.0.1\n"
	"END\n";

static void set_path(const char *name, const struct directory *d, const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/kdc/%s", d->path, file);
	setenv(name, path, 1);
}

static void serve(struct kdc *k)
{
	k->pid = fork();
	if (k->pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execlp("krb5kdc", "krb5kdc", "-n", (char *)NULL);
		_exit(127);
	}
}

void kdc_start(struct kdc *k, struct directory *d)
{
	struct buf command = BUF_INIT;

	set_path("KRB5_CONFIG", d, "krb5.conf");
	set_path("KRB5_KDC_PROFILE", d, "kdc.conf");
	set_path("KRB5_KTNAME", d, "keytab");
	set_path("KRB5CCNAME", d, "ccache");
	setenv("KRB5RCACHENAME", "none:", 1); /* not shared with the machine's own */
	buf_printf(&command, "PORT=%d; %s", free_port(), script);
	directory_sh(d, command.s);
	buf_release(&command);
	serve(k);
}

void kdc_stop(struct kdc *k)
{
	if (k->pid > 0) {
		kill(k->pid, SIGTERM);
		waitpid(k->pid, NULL, 0);
	}
	k->pid = 0;
}

/* The first finds out when the server answers. */
void kdc_kinit(struct directory *d, const char *name, const char *life)
{
	struct buf command = BUF_INIT;

	buf_printf(&command,
		"n=0; until echo demo | kinit -l %s %s 2>$DIR/kdc/kinit.log; do "
		"n=$((n + 1)); [ $n -gt 500 ] && { cat $DIR/kdc/kinit.log >&2; exit 1; }; "
		"sleep 0.01; done",
		life, name);
	directory_sh(d, command.s);
	buf_release(&command);
}

void kdc_kdestroy(struct directory *d)
{
	directory_sh(d, "kdestroy -q 2>/dev/null; [ ! -e $DIR/kdc/ccache ]");
}

void kdc_await_expiry(struct directory *d)
{
	directory_sh(d, "n=0; while klist -s; do n=$((n + 1)); [ $n -gt 2000 ] && exit 1; "
			"sleep 0.01; done");
}

/* MIT Kerberos and Cyrus SASL lose some memory of a ticket that is refused, and of one that
 * need not encrypt. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libgssapi_krb5.so\nleak:libkrb5.so\n";
}
