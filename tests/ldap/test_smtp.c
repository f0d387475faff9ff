/*
 * The relay test over a socket, against servers that behave and that do not: nothing
 * blocks, nothing goes past its deadline, and what is told is what was so.
 */
#include "tests/ldap/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/sys/smtp.h"
#include "tests/ldap/smtpd.h"

static char directory[] = "/tmp/relais-smtp.XXXXXX";

enum { MOST_WORDS = 40, GUARD_MS = 20000 };

static const struct smtp_limits patient = {5000, 5000, 8000, 2000, 15000};
static const struct smtp_limits hasty = {300, 300, 300, 300, 1500};

/* ---- driving -------------------------------------------------------------------- */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

struct run {
	struct smtp *smtp;
	struct relaytest test;
	int calls;       /* of moved() */
	long slowest_ms; /* of one step */
};

static void moved(void *arg)
{
	struct run *r = arg;

	assert_true(!r->test.done || r->calls >= 0);
	r->calls++;
}

static void begin(struct run *r, const char *relay, unsigned port, const char *ca,
	const struct smtp_limits *limits)
{
	struct relaytest_plan plan = {
		.helo = "mx.ours.example",
		.sender = "probe@mx.ours.example",
		.user = "bob@acme.example",
		.domain = "acme.example",
		.unknown = "nobody1",
	};
	char ca_file[128] = "";

	assert_int_equal(nexthop_parse(relay, &plan.relay), RULE_OK);
	plan.relay.port = port;
	if (ca)
		snprintf(ca_file, sizeof(ca_file), "%s/%s", directory, ca);
	memset(r, 0, sizeof(*r));
	relaytest_init(&r->test, &plan);
	r->smtp = smtp_new();
	smtp_start(r->smtp, &r->test, limits, ca_file, now_ms(), moved, r);
	assert_int_equal(r->calls, 0);
}

static void turn(struct run *r)
{
	struct pollfd p;
	long before;
	int timeout = smtp_timeout(r->smtp, now_ms());

	p.fd = smtp_fd(r->smtp, &p.events);
	assert_true(timeout >= 0);
	if (poll(&p, 1, timeout) < 0 && errno != EINTR)
		fail_msg("poll: %s", strerror(errno));
	before = now_ms();
	smtp_step(r->smtp, before);
	if (now_ms() - before > r->slowest_ms)
		r->slowest_ms = now_ms() - before;
}

static void finish(struct run *r)
{
	long guard = now_ms() + GUARD_MS;

	while (!r->test.done) {
		assert_true(now_ms() < guard);
		turn(r);
	}
	assert_int_equal(smtp_timeout(r->smtp, now_ms()), -1);
}

static void end(struct run *r)
{
	smtp_free(r->smtp);
	relaytest_release(&r->test);
}

/* ---- what servers do ------------------------------------------------------------ */

struct row {
	const char *name;
	const char *words[MOST_WORDS];
	bool hasty;               /* the server goes past the deadlines */
	enum relaytest_step step; /* where it ends, and how */
	enum trouble trouble;
	const char *said; /* what the server heard */
};

#define EHLO "EHLO mx.ours.example\n"
#define MAIL "MAIL FROM:<probe@mx.ours.example>\n"
#define USER "RCPT TO:<bob@acme.example>\n"
#define POSTMASTER "RCPT TO:<postmaster@acme.example>\n"
#define UNKNOWN "RCPT TO:<nobody1@acme.example>\n"
#define REST "250 Ok", "?", "250 Ok", "?", "250 Ok", "?", "550 5.1.1 none", "?", "221 bye"
#define IN_CLEAR "220 a.example", "?", "250 a.example", "?", REST
#define ALL EHLO MAIL USER POSTMASTER UNKNOWN "QUIT\n"
#define TLS_WITH(name)                                                                     \
	"220 a.example", "?", "250-a.example", "250 STARTTLS", "?", "220 go", "tls " name, \
		"?", "250 a.example", "?", REST
#define ALL_TLS EHLO "STARTTLS\n" ALL

