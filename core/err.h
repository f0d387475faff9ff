/*
 * err: why something failed, for the caller to branch on and to be put into one
 * sentence elsewhere (tui/sentence.c).  A plain value: nothing to release.
 *
 * A function that can fail returns bool and takes a last `struct err *`, which it
 * fills on failure and leaves alone on success; NULL is accepted.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include "core/base.h"

enum err_code {
	ERR_NONE,
	/* files and configuration: arg[0] file, number = line (0: none), arg[1] what */
	ERR_FILE,           /* cannot be opened or written; server = strerror */
	ERR_CONFIG_SYNTAX,  /* server = the parser's words */
	ERR_CONFIG_UNKNOWN, /* arg[1] = the key */
	ERR_CONFIG_VALUE,   /* arg[1] = the key, arg[2] = what was expected (English,
			       untranslated) */
	ERR_NO_CONFIG,      /* no configuration file anywhere; arg[0] = the places */
	ERR_NOT_OURS,       /* arg[0]: a file we did not write stands in the way */
	ERR_JOURNAL,        /* arg[0]: the journal's file or folder; server = strerror */
	ERR_DRAFT,          /* the same of a form's draft */
	ERR_PERMISSIONS,    /* arg[0]: a secret file that its group or others can read */
	ERR_TERMINAL,       /* no usable terminal; arg[0]: why, a translated sentence */
	/* reaching the directory: arg[0] = the URI */
	ERR_RESOLVE,
	ERR_CONNECT,
	ERR_TLS,             /* no encrypted connection */
	ERR_TLS_CA_FILE,     /* arg[1]: the authorities' file, which cannot be used */
	ERR_TLS_AUTHORITY,   /* certificate: by nobody that arg[1] names */
	ERR_TLS_NAME,        /* ... of another host */
	ERR_TLS_EXPIRED,     /* ... too old */
	ERR_TLS_EARLY,       /* ... valid later */
	ERR_TLS_CERTIFICATE, /* ... not accepted for another reason */
	ERR_TLS_NEEDED,      /* results 8, 13: the server wants encryption, or better one */
	ERR_CLEARTEXT,       /* a password would cross the network unencrypted */
	ERR_TIMEOUT,         /* no answer within `number` seconds */
	ERR_CREDENTIALS,     /* result 49, 48 */
	ERR_AUTH_METHOD,     /* result 7: auth external and no unix socket */
	/* SASL: arg[1] = the mechanism */
	ERR_SASL_OFFER,     /* the server lacks it; arg[2]: what it offers */
	ERR_SASL_NONE,      /* ... and offers, or shows, no other */
	ERR_SASL_PLUGIN,    /* the server offers it, but this machine lacks it */
	ERR_SASL_WEAK,      /* Kerberos does not encrypt, nor does anything else */
	ERR_SASL,           /* any other failure */
	ERR_TICKET,         /* no Kerberos ticket */
	ERR_TICKET_EXPIRED, /* ... or an old one */
	ERR_DISCONNECTED,   /* the connection was lost */
	/* where changes are made, when the server is a replica: arg[0] = that URI */
	ERR_PROVIDER_UNNAMED, /* a referral to a server that provider.uri doesn't name */
	ERR_PROVIDER_AWAY,    /* it cannot be reached; server = why */
	ERR_PROVIDER_CREDENTIALS, /* it does not take the name and password */
	/* what a server answers (RFC 4511 appendix A): number = the result code,
	 * arg[0] = the DN, arg[1] = the attribute when the server's words name one */
	ERR_UNDEFINED_ATTRIBUTE, /* 17, 18 */
	ERR_CONSTRAINT,          /* 19 */
	ERR_VALUE_EXISTS,        /* 20 */
	ERR_INVALID_SYNTAX,      /* 21 */
	ERR_NO_SUCH_ATTRIBUTE,   /* 16 */
	ERR_NO_SUCH_OBJECT,      /* 32 */
	ERR_NO_PARENT,           /* 32 to an add: nothing stands above arg[0] */
	ERR_DENIED,              /* 50 */
	ERR_BUSY,                /* 51 */
	ERR_UNAVAILABLE,         /* 52 */
	ERR_UNWILLING,           /* 53 */
	ERR_OBJECT_CLASS,        /* 65, 69 */
	ERR_NOT_LEAF,            /* 66 */
	ERR_ENTRY_EXISTS,        /* 68 */
	ERR_ASSERTION,           /* 122 and re-reading showed a conflict */
	ERR_REFERRAL,            /* 10 */
	ERR_LIMIT,               /* 3, 4, 11 */
	ERR_SERVER,              /* any other result */
	ERR_PROTOCOL             /* what came is not an answer */
};

struct err {
	enum err_code code;
	long number;
	char arg[3][256];
	char server[512]; /* the server's or the system's own words, maybe empty; raw */
};

/* Fills *err when it is not NULL; `server` may be NULL.  Always returns false, so
 * that `return err_set(err, ERR_FILE, 0, strerror(errno), path, NULL);` is one line.
 * The NULL-terminated list fills arg[0], arg[1], arg[2]; long words are cut. */
bool err_set(struct err *err, enum err_code code, long number, const char *server, ...)
	__attribute__((sentinel));

#endif
