#include "tui/keyparse.h"

#include <string.h>
#include <unistr.h>

#define ESC '\033'
#define SEQUENCE_MAX 64 /* bytes; longer is nothing a key sends */
#define BYTES_AT_ONCE 8192
#define PASTE_STUCK_MS 1000   /* a Ctrl-C after so long a silence ends a paste */
#define K_PASTE_END K_SPECIAL /* inside this file only */

/* The modifier parameter of xterm, less one. */
enum { SHIFT = 1, ALT = 2, CTRL = 4, META = 8 };

struct letter {
	char final;
	keycode key;
};

/* CSI letter and SS3 letter (ECMA-48; xterm's ctlseqs, "PC-Style Function Keys"). */
static const struct letter letters[] = {
	{'A', K_UP},
	{'B', K_DOWN},
	{'C', K_RIGHT},
	{'D', K_LEFT},
	{'H', K_HOME},
	{'F', K_END},
	{'P', K_F(1)},
	{'Q', K_F(2)},
	{'R', K_F(3)},
	{'S', K_F(4)},
	{'Z', K_BACKTAB},
	{'a', K_UP}, /* rxvt: with Shift after CSI, with Ctrl after SS3 */
	{'b', K_DOWN},
	{'c', K_RIGHT},
	{'d', K_LEFT},
};

/* The keypad in application mode. */
static const struct letter keypad[] = {
	{'M', K_ENTER},
	{'X', '='},
	{'j', '*'},
	{'k', '+'},
	{'l', ','},
	{'m', '-'},
	{'n', '.'},
	{'o', '/'},
	{'p', '0'},
	{'q', '1'},
	{'r', '2'},
	{'s', '3'},
	{'t', '4'},
	{'u', '5'},
	{'v', '6'},
	{'w', '7'},
	{'x', '8'},
	{'y', '9'},
};

/* CSI number ~ */
static const keycode numbers[] = {
	[1] = K_HOME,
	[2] = K_INSERT,
	[3] = K_DELETE,
	[4] = K_END,
	[5] = K_PAGE_UP,
	[6] = K_PAGE_DOWN,
	[7] = K_HOME,
	[8] = K_END,
	[11] = K_F(1),
	[12] = K_F(2),
	[13] = K_F(3),
	[14] = K_F(4),
	[15] = K_F(5),
	[17] = K_F(6),
	[18] = K_F(7),
	[19] = K_F(8),
	[20] = K_F(9),
	[21] = K_F(10),
	[23] = K_F(11),
	[24] = K_F(12),
	[25] = K_F(13),
	[26] = K_F(14),
	[28] = K_F(15),
	[29] = K_F(16),
	[31] = K_F(17),
	[32] = K_F(18),
	[33] = K_F(19),
	[34] = K_F(20),
	[200] = K_PASTE,
	[201] = K_PASTE_END,
};

static keycode letter_key(const struct letter *table, size_t n, char final)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].final == final)
			return table[i].key;
	return K_NONE;
}

/* Function keys with modifiers are numbered on, as in terminfo; arrows to the side jump
 * words; elsewhere modifiers make no difference. */
static keycode modified(keycode key, unsigned modifiers)
{
	if (key > K_F0 && (modifiers & SHIFT))
		return key + 12;
	if (key > K_F0 && modifiers)
		return key + 24;
	if (modifiers & (ALT | CTRL | META)) {
		if (key == K_LEFT)
			return K_WORD_LEFT;
		if (key == K_RIGHT)
			return K_WORD_RIGHT;
	}
	return key;
}

static unsigned number(const char **s, const char *end)
{
	unsigned n = 0;

	while (*s < end && **s >= '0' && **s <= '9' && n < 100000)
		n = n * 10 + (unsigned)(*(*s)++ - '0');
	while (*s < end && **s != ';')
		++*s;
	if (*s < end)
		++*s;
	return n;
}

