#include "core/sys/authlog.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>
#include <syslog.h>
#include <unistd.h>

#include "core/buf.h"

enum { LONGEST = 1000 };

static const char socket_path[] = "/dev/log"; /* syslog(3)'s */

static bool is_open, is_there;

void authlog(const char *format, ...)
{
	char text[2 * LONGEST];
	struct buf line = BUF_INIT;
	va_list args;

	if (!is_open) {
		openlog("relais", LOG_PID, LOG_AUTHPRIV);
		is_there = access(socket_path, F_OK) == 0;
	}
	is_open = true;
	if (!is_there) /* syslog(3) would look for it at every line */
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (const char *p = text; *p && line.len < LONGEST; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c >= 0x7f || c == '\\')
			buf_printf(&line, "\\x%02x", c);
		else
			buf_putc(&line, *p);
	}
	syslog(LOG_NOTICE, "%s", line.s);
	buf_release(&line);
}

void authlog_rest(void)
{
	if (is_open)
		closelog();
	is_open = false;
}

static bool named_before(const struct change *c, size_t mod)
{
	for (size_t i = 0; i < mod; i++)
		if (strcasecmp(c->mods.v[i].attribute.name,
			    c->mods.v[mod].attribute.name) == 0)
			return true;
	return false;
}

void authlog_change(const char *became, const char *who, const struct change *c)
{
	static const char *const kinds[] = {[CHANGE_MODIFY] = "modify",
		[CHANGE_ADD] = "add",
		[CHANGE_DELETE] = "delete"};
	struct buf touched = BUF_INIT;

	for (size_t i = 0; i < c->mods.n && c->kind == CHANGE_MODIFY; i++)
		if (!named_before(c, i))
			buf_printf(&touched, "%s%s", touched.len ? "," : ": ",
				c->mods.v[i].attribute.name);
	authlog("%s by %.300s: %s %.400s%s", became, who, kinds[c->kind], c->dn, touched.s);
	buf_release(&touched);
}
