#include "core/sys/authlog.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "core/buf.h"

enum { LONGEST = 1000 };

void authlog(const char *format, ...)
{
	char text[2 * LONGEST];
	struct buf line = BUF_INIT;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *p = text; *p && line.len < LONGEST; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c >= 0x7f)
			buf_printf(&line, "\\x%02x", c);
		else
			buf_putc(&line, *p);
	}
	/* Not kept open: the terminal's program may live for weeks. */
	openlog("relais", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "%s", line.s);
	closelog();
	buf_release(&line);
}
