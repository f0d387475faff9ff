/*
 * screen: the whole console over a fake directory, driven by keys and read as text.
 *
 *	struct screen *s = screen_new(NULL, 24, 80);
 *	screen_keys(s, "<Enter><Down><Enter>");
 *	screen_shows(s, "Relay for split domains");
 *	screen_free(s);
 *
 * After every key the directory answers everything that is asked of it, unless it is
 * stalled.  What fails shows the whole screen.
 */
#ifndef TESTS_TUI_SCREEN_H
#define TESTS_TUI_SCREEN_H

#include "tests/core/test.h"
#include "tests/tui/fake.h"
#include "tui/canvas.h"
#include "tui/view.h"

struct screen {
	struct settings settings;
	struct fake *fake;
	struct app *app;
	struct canvas *canvas;
	struct buf text; /* of the last look */
};

/* The directory that most tests use. */
extern const char screen_tree[];
#define ACME "associatedDomain=acme.example,ou=domains,dc=demo"
#define BRANCH "associatedDomain=branch.example,ou=domains,dc=demo"
#define LYON "associatedDomain=lyon.example,ou=domains,dc=demo"
#define NEU "associatedDomain=neu.example,ou=domains,dc=demo"
#define IDN "associatedDomain=xn--mller-kva.example,ou=domains,dc=demo"
#define ALICE "uid=alice," ACME
#define BOB "uid=bob," ACME
#define CAROL "uid=carol," ACME
#define ELODIE "uid=elodie," ACME
#define ZOE "uid=zoe," BRANCH
#define YUKI "uid=yuki," LYON

/* Home, with everything counted, in English. ldif NULL: screen_tree. */
struct screen *screen_new(const char *ldif, int h, int w);

/* The same without letting the directory answer first, to turn its knobs. */
struct screen *screen_new_unsettled(const char *ldif, int h, int w);
void screen_free(struct screen *s);

void screen_resize(struct screen *s, int h, int w);

/* "en", "fr" from the build's catalogue, "pseudo". */
void screen_language(struct screen *s, const char *language);

/* "<Down><Enter>text": names in < > as in keys[] of screen.c, "<lt>" for "<" itself. */
void screen_keys(struct screen *s, const char *keys);
void screen_paste(struct screen *s, const char *text);

/* The directory answers once, or everything. */
void screen_step(struct screen *s);
void screen_settle(struct screen *s);

/* What app->now_ms() says. */
void screen_clock(long ms);

/* Goes there from home, by keys. */
void screen_domains(struct screen *s);
void screen_domain(struct screen *s, const char *name); /* its Mail tab */
void screen_users(struct screen *s);
void screen_user(struct screen *s, const char *name);

/* Draws; the text is valid until the next look. */
const char *screen_text(struct screen *s);

/* Every text of the list, which ends with NULL, stands on one line, or none does. */
void screen_shows_all(struct screen *s, ...) __attribute__((sentinel));
void screen_lacks_all(struct screen *s, ...) __attribute__((sentinel));
#define screen_shows(s, ...) screen_shows_all((s), __VA_ARGS__, NULL)
#define screen_lacks(s, ...) screen_lacks_all((s), __VA_ARGS__, NULL)

/* The text stands on the screen when lines are joined and frames left out: wherever it was
 * wrapped.  Within columns side by side it is not found. */
void screen_says(struct screen *s, const char *text);
void screen_says_not(struct screen *s, const char *text);

/* The whole screen, with a newline after each line, blanks at line ends left out. */
void screen_is(struct screen *s, const char *text);

/* The cursor stands on a line with this text ("=Save": on the text itself; "-Name": in a
 * field whose label is that, on the same line or the one above). */
void screen_cursor_on(struct screen *s, const char *where);
bool screen_cursor_is_on(struct screen *s, const char *where);

/* What was written to the directory so far; "" nothing. */
void screen_wrote(struct screen *s, const char *ldif);

/* Fails, showing the screen. */
void screen_fail(struct screen *s, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

#endif
