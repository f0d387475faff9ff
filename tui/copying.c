#include "tui/copying.h"

#include "tui/i18n.h"
#include "tui/sentence.h"

/* False: said why not. */
static bool copied(struct app *app, const char *text)
{
	if (app->copy(text))
		return true;
	app_complain(app, tr("Nothing was copied: it is more than a terminal takes."));
	return false;
}

void copying_value(struct app *app, const char *raw)
{
	struct buf safe = BUF_INIT, said = BUF_INIT;

	sentence_safe(raw, &safe);
	buf_printf(&said, "%s%s", tr("Copied: "), safe.s);
	if (copied(app, safe.s))
		app_say(app, said.s);
	buf_release(&safe);
	buf_release(&said);
}

void copying_lines(struct app *app, const char *lines, unsigned long n)
{
	struct buf said = BUF_INIT, number = BUF_INIT;

	i18n_number(n, &number);
	buf_printf(&said, tr_n("Copied %s line.", "Copied %s lines.", n), number.s);
	if (copied(app, lines))
		app_say(app, said.s);
	buf_release(&said);
	buf_release(&number);
}
