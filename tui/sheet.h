/*
 * sheet: a pop-up made of a form: questions, the review, the conflict, help, messages.
 */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include "tui/form.h"
#include "tui/view.h"

/* A button (or choice) with this id was pressed, id 0: Esc; true closes the sheet. */
typedef bool sheet_fn(void *arg, int id);

struct sheet {
	struct view view;
	struct form form;
	char *title;
	int width;                  /* columns inside the frame at most; 0: 72 */
	sheet_fn *fn;               /* NULL: any key of it closes */
	void (*edited)(void *arg);  /* a text changed; NULL: nothing */
	void (*release)(void *arg); /* the sheet goes; NULL: nothing */
	void *arg;
};

/* Makes one; fill ->form, then sheet_show().  title is copied. */
struct sheet *sheet_new(struct app *app, const char *title, sheet_fn *fn, void *arg);
void *sheet_new_sized(size_t size, struct app *app, const char *title, sheet_fn *fn,
	void *arg); /* for a struct that begins with one */
/* Settles the form and pushes it; where nothing takes the focus there is a button that
 * closes it. */
void sheet_show(struct sheet *s);

/* A text to read; closed by Esc or Enter. */
void sheet_text(struct app *app, const char *title, const char *text);

/* One question with up to three answers, ids 1, 2, 3; the first has the focus. */
void sheet_ask(struct app *app, const char *title, const char *question,
	const char *const answers[3], sheet_fn *fn, void *arg);

#endif
