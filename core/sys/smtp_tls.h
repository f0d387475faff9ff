/*
 * smtp_tls: the TLS of an SMTP conversation, GnuTLS in one file.  Any certificate is taken,
 * as Postfix does between servers, and what is wrong with it is told.
 */
#ifndef CORE_SYS_SMTP_TLS_H
#define CORE_SYS_SMTP_TLS_H

#include <sys/types.h>

#include "core/relaytest.h"

struct smtp_tls;

/* On a connected, non-blocking socket.  name: what the certificate should be for; sent as
 * SNI when it is no address.  NULL: *words says why not. */
struct smtp_tls *smtp_tls_new(
	int fd, const struct nexthop *name, const char *ca_file, const char **words);
void smtp_tls_free(struct smtp_tls *tls); /* NULL accepted */

enum smtp_tls_state { TLS_DONE, TLS_READS, TLS_WRITES, TLS_FAILED };

/* Goes on as far as it can; *words of a failure live as long as the program. */
enum smtp_tls_state smtp_tls_handshake(struct smtp_tls *tls, const char **words);

/* After the handshake: what the server showed. */
void smtp_tls_facts(struct smtp_tls *tls, struct relaytest_tls *out);

/* As recv(2) and send(2): -1 with EAGAIN, 0 at the end. */
ssize_t smtp_tls_read(struct smtp_tls *tls, char *bytes, size_t n);
ssize_t smtp_tls_write(struct smtp_tls *tls, const char *bytes, size_t n);

#endif
