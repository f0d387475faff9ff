#include "tests/ldap/certificates.h"

#include "core/buf.h"

static const char script[] =
	"cd $DIR && exec 2>ssl.log && for ca in ca other; do\n"
	"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$ca -keyout $ca.key "
	"-out $ca.pem || exit\n"
	"done\n"
	"cat >ca.cnf <<-END\n"
	"[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
	"default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
	"[here]\nsubjectAltName=IP:127.0.0.1\n"
	"[there]\nsubjectAltName=IP:192.0.2.1,DNS:ldap.other.example\n"
	"END\n"
	": >index && echo 01 >serial && echo none >none.pem\n"
	"openssl req -newkey rsa:2048 -nodes -subj /CN=ldap.example -keyout tls.key "
	"-out csr\n"
	"sign() { openssl ca -batch -config ca.cnf -in csr -notext -cert ca.pem "
	"-keyfile ca.key -out $1.pem -startdate $2 -enddate $3 -extensions $4; }\n"
	"sign right 20200101000000Z 20991231000000Z here &&\n"
	"sign name 20200101000000Z 20991231000000Z there &&\n"
	"sign expired 20200101000000Z 20210101000000Z here &&\n"
	"sign early 20980101000000Z 20991231000000Z here &&\n"
	"openssl req -x509 -key tls.key -days 2 -subj /CN=self "
	"-addext subjectAltName=IP:127.0.0.1 -out self.pem";

void certificates_make(struct directory *d)
{
	directory_sh(d, script);
}

void certificates_serve(
	struct directory *d, const char *certificate, int *plain_port, int *tls_port)
{
	struct buf uris = BUF_INIT, conf = BUF_INIT;

	*plain_port = free_port();
	*tls_port = free_port();
	buf_printf(
		&uris, " ldap://127.0.0.1:%d ldaps://127.0.0.1:%d", *plain_port, *tls_port);
	buf_printf(&conf, "TLSCertificateFile %s/%s.pem\nTLSCertificateKeyFile %s/tls.key",
		d->path, certificate, d->path);
	directory_kill(d);
	directory_serve(d, uris.s, conf.s);
	buf_release(&uris);
	buf_release(&conf);
}
