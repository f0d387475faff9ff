/* Keys from a terminal: the same in whatever pieces the bytes come. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tui/keyparse.h"

static void note_key(const struct input *in, struct buf *log)
{
	CHECK(in->key != K_NONE);
	CHECK(in->key < 0x110000 || in->key > K_SPECIAL);
	CHECK(in->key < 0x80 || in->key >= 0xa0);
	CHECK(in->key < 0xd800 || in->key >= 0xe000);
	CHECK(in->y >= 0 && in->x >= 0);
	buf_printf(log, "%lx", (unsigned long)in->key);
	if (in->key == K_CLICK)
		buf_printf(log, " %d,%d", in->y, in->x);
	if (in->key == K_PASTE) {
		CHECK(in->text && strlen(in->text) <= KEYPARSE_PASTE_MAX);
		buf_printf(log, " %s", in->text);
	}
	buf_putc(log, '\n');
}

static void drain(struct keyparse *k, long now, struct buf *log)
{
	int wait_ms;

	for (;;) {
		struct input in = keyparse_next(k, now, &wait_ms);

		if (in.key == K_NONE)
			break;
		note_key(&in, log);
	}
	CHECK(wait_ms == -1 || (wait_ms > 0 && wait_ms <= KEYPARSE_ESC_MS));
}

static void begin(struct keyparse *k)
{
	keyparse_init(k);
	keyparse_define(k, "\033[25~", K_F(13));
	keyparse_define(k, "\033OX", '=');
}

/* All in one moment; sizes: of the pieces, over and over. */
static void read_all(const char *p, size_t n, const unsigned char *sizes, size_t n_sizes,
	struct buf *log)
{
	struct keyparse k;

	begin(&k);
	for (size_t at = 0, turn = 0; at < n;) {
		size_t piece = n_sizes ? (size_t)sizes[turn++ % n_sizes] % 8 + 1 : n;

		piece = piece < n - at ? piece : n - at;
		keyparse_feed(&k, p + at, piece, 0);
		drain(&k, 0, log);
		at += piece;
	}
	drain(&k, 10 * KEYPARSE_ESC_MS, log);
	keyparse_release(&k);
}

/* With time between the pieces: another reading, but always one that ends. */
static void read_slowly(const char *p, size_t n, const unsigned char *sizes, size_t n_sizes,
	struct buf *log)
{
	struct keyparse k;
	long now = 0;

	begin(&k);
	for (size_t at = 0; at < n; at++) {
		keyparse_feed(&k, p + at, 1, now);
		now += n_sizes ? sizes[at % n_sizes] * 4L : 50;
		drain(&k, now, log);
	}
	keyparse_release(&k);
}

/* A line of sizes, then the bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	struct buf sizes = take_line(&in), whole = BUF_INIT, pieces = BUF_INIT,
		   slow = BUF_INIT;

	read_all(in.p, in.n, NULL, 0, &whole);
	read_all(in.p, in.n, (const unsigned char *)sizes.s, sizes.len, &pieces);
	CHECK(strcmp(whole.s, pieces.s) == 0);
	read_slowly(in.p, in.n, (const unsigned char *)sizes.s, sizes.len, &slow);
	buf_release(&sizes);
	buf_release(&whole);
	buf_release(&pieces);
	buf_release(&slow);
	return 0;
}