static const struct row rows[] = {
	{"a good one", {IN_CLEAR}, false, STEP_QUIT, TROUBLE_NONE, ALL},
	{"bytes by bytes",
		{"raw 2", "raw 20 a", "raw .example\r", "raw \n", "?", "raw 250",
			"raw -a\r\n250 ", "raw x\r\n", "?", REST},
		false, STEP_QUIT, TROUBLE_NONE, ALL},
	{"closes at QUIT",
		{"220 a", "?", "250 a", "?", "250 Ok", "?", "250 Ok", "?", "250 Ok", "?",
			"550 no", "?"},
		false, STEP_QUIT, TROUBLE_CLOSED, ALL},
	{"hangs at once", {"hang"}, true, STEP_BANNER, TROUBLE_TIMEOUT, "QUIT\n"},
	{"hangs at EHLO", {"220 a", "?", "hang"}, true, STEP_EHLO, TROUBLE_TIMEOUT,
		EHLO "QUIT\n"},
	{"hangs within an answer", {"220 a", "?", "250-a", "hang"}, true, STEP_EHLO,
		TROUBLE_TIMEOUT, EHLO "QUIT\n"},
	{"hangs at STARTTLS", {"220 a", "?", "250-a", "250 STARTTLS", "?", "hang"}, true,
		STEP_STARTTLS, TROUBLE_TIMEOUT, EHLO "STARTTLS\nQUIT\n"},
	{"hangs at MAIL", {"220 a", "?", "250 a", "?", "hang"}, true, STEP_MAIL,
		TROUBLE_TIMEOUT, EHLO MAIL "QUIT\n"},
	{"hangs at the user", {"220 a", "?", "250 a", "?", "250 Ok", "?", "hang"}, true,
		STEP_USER, TROUBLE_TIMEOUT, EHLO MAIL USER "QUIT\n"},
	{"hangs at postmaster",
		{"220 a", "?", "250 a", "?", "250 Ok", "?", "250 Ok", "?", "hang"}, true,
		STEP_POSTMASTER, TROUBLE_TIMEOUT, EHLO MAIL USER POSTMASTER "QUIT\n"},
	{"hangs at the unknown one",
		{"220 a", "?", "250 a", "?", "250 Ok", "?", "250 Ok", "?", "250 Ok", "?",
			"hang"},
		true, STEP_UNKNOWN, TROUBLE_TIMEOUT,
		EHLO MAIL USER POSTMASTER UNKNOWN "QUIT\n"},
	{"hangs at QUIT",
		{"220 a", "?", "250 a", "?", "250 Ok", "?", "250 Ok", "?", "250 Ok", "?",
			"550 no", "?", "hang"},
		true, STEP_QUIT, TROUBLE_TIMEOUT, ALL},
	{"hangs within TLS",
		{"220 a", "?", "250-a", "250 STARTTLS", "?", "220 go", "tls right", "?",
			"hang"},
		true, STEP_EHLO_TLS, TROUBLE_TIMEOUT, EHLO "STARTTLS\n" EHLO "QUIT\n"},
	{"drips", {"drip"}, true, STEP_BANNER, TROUBLE_TIMEOUT, ""},
	{"a line without end", {"line"}, false, STEP_BANNER, TROUBLE_LINE_TOO_LONG, ""},
	{"lines without end", {"lines"}, false, STEP_BANNER, TROUBLE_TOO_MANY_LINES, ""},
	{"lines without end to EHLO", {"220 a", "?", "lines"}, false, STEP_EHLO,
		TROUBLE_TOO_MANY_LINES, EHLO},
	{"another protocol", {"SSH-2.0-x", "hang"}, false, STEP_BANNER, TROUBLE_NOT_SMTP,
		"QUIT\n"},
	{"speaks before it is asked", {"raw 220 a\r\n250 b\r\n", "hang"}, false,
		STEP_BANNER, TROUBLE_NOT_SMTP, "QUIT\n"},
	{"speaks on after STARTTLS",
		{"220 a", "?", "250-a", "250 STARTTLS", "?", "raw 220 go\r\n250 evil\r\n",
			"hang"},
		false, STEP_STARTTLS, TROUBLE_NOT_SMTP, EHLO "STARTTLS\nQUIT\n"},
	{"closes at once", {"raw "}, false, STEP_BANNER, TROUBLE_CLOSED, ""},
	{"closes at EHLO", {"220 a", "?"}, false, STEP_EHLO, TROUBLE_CLOSED, EHLO},
	{"closes within an answer", {"220 a", "?", "250-a"}, false, STEP_EHLO,
		TROUBLE_CLOSED, EHLO},
	{"closes at MAIL", {"220 a", "?", "250 a", "?"}, false, STEP_MAIL, TROUBLE_CLOSED,
		EHLO MAIL},
	{"closes at the user", {"220 a", "?", "250 a", "?", "250 Ok", "?"}, false,
		STEP_USER, TROUBLE_CLOSED, EHLO MAIL USER},
	{"421 and closed", {"220 a", "?", "421 later"}, false, STEP_QUIT, TROUBLE_CLOSED,
		EHLO},
	{"TLS", {TLS_WITH("right")}, false, STEP_QUIT, TROUBLE_NONE, ALL_TLS},
	{"no TLS behind STARTTLS: again in the clear",
		{"220 a", "?", "250-a", "250 STARTTLS", "?", "220 go", "byte", "garbage",
			"again", IN_CLEAR},
		false, STEP_QUIT, TROUBLE_NONE, EHLO "STARTTLS\n" ALL},
	{"a handshake that hangs: again in the clear",
		{"220 a", "?", "250-a", "250 STARTTLS", "?", "220 go", "hang", "again",
			IN_CLEAR},
		true, STEP_QUIT, TROUBLE_NONE, NULL},
	{"closes at the handshake: again in the clear",
		{"220 a", "?", "250-a", "250 STARTTLS", "?", "220 go", "again", IN_CLEAR},
		false, STEP_QUIT, TROUBLE_NONE, EHLO "STARTTLS\n" ALL},
};

