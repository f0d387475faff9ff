/*
 * relaytest: the relay test: one SMTP conversation with a domain's relay, never with a
 * message in it, and what it shows.  Pure: core/sys/smtp.h drives it over a socket, tests
 * by tables.
 *
 *	banner, EHLO, STARTTLS where it is offered, EHLO again, MAIL FROM the probe sender,
 *	RCPT for one selected address of the domain (where there is one), postmaster and an
 *	address that cannot exist, QUIT.  Never DATA.
 *
 * Postfix asks a relay the same when it verifies a recipient (address_verify_sender in
 * postconf(5)), so the answers are those that forwarding unknown addresses would get.
 */
#ifndef CORE_RELAYTEST_H
#define CORE_RELAYTEST_H

#include "core/domain.h"
#include "core/smtpreply.h"

enum relaytest_step {
	STEP_RESOLVE, /* left out for an IP address */
	STEP_CONNECT,
	STEP_BANNER,
	STEP_EHLO,
	STEP_STARTTLS, /* its answer and the handshake */
	STEP_EHLO_TLS,
	STEP_MAIL,
	STEP_USER, /* RCPT of a selected address */
	STEP_POSTMASTER,
	STEP_UNKNOWN,
	STEP_QUIT,
	STEP_COUNT
};

enum step_state { STEP_AHEAD, STEP_RUNNING, STEP_DONE, STEP_FAILED, STEP_LEFT_OUT };

/* Why a step failed; that a server answers 5xx is no failure of the step. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_UNRESOLVED, /* the name service says that there is no such name */
	TROUBLE_RESOLVER,   /* it does not answer */
	TROUBLE_CONNECT,    /* words: the system's */
	TROUBLE_TIMEOUT,
	TROUBLE_CLOSED,
	TROUBLE_NOT_SMTP,
	TROUBLE_LINE_TOO_LONG,
	TROUBLE_TOO_MANY_LINES,
	TROUBLE_TLS,    /* words: the TLS library's */
	TROUBLE_STOPPED /* by the person */
};

struct relaytest_stage {
	enum step_state state;
	enum trouble trouble;
	struct smtp_reply reply;
	char *words; /* raw, or NULL */
};

struct relaytest_tls {
	bool done; /* the handshake was, whatever the certificate is */
	char *protocol;
	struct strv names;     /* those the certificate is for, raw */
	char *issuer;          /* raw */
	long long from, until; /* seconds since 1970 */
	/* It verifies when none of these is so. */
	bool untrusted, other_name, expired, early, bad;
};

/* What is asked, and of whom.  Strings may be NULL where it says so. */
struct relaytest_plan {
	struct nexthop relay;
	const char *helo;
	const char *sender;  /* "": the null sender */
	const char *user;    /* NULL: no selected address to ask for */
	const char *domain;  /* canonical */
	const char *unknown; /* a local part that nobody has */
};

struct relaytest {
	struct nexthop relay;
	char *helo, *sender, *user, *postmaster, *unknown; /* user may be NULL */
	struct relaytest_stage stages[STEP_COUNT];
	enum relaytest_step step; /* the one under way, or the last one */
	struct strv addresses;    /* what the name resolves to */
	char *peer;               /* numeric; NULL: not connected yet */
	struct relaytest_tls tls;
	bool helo_only;  /* EHLO was refused, HELO said instead */
	bool tls_failed; /* the handshake did; all was done again without, as Postfix does
			  */
	bool done;
};

void relaytest_init(struct relaytest *t, const struct relaytest_plan *plan);
void relaytest_release(struct relaytest *t);

/* An address that may be put into a command: nothing in it ends the command. */
bool relaytest_address_ok(const char *address);

/* ---- the conversation ----------------------------------------------------------- */

/* Begins a step; the one before, when it still runs, is done. */
void relaytest_begin(struct relaytest *t, enum relaytest_step step);

/* Appends the command of the step under way, with its line end; nothing for steps without.
 */
void relaytest_command(const struct relaytest *t, struct buf *out);

enum relaytest_next {
	NEXT_COMMAND,   /* t->step has moved on: send its command, read its reply */
	NEXT_HANDSHAKE, /* TLS; then relaytest_begin(STEP_EHLO_TLS) */
	NEXT_END        /* close the connection */
};

/* The reply to the step under way came. */
enum relaytest_next relaytest_answer(struct relaytest *t, const struct smtp_reply *reply);

/* The step under way failed, and with it the test. words may be NULL. */
void relaytest_fail(struct relaytest *t, enum trouble trouble, const char *words);