/* The key of a whole CSI sequence; parameters are between s and its final byte. */
static keycode csi_key(const char *s, const char *final)
{
	const char *p = s;
	unsigned first = number(&p, final), second = number(&p, final);
	unsigned modifiers = second > 1 ? second - 1 : 0;

	if (s < final && *s >= '<') /* private: an answer, not a key */
		return K_NONE;
	if (*final >= 'a' && *final <= 'd')
		modifiers = SHIFT;
	switch (*final) {
	case '^':
		modifiers = CTRL;
		break;
	case '$':
		modifiers = SHIFT;
		break;
	case '@':
		modifiers = SHIFT | CTRL;
		break;
	case '~':
		break;
	default:
		if (first > 1) /* "CSI 12;40R" tells a position */
			return K_NONE;
		return modified(letter_key(letters, COUNT_OF(letters), *final), modifiers);
	}
	return first < COUNT_OF(numbers) ? modified(numbers[first], modifiers) : K_NONE;
}

/* No part of a sequence; beyond ASCII neither. */
static bool tears(char c)
{
	return (unsigned char)c < ' ' || (unsigned char)c >= 127;
}

static bool ends_csi(const char *s, size_t i)
{
	if (s[i] == '$') /* rxvt's Shift, else an intermediate byte */
		return i > 1 && s[1] >= '0' && s[1] <= '9';
	return s[i] >= '@';
}

/* s is what follows ESC and starts with '['.  Returns the sequence's length, 0 when it is
 * unfinished; *key is K_NONE for one that means nothing here. */
static size_t csi(const char *s, size_t n, keycode *key)
{
	*key = K_NONE;
	if (n > 1 && s[1] == '[') { /* the Linux console's F1 to F5 */
		if (n > 2 && s[2] >= 'A' && s[2] <= 'E')
			*key = K_F(1 + s[2] - 'A');
		return n > 2 ? 3 : 0;
	}
	for (size_t i = 1; i < n; i++) {
		if (tears(s[i]) || i > SEQUENCE_MAX)
			return i; /* torn off by something else */
		if (ends_csi(s, i)) {
			*key = csi_key(s + 1, s + i);
			return i + 1;
		}
	}
	return 0;
}

/* The same for 'O'. */
static size_t ss3(const char *s, size_t n, keycode *key)
{
	unsigned modifiers = 0;
	size_t i = 1;

	*key = K_NONE;
	while (i < n && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';')) {
		modifiers = s[i] >= '2' && s[i] <= '9' ? (unsigned)(s[i] - '1') : 0;
		i++;
	}
	if (i == n)
		return 0;
	if (tears(s[i]))
		return i;
	if (s[i] >= 'a' && s[i] <= 'd')
		modifiers = CTRL;
	*key = modified(letter_key(letters, COUNT_OF(letters), s[i]), modifiers);
	if (*key == K_NONE)
		*key = letter_key(keypad, COUNT_OF(keypad), s[i]);
	return i + 1;
}

/* xterm's SGR mouse report (ctlseqs, "Mouse Tracking"): "[<button;column;row" and 'M'
 * when pressed, 'm' when released. */
static size_t mouse(struct keyparse *k, const char *s, size_t n, keycode *key)
{
	const char *p = s + 2, *end = s + 2;
	unsigned button, x, y;

	while (end < s + n && (*end == ';' || (*end >= '0' && *end <= '9')))
		end++;
	*key = K_NONE;
	if (end - s > SEQUENCE_MAX)
		return SEQUENCE_MAX + 1;
	if (end == s + n)
		return 0;
	button = number(&p, end);
	x = number(&p, end);
	y = number(&p, end);
	if (*end == 'M' && x > 0 && y > 0) {
		k->mouse_x = (int)x - 1;
		k->mouse_y = (int)y - 1;
		*key = button == 0    ? K_CLICK
		       : button == 64 ? K_WHEEL_UP
		       : button == 65 ? K_WHEEL_DOWN
				      : K_NONE;
	}
	return (size_t)(end - s) + 1;
}