static void row(void **state)
{
	const struct row *r = *state;
	struct smtpd server;
	struct run run;
	struct buf said = BUF_INIT;
	long began = now_ms();

	smtpd_start(&server, directory, r->words);
	begin(&run, "127.0.0.1", server.port, "ca.pem", r->hasty ? &hasty : &patient);
	finish(&run);
	assert_int_equal(run.test.step, r->step);
	assert_int_equal(run.test.stages[r->step].trouble, r->trouble);
	if (r->hasty)
		assert_in_range(now_ms() - began, 0, hasty.all + 5000);
	if (r->said && *r->said)
		assert_true(smtpd_heard(&server, &said, r->said));
	smtpd_stop(&server, &said);
	if (r->said && *r->said)
		assert_string_equal(said.s, r->said);
	assert_null(strstr(said.s, "DATA"));
	end(&run);
	buf_release(&said);
}

/* ---- certificates --------------------------------------------------------------- */

static const struct certificate {
	const char *name, *file;
	bool untrusted, other_name, expired, early;
	const char *names, *issuer;
} certificates[] = {
	{"the right certificate", "right", false, false, false, false, "127.0.0.1", "ca"},
	{"another's", "name", false, true, false, false, "192.0.2.1 mx.other.example",
		"ca"},
	{"an old one", "expired", false, false, true, false, "127.0.0.1", "ca"},
	{"one to come", "early", false, false, false, true, "127.0.0.1", "ca"},
	{"its own", "self", true, false, false, false, "127.0.0.1", "self"},
	{"a stranger's", "stranger", true, false, false, false, "127.0.0.1", "other"},
};

static void names_are(const struct strv *names, const char *text)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < names->n; i++)
		buf_printf(&all, "%s%s", i ? " " : "", names->v[i]);
	assert_string_equal(all.s, text);
	buf_release(&all);
}