/* The handshake failed: all is asked again on a new connection, in the clear. */
void relaytest_again_in_clear(struct relaytest *t, enum trouble trouble, const char *words);

void relaytest_end(struct relaytest *t); /* what has not been reached is left out */

/* ---- what it shows -------------------------------------------------------------- */

enum says {
	/* loop guard */
	SAYS_IS_US_ADDRESS,  /* this mail system by name, address or what the name resolves
				to */
	SAYS_IS_US_GREETING, /* its banner or EHLO answer gives one of our names: arg */
	SAYS_SENDS_BACK,     /* to refuse an address it asked us: arg = host it names */
	/* reachable, or why not; arg = words where there are some */
	SAYS_UNRESOLVED,
	SAYS_RESOLVER_ILL,
	SAYS_UNREACHABLE,
	SAYS_SILENT, /* step: where no answer came in time */
	SAYS_CLOSED,
	SAYS_NOT_SMTP,
	SAYS_ENDLESS,
	SAYS_TURNS_AWAY, /* banner or EHLO refused: arg = its words */
	SAYS_BUSY,       /* the same with a 4xx; 421 at any step */
	SAYS_STOPPED,
	SAYS_REACHED,
	/* TLS */
	SAYS_TLS_FAILED,     /* offered, refused or broken: arg = words */
	SAYS_TLS_UNVERIFIED, /* why: relaytest.tls */
	SAYS_TLS_GOOD,
	SAYS_TLS_NONE,
	/* who may ask */
	SAYS_SENDER_REFUSED, /* forwarding would refuse everybody: arg = its words */
	SAYS_SENDER_DEFERRED,
	SAYS_REFUSES_ALL, /* every recipient, postmaster among them: arg = its words */
	/* whom it knows */
	SAYS_GREYLISTS, /* 450, 451 at RCPT: arg = its words */
	SAYS_USER_KNOWN,
	SAYS_USER_UNKNOWN,  /* arg = its words */
	SAYS_USER_DEFERRED, /* another 4xx */
	SAYS_NO_USER,       /* nobody's address to ask for */
	SAYS_POSTMASTER_REFUSED,
	SAYS_UNKNOWN_REFUSED,  /* forwarding is safe */
	SAYS_UNKNOWN_ACCEPTED, /* accepts everything: bounces would follow */
	SAYS_UNKNOWN_DEFERRED,
	SAYS_COUNT
};

/* The sentence at the end. */
enum conclusion {
	CONCLUDES_GOOD,
	CONCLUDES_NO_FORWARD, /* third-party mail can go there, unknown addresses must not
			       */
	CONCLUDES_LATER,      /* put off: test again */
	CONCLUDES_UNFIT,      /* mail cannot go there as it is */
	CONCLUDES_LOOP,
	CONCLUDES_STOPPED
};

struct relaytest_point {
	enum says says;
	enum severity severity; /* NOTE: good, or good to know */
	enum relaytest_step step;
	char *arg; /* raw, or NULL */
};

struct relaytest_points {
	struct relaytest_point *v;
	size_t n, cap;
	enum conclusion conclusion;
};

/* What the finished test shows. forward: whether unknown addresses are to be forwarded.
 * own: this machine's names and addresses, beside the configured ones; NULL: none.
 *
 * Of a loop the conversation can show two things.  Greeting: the first word of the banner
 * or of the EHLO answer is one of our names (a host name with a dot, or one that is
 * configured), or an address literal of ours; loopback names and addresses are anybody's
 * and are not compared.  Sent back: the reply to an address names, as Postfix does when it
 * hands on what another server said ("host NAME[ADDRESS] said", "connect to
 * NAME[ADDRESS]:"), a host that is us.  A relay that asks us and does not say so, or
 * asks only once it has a message, cannot be told from one that does not.  Where both sides
 * forward unknown addresses to each other, each waits for the other: "450 4.1.1 ...
 * Address verification in progress" is all that the first test gets; a second one within
 * the relay's cache time is told "host ... said" for postmaster. */
void relaytest_judge(const struct relaytest *t, bool forward,
	const struct settings *settings, const struct strv *own,
	struct relaytest_points *out);
void relaytest_points_release(struct relaytest_points *p);

/* Appends the sender to probe with: settings->mail.probe_sender, completed by the name that
 * relaytest_helo() gives; nothing for the null sender. */
void relaytest_sender(
	const struct settings *settings, const struct strv *own, struct buf *out);
/* Appends what EHLO says: the first of local_names, else this machine's name. */
void relaytest_helo(
	const struct settings *settings, const struct strv *own, struct buf *out);

#endif
