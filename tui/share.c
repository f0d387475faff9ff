#include "tui/share.h"

bool share_known(const struct count *part, const struct count *rest)
{
	return part->state == COUNT_EXACT && rest->state == COUNT_EXACT &&
	       part->n + rest->n > 0;
}

void share_percent(const struct count *part, const struct count *rest, struct buf *out)
{
	unsigned long all = part->n + rest->n;
	unsigned long percent = (part->n * 100 + all / 2) / all;
	struct buf n = BUF_INIT;

	if (part->n && !percent)
		buf_puts(&n, "<1");
	else if (rest->n && percent == 100)
		buf_puts(&n, ">99");
	else
		buf_printf(&n, "%lu", percent);
	buf_printf(out, "%s %%", n.s);
	buf_release(&n);
}

void share_bar(
	const struct count *part, const struct count *rest, int cells, struct buf *out)
{
	/* rounded down: all only where all is */
	int full = (int)(part->n * (unsigned long)cells / (part->n + rest->n));

	if (part->n && full == 0)
		full = 1;
	for (int i = 0; i < cells; i++)
		buf_puts(out, i < full ? SHARE_FULL : SHARE_EMPTY);
}