static void certificate(void **state)
{
	const struct certificate *c = *state;
	char tls[64];
	const char *const words[] = {"220 a", "?", "250-a", "250 STARTTLS", "?", "220 go",
		tls, "?", "250 a", "?", REST, NULL};
	struct smtpd server;
	struct run run;
	struct buf said = BUF_INIT;

	snprintf(tls, sizeof(tls), "tls %s", c->file);
	smtpd_start(&server, directory, words);
	begin(&run, "127.0.0.1", server.port, "ca.pem", &patient);
	finish(&run);
	assert_true(run.test.tls.done);
	assert_int_equal(run.test.stages[STEP_UNKNOWN].reply.code, 550);
	assert_int_equal(run.test.tls.untrusted, c->untrusted);
	assert_int_equal(run.test.tls.other_name, c->other_name);
	assert_int_equal(run.test.tls.expired, c->expired);
	assert_int_equal(run.test.tls.early, c->early);
	assert_false(run.test.tls.bad);
	names_are(&run.test.tls.names, c->names);
	assert_string_equal(run.test.tls.issuer, c->issuer);
	assert_true(run.test.tls.until > run.test.tls.from);
	assert_int_equal(strncmp(run.test.tls.protocol, "TLS1.", 5), 0);
	smtpd_stop(&server, &said);
	end(&run);
	buf_release(&said);
}

/* ---- more ----------------------------------------------------------------------- */

static unsigned closed_port(void)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void nobody_listens(void **state)
{
	struct run run;

	(void)state;
	begin(&run, "127.0.0.1", closed_port(), NULL, &patient);
	finish(&run);
	assert_int_equal(run.test.step, STEP_CONNECT);
	assert_int_equal(run.test.stages[STEP_CONNECT].trouble, TROUBLE_CONNECT);
	assert_string_equal(run.test.stages[STEP_CONNECT].words, strerror(ECONNREFUSED));
	end(&run);
}

/* "localhost" may be ::1 first, where nobody listens. */
static void by_name(void **state)
{
	static const char *const words[] = {IN_CLEAR, NULL};
	struct smtpd server;
	struct run run;
	struct buf said = BUF_INIT;

	(void)state;
	smtpd_start(&server, NULL, words);
	begin(&run, "localhost", server.port, NULL, &patient);
	finish(&run);
	assert_int_equal(run.test.stages[STEP_RESOLVE].state, STEP_DONE);
	assert_string_equal(run.test.peer, "127.0.0.1");
	assert_int_equal(run.test.stages[STEP_QUIT].reply.code, 221);
	smtpd_stop(&server, &said);
	end(&run);
	buf_release(&said);
}

static void cancelled_it_says_quit(void **state)
{
	static const char *const words[] = {"220 a", "?", "250 a", "?", "hang", NULL};
	struct smtpd server;
	struct run run;
	struct buf said = BUF_INIT;
	int calls;

	(void)state;
	smtpd_start(&server, NULL, words);
	begin(&run, "127.0.0.1", server.port, NULL, &patient);
	while (run.test.step < STEP_MAIL)
		turn(&run);
	calls = run.calls;
	smtp_cancel(run.smtp);
	assert_true(smtpd_heard(&server, &said, "QUIT\n"));
	smtp_step(run.smtp, now_ms());
	assert_int_equal(run.calls, calls);
	assert_int_equal(smtp_timeout(run.smtp, now_ms()), -1);
	smtpd_stop(&server, &said);
	assert_string_equal(said.s, EHLO MAIL "QUIT\n");
	end(&run);
	buf_release(&said);
}

static void freed_in_the_middle(void **state)
{
	static const char *const words[] = {"220 a", "?", "hang", NULL};
	struct smtpd server;
	struct run run;
	struct buf said = BUF_INIT;

	(void)state;
	smtpd_start(&server, NULL, words);
	begin(&run, "127.0.0.1", server.port, NULL, &patient);
	while (run.test.step < STEP_EHLO)
		turn(&run);
	end(&run);
	smtpd_stop(&server, &said);
	buf_release(&said);
}

static void one_after_another(void **state)
{
	static const char *const words[] = {"220 a", "?", "hang", "again", IN_CLEAR, NULL};
	struct smtpd server;
	struct run first, second;
	struct buf said = BUF_INIT;

	(void)state;
	smtpd_start(&server, NULL, words);
	begin(&first, "127.0.0.1", server.port, NULL, &patient);
	while (first.test.step < STEP_EHLO)
		turn(&first);
	begin(&second, "127.0.0.1", server.port, NULL, &patient);
	smtp_free(second.smtp);
	second.smtp = first.smtp; /* the same takes another one on */
	smtp_start(first.smtp, &second.test, &patient, "", now_ms(), moved, &second);
	finish(&second);
	assert_int_equal(second.test.stages[STEP_UNKNOWN].reply.code, 550);
	assert_false(first.test.done);
	relaytest_release(&first.test);
	smtpd_stop(&server, &said);
	end(&second);
	buf_release(&said);
}