static size_t sequence(const char *s, size_t n, keycode *key)
{
	return *s == '[' ? csi(s, n, key) : ss3(s, n, key);
}

void keyparse_init(struct keyparse *k)
{
	*k = (struct keyparse){.bytes = BUF_INIT, .paste = BUF_INIT};
	/* What is typed may be a password: no copies by realloc(3). */
	buf_reserve(&k->bytes, BYTES_AT_ONCE);
}

void keyparse_release(struct keyparse *k)
{
	buf_wipe(&k->bytes);
	buf_wipe(&k->paste);
	buf_release(&k->bytes);
	buf_release(&k->paste);
}

void keyparse_define(struct keyparse *k, const char *bytes, keycode key)
{
	struct keyparse_defined *d = &k->defined[k->defined_n];
	size_t n = strlen(bytes);

	if (k->defined_n == COUNT_OF(k->defined) || *bytes != ESC || n < 2 ||
		n >= sizeof(d->sequence))
		return;
	memcpy(d->sequence, bytes, n + 1);
	d->key = key;
	k->defined_n++;
}

static void consume(struct keyparse *k, size_t n)
{
	memmove(k->bytes.s, k->bytes.s + n, k->bytes.len - n);
	buf_truncate(&k->bytes, k->bytes.len - n);
	explicit_bzero(k->bytes.s + k->bytes.len, n);
}

void keyparse_feed(struct keyparse *k, const char *bytes, size_t n, long now_ms)
{
	if (n == 0)
		return;
	/* The terminal never said where the paste ends: the way out. */
	if (k->pasting && bytes[0] == K_CTRL('C') && now_ms - k->fed_ms >= PASTE_STUCK_MS) {
		k->pasting = false;
		buf_wipe(&k->bytes);
	}
	buf_add(&k->bytes, bytes, n);
	k->fed_ms = now_ms;
}

/* What one look at the queue gave. */
enum look { LOOK_KEY, LOOK_AGAIN, LOOK_WAIT, LOOK_WAIT_ESC };

static enum look found(struct keyparse *k, size_t n, keycode key, keycode *out)
{
	consume(k, n);
	k->late = false;
	if (key == K_PASTE) {
		k->pasting = true;
		buf_reserve(&k->paste, KEYPARSE_PASTE_MAX);
	}
	if (key == K_NONE || key == K_PASTE || key == K_PASTE_END)
		return LOOK_AGAIN;
	*out = key;
	return LOOK_KEY;
}

static size_t paste_add(struct buf *paste, const char *s, size_t n)
{
	size_t room = KEYPARSE_PASTE_MAX - paste->len;

	for (size_t i = 0; i < n && room > 0; i++)
		if (s[i] != '\0') {
			buf_putc(paste, s[i]);
			room--;
		}
	return n;
}

/* Moves what is pasted out of the queue, up to what may be the beginning of its end. */
static enum look look_paste(struct keyparse *k, keycode *out)
{
	static const char mark[] = "\033[201~";
	size_t mark_n = sizeof(mark) - 1, n = k->bytes.len;
	char *end = memmem(k->bytes.s, n, mark, mark_n);

	if (end) {
		size_t len = paste_add(&k->paste, k->bytes.s, (size_t)(end - k->bytes.s));

		k->pasting = false;
		consume(k, len + mark_n);
		*out = K_PASTE;
		return LOOK_KEY;
	}
	for (size_t tail = n < mark_n ? n : mark_n - 1;; tail--)
		if (memcmp(k->bytes.s + n - tail, mark, tail) == 0) {
			consume(k, paste_add(&k->paste, k->bytes.s, n - tail));
			return LOOK_WAIT;
		}
}

static enum look look_defined(struct keyparse *k, keycode *out)
{
	for (size_t i = 0; i < k->defined_n; i++) {
		const struct keyparse_defined *d = &k->defined[i];
		size_t n = strlen(d->sequence);

		if (k->bytes.len >= n && memcmp(k->bytes.s, d->sequence, n) == 0)
			return found(k, n, d->key, out);
	}
	return LOOK_WAIT;
}

