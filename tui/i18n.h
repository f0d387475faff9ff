/*
 * i18n: the console's words in the reader's language (gettext), numbers and plurals.
 * Messages are whole sentences with arguments inside, so that grammar is translated
 * whole.
 */
#ifndef TUI_I18N_H
#define TUI_I18N_H

#include "core/buf.h"

#define N_(msgid) (msgid) /* marks for xgettext, translated where it is shown */

/* Sets the locale from the environment; where the one named is not installed, C.UTF-8
 * with its language still applies.  Catalogues are looked for beside the program (in the
 * build tree, or as installed) and then where PREFIX said when it was built. */
void i18n_init(void);
bool i18n_utf8(void); /* whether the locale's character set is UTF-8 */

/* Words and numbers in ASCII only, letters without their accents (--ascii); so they are
 * anyway where the locale isn't UTF-8. */
void i18n_ascii(bool only);

/* For tests: "" as the environment says, "en", "fr", or "pseudo": every message in ⟦ ⟧ and
 * 40 % longer.  `catalogues` is the directory of the .mo files (NULL: as i18n_init found).
 */
void i18n_use(const char *language, const char *catalogues);

const char *tr(const char *msgid) __attribute__((format_arg(1)));
const char *tr_n(const char *singular, const char *plural, unsigned long n)
	__attribute__((format_arg(1), format_arg(2)));

/* Appends n grouped as the language does: 1,204 or 1 204 (narrow no-break space). */
void i18n_number(unsigned long n, struct buf *out);

#endif