/* The console goes on while a server floods: no step takes long. */
static void no_step_takes_long(void **state)
{
	static const char *const words[] = {"220 a", "?", "lines", NULL};
	struct smtpd server;
	struct run run;
	struct buf said = BUF_INIT;

	(void)state;
	smtpd_start(&server, NULL, words);
	begin(&run, "127.0.0.1", server.port, NULL, &patient);
	finish(&run);
	assert_in_range(run.slowest_ms, 0, 500);
	smtpd_stop(&server, &said);
	end(&run);
	buf_release(&said);
}

static void nobody_has_it(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	(void)state;
	smtp_unknown(&a);
	smtp_unknown(&b);
	assert_string_not_equal(a.s, b.s);
	assert_true(a.len > 16 && a.len <= 64);
	assert_int_equal(strspn(a.s, "abcdefghijklmnopqrstuvwxyz0123456789"), a.len);
	buf_release(&a);
	buf_release(&b);
}

/* ---- certificates are made ------------------------------------------------------ */

static const char script[] =
	"exec >ssl.log 2>&1 && for ca in ca other; do\n"
	"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$ca -keyout $ca.key "
	"-out $ca.pem || exit\n"
	"done\n"
	"cat >ca.cnf <<-END\n"
	"[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
	"default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
	"[here]\nsubjectAltName=IP:127.0.0.1\n"
	"[there]\nsubjectAltName=IP:192.0.2.1,DNS:mx.other.example\n"
	"END\n"
	": >index && echo 01 >serial\n"
	"openssl req -newkey rsa:2048 -nodes -subj /CN=mx.example -keyout tls.key -out csr "
	"|| exit\n"
	"sign() { openssl ca -batch -config ca.cnf -in csr -notext -cert $5.pem "
	"-keyfile $5.key -out $1.pem -startdate $2 -enddate $3 -extensions $4 && "
	"cp tls.key $1.key; }\n"
	"sign right 20200101000000Z 20991231000000Z here ca &&\n"
	"sign name 20200101000000Z 20991231000000Z there ca &&\n"
	"sign expired 20200101000000Z 20210101000000Z here ca &&\n"
	"sign early 20980101000000Z 20991231000000Z here ca &&\n"
	"sign stranger 20200101000000Z 20991231000000Z here other &&\n"
	"cp tls.key self.key && openssl req -x509 -key tls.key -days 2 -subj /CN=self "
	"-addext subjectAltName=IP:127.0.0.1 -out self.pem";

static int make_certificates(void **state)
{
	struct buf line = BUF_INIT;
	int status;

	(void)state;
	assert_non_null(mkdtemp(directory));
	buf_printf(&line, "cd %s && %s", directory, script);
	status = system(line.s);
	buf_release(&line);
	return status;
}

static int remove_certificates(void **state)
{
	struct buf line = BUF_INIT;
	int status;

	(void)state;
	buf_printf(&line, "rm -rf %s", directory);
	status = system(line.s);
	buf_release(&line);
	return status;
}

int main(void)
{
	struct CMUnitTest tests[COUNT_OF(rows) + COUNT_OF(certificates) + 8];
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		tests[n++] = (struct CMUnitTest){
			rows[i].name, row, NULL, NULL, (void *)&rows[i]};
	for (size_t i = 0; i < COUNT_OF(certificates); i++)
		tests[n++] = (struct CMUnitTest){certificates[i].name, certificate, NULL,
			NULL, (void *)&certificates[i]};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(nobody_listens);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(by_name);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(cancelled_it_says_quit);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(freed_in_the_middle);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(one_after_another);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(no_step_takes_long);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(nobody_has_it);
	return _cmocka_run_group_tests(
		"smtp", tests, n, make_certificates, remove_certificates);
}
