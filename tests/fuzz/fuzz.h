/*
 * fuzz: what every fuzz target starts with.
 *
 * A target is tests/fuzz/fuzz_NAME.c with one LLVMFuzzerTestOneInput(), its inputs in
 * tests/fuzz/corpus/NAME.  `make fuzz` looks for new ones with libFuzzer; `make check` runs
 * those of the tree through it once (replay.c).  A broken promise aborts: CHECK().
 *
 * Inputs are texts where they can be, so that a person can read and write them: lines, and
 * entries as "name: value" lines; any byte but the newline may stand in a line.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <string.h>

#include "core/domain.h"
#include "core/user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* That what stands in () holds, whatever the input. */
#define CHECK(what) ((what) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #what))
_Noreturn void fuzz_fail(const char *file, int line, const char *what);

/* What is left of the input. */
struct input_left {
	const char *p;
	size_t n;
};
#define INPUT_LEFT(data, size)                                       \
	{                                                            \
		.p = (size) ? (const char *)(data) : "", .n = (size) \
	}

unsigned take_byte(struct input_left *in);   /* 0 at the end */
struct buf take_line(struct input_left *in); /* without its newline; to be released */
char *take_string(struct input_left *in);    /* the same up to a NUL; to be free()d */
void take_words(struct input_left *in, struct strv *out); /* a line's, between spaces */

/* The DN's line and "name: value" lines up to an empty one; NULL at the end of input.
 * Names hold only what an attribute description may (RFC 4512 section 2.5). */
struct entry *take_entry(struct input_left *in);

/* A line of letters: i internal as default, a a second address attribute, - + and = as
 * recipient delimiters. */
void take_settings(struct input_left *in, struct settings *s);

/* Whether it may go to a terminal: UTF-8 without controls, marks of direction and
 * characters that are none.  By hand, to judge core/text.h by. */
bool is_safe_text(const char *s, size_t n);

/* Between these, what a library of another's loses is not counted as ours. */
void leaks_ignored(bool ignored);

bool same_attribute(const struct attribute *a, const struct attribute *b); /* in order */
bool same_entry(const struct entry *a, const struct entry *b);
bool same_change(const struct change *a, const struct change *b);

#endif