static enum look look_escape(struct keyparse *k, bool expired, keycode *out)
{
	const char *s = k->bytes.s + 1;
	size_t n = k->bytes.len - 1, len;
	enum look look;
	keycode key;

	if (n == 0) {
		if (!expired)
			return LOOK_WAIT_ESC;
		look = found(k, 1, K_ESC, out);
		k->late = true;
		return look;
	}
	look = look_defined(k, out);
	if (look != LOOK_WAIT)
		return look;
	if (*s == '[' || *s == 'O') {
		len = n > 1 && s[0] == '[' && s[1] == '<' ? mouse(k, s, n, &key)
							  : sequence(s, n, &key);
		return len ? found(k, 1 + len, key, out) : LOOK_WAIT;
	}
	if (*s == 'b' || *s == 'f')
		return found(k, 2, *s == 'b' ? K_WORD_LEFT : K_WORD_RIGHT, out);
	if (*s == 127 || *s == K_CTRL('H'))
		return found(k, 2, K_CTRL('W'), out);
	return found(k, 1, K_ESC, out);
}

/* "[A" after an Esc that was reported too early.  What a person types comes slower, or
 * is no sequence: then it is text. */
static enum look look_late(struct keyparse *k, bool expired, keycode *out)
{
	keycode key;
	size_t len = sequence(k->bytes.s, k->bytes.len, &key);

	if (len == 0 && !expired)
		return LOOK_WAIT_ESC;
	if (len > 2 || (len == 2 && key != K_NONE))
		return found(k, len, key, out);
	return found(k, 1, (keycode)k->bytes.s[0], out);
}

static enum look look_control(struct keyparse *k, keycode *out)
{
	unsigned char c = (unsigned char)k->bytes.s[0];

	if (c == 127 || c == K_CTRL('H'))
		return found(k, 1, K_BACKSPACE, out);
	return found(k, 1, c == '\n' ? K_ENTER : c, out);
}

static enum look look_text(struct keyparse *k, keycode *out)
{
	ucs4_t c;
	int n = u8_mbtoucr(&c, (const uint8_t *)k->bytes.s, k->bytes.len);

	if (n == -2)
		return LOOK_WAIT;
	if (n < 0) /* another encoding's letter; its bytes may look like any part of one */
		return found(k, 1,
			((unsigned char)k->bytes.s[0] & 0xc0) == 0x80 ? K_NONE : 0xfffd,
			out);
	return found(k, (size_t)n, c >= 0x80 && c < 0xa0 ? K_NONE : c, out);
}

static enum look look(struct keyparse *k, bool expired, keycode *out)
{
	unsigned char c = (unsigned char)k->bytes.s[0];

	if (k->bytes.len == 0)
		return LOOK_WAIT;
	if (k->pasting)
		return look_paste(k, out);
	if (c == ESC)
		return look_escape(k, expired, out);
	if (k->late && (c == '[' || c == 'O'))
		return look_late(k, expired, out);
	if (c < ' ' || c == 127)
		return look_control(k, out);
	return look_text(k, out);
}

struct input keyparse_next(struct keyparse *k, long now_ms, int *wait_ms)
{
	struct input in = {.key = K_NONE};
	long left = k->fed_ms + KEYPARSE_ESC_MS - now_ms;

	*wait_ms = -1;
	if (k->paste.len && !k->pasting)
		buf_wipe(&k->paste);
	for (;;) {
		switch (look(k, left <= 0, &in.key)) {
		case LOOK_AGAIN:
			continue;
		case LOOK_WAIT_ESC:
			*wait_ms = (int)left;
			return in;
		case LOOK_WAIT:
			return in;
		case LOOK_KEY:
			in.text = in.key == K_PASTE ? k->paste.s : NULL;
			in.y = k->mouse_y;
			in.x = k->mouse_x;
			return in;
		}
	}
}
