/*
 * authlog: lines for syslog(3), facility authpriv: who signed in, who changed what.
 */
#ifndef CORE_SYS_AUTHLOG_H
#define CORE_SYS_AUTHLOG_H

/* One line, cut at 1000 bytes; what is not printable ASCII is shown as \xHH. */
void authlog(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
