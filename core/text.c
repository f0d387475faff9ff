#include "core/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static const uint8_t *bytes_of(const char *s)
{
	return (const uint8_t *)s;
}

bool text_valid(const char *bytes, size_t n)
{
	return u8_check(bytes_of(bytes), n) == NULL;
}

/* What takes no room and means nothing to its neighbours, so that two values that differ
 * look the same.  Joiners, variation selectors and the tags of flags do mean something. */
static bool is_unseen(ucs4_t c)
{
	return c == 0x200b || (c >= 0x2060 && c <= 0x2064) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || c == 0xe0001;
}

static bool is_harmless(ucs4_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
		return false;
	if (is_unseen(c))
		return false;
	return !uc_is_property_bidi_control(c) && !uc_is_property_not_a_character(c);
}

/* ASCII that every terminal prints. */
static bool is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

static size_t plain_run(const char *bytes, size_t n)
{
	size_t i = 0;

	while (i < n && is_plain(bytes[i]))
		i++;
	return i;
}

void text_printable(struct buf *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n;) {
		ucs4_t c;
		size_t plain = plain_run(bytes + i, n - i);
		int length;

		buf_add(out, bytes + i, plain);
		i += plain;
		if (i == n)
			break;
		/* An invalid sequence comes back as U+FFFD. */
		length = u8_mbtouc(&c, bytes_of(bytes) + i, n - i);
		if (c != 0xfffd && is_harmless(c))
			buf_add(out, bytes + i, (size_t)length);
		else
			buf_puts(out, REPLACEMENT);
		i += (size_t)length;
	}
}

static bool is_regional_indicator(ucs4_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Near enough to Extended_Pictographic (UTS #51), which libunistring 1.0 lacks. */
static bool is_pictographic(ucs4_t c)
{
	return c == 0xa9 || c == 0xae || (c >= 0x2190 && c <= 0x21ff) ||
	       (c >= 0x2300 && c <= 0x23ff) || (c >= 0x2600 && c <= 0x27bf) ||
	       (c >= 0x2b00 && c <= 0x2bff) || (c >= 0x1f000 && c <= 0x1faff);
}

/* What text_cluster() has to know of the characters it passes. */
struct cluster {
	ucs4_t first, last;
	int columns;
	int flag_halves;
};

static int char_width(ucs4_t c)
{
	int width = c == 0xad ? 1 : uc_width(c, "UTF-8"); /* terminals show soft hyphens */

	return width > 0 ? width : 0;
}

static void cluster_add(struct cluster *cluster, const uint8_t *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		int width;

		i += (size_t)u8_mbtouc(&cluster->last, s + i, n - i);
		if (!cluster->first)
			cluster->first = cluster->last;
		width = char_width(cluster->last);
		if (width > cluster->columns)
			cluster->columns = width;
		cluster->flag_halves += is_regional_indicator(cluster->last);
	}
}

/* Rules GB11 and GB12 of UAX #29, which libunistring 1.0 does not have: pictures joined
 * by U+200D, and two halves of a flag. */
static bool cluster_goes_on(const struct cluster *cluster, ucs4_t next)
{
	if (cluster->last == 0x200d)
		return is_pictographic(cluster->first) && is_pictographic(next);
	return cluster->flag_halves == 1 && is_regional_indicator(cluster->last) &&
	       is_regional_indicator(next);
}

size_t text_cluster(const char *s, size_t n, int *columns)
{
	const uint8_t *start = bytes_of(s), *end = start + n, *at = start, *next;
	struct cluster cluster = {0};
	ucs4_t c;

	if (n > 0 && is_plain(s[0]) && (n == 1 || start[1] < 0x80)) {
		*columns = 1;
		return 1;
	}
	do {
		next = u8_grapheme_next(at, end);
		cluster_add(&cluster, at, (size_t)(next - at));
		at = next;
	} while (at < end && u8_mbtouc(&c, at, (size_t)(end - at)) > 0 &&
		 cluster_goes_on(&cluster, c));
	*columns = cluster.flag_halves == 2 ? 2 : cluster.columns;
	return (size_t)(at - start);
}

/* Between two such characters a cluster always ends (GB999). */
static bool is_other(ucs4_t c)
{
	return uc_graphemeclusterbreak_property(c) == GBP_OTHER;
}

size_t text_boundary(const char *s, size_t n, size_t at)
{
	const uint8_t *start = bytes_of(s), *p = start + (at < n ? at : n), *before;
	ucs4_t c, previous;
	size_t i, length;
	int columns;

	if (at >= n)
		return n;
	while (p > start && (*p & 0xc0) == 0x80)
		p--;
	u8_mbtouc(&c, p, (size_t)(start + n - p));
	while ((before = u8_prev(&previous, p, start)) &&
		!(is_other(previous) && is_other(c))) {
		p = before;
		c = previous;
	}
	for (i = (size_t)(p - start);; i += length) {
		length = text_cluster(s + i, n - i, &columns);
		if (i + length > at)
			return i;
	}
}

char text_plain(const char *cluster, size_t n)
{
	ucs4_t c, parts[UC_DECOMPOSITION_MAX_LENGTH];

	if (u8_mbtoucr(&c, (const uint8_t *)cluster, n) <= 0)
		return '\0';
	while (c >= 0x80 && uc_canonical_decomposition(c, parts) > 0)
		c = parts[0];
	return c >= ' ' && c < 127 ? (char)c : '\0';
}

int text_width(const char *s)
{
	size_t n = strlen(s);
	int total = 0, columns;

	for (size_t i = 0; i < n;) {
		i += text_cluster(s + i, n - i, &columns);
		total += columns;
	}
	return total;
}

size_t text_fit(const char *s, int columns)
{
	return text_fit_bytes(s, strlen(s), columns);
}

size_t text_fit_bytes(const char *s, size_t n, int columns)
{
	size_t i = 0, length;
	int wide;

	for (; i < n; i += length) {
		length = text_cluster(s + i, n - i, &wide);
		if (wide > columns)
			break;
		columns -= wide;
	}
	return i;
}

static bool is_blank(ucs4_t c)
{
	return uc_is_property_white_space(c) || c == 0x200b || c == 0xfeff;
}

size_t text_trim(const char **s)
{
	const char *start = *s, *end;
	size_t n = strlen(start);
	ucs4_t c;
	int length;

	while (n && (length = u8_mbtouc(&c, bytes_of(start), n)) > 0 && is_blank(c)) {
		start += length;
		n -= (size_t)length;
	}
	*s = end = start;
	for (size_t i = 0; i < n; i += (size_t)length) {
		length = u8_mbtouc(&c, bytes_of(start) + i, n - i);
		if (!is_blank(c))
			end = start + i + length;
	}
	return (size_t)(end - start);
}

/* Letters with a stroke and ligatures, which have no decomposition. */
static const char *spelled_out(ucs4_t c)
{
	static const struct {
		ucs4_t letter;
		const char *spelled;
	} table[] = {{0xe6, "ae"}, {0xf0, "d"}, {0xf8, "o"}, {0xfe, "th"}, {0x111, "d"},
		{0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (table[i].letter == c)
			return table[i].spelled;
	return NULL;
}

static void fold_put(struct buf *out, const uint8_t *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		ucs4_t c;
		int length = u8_mbtouc(&c, s + i, n - i);
		const char *spelled = spelled_out(c);

		if (spelled)
			buf_puts(out, spelled);
		else if (!uc_is_general_category_withtable(
				 c, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me))
			buf_add(out, s + i, (size_t)length);
		i += (size_t)length;
	}
}

static void fold_unicode(struct buf *out, const char *s)
{
	struct buf valid = BUF_INIT;
	uint8_t *plain, *folded;
	size_t n;

	text_printable(&valid, s, strlen(s));
	plain = u8_normalize(UNINORM_NFKD, bytes_of(valid.s), valid.len, NULL, &n);
	if (!plain)
		BUG("normalizing %zu bytes", valid.len);
	folded = u8_casefold(plain, n, NULL, UNINORM_NFKD, NULL, &n);
	if (!folded)
		BUG("folding %zu bytes", valid.len);
	fold_put(out, folded, n);
	free(folded);
	free(plain);
	buf_release(&valid);
}

static bool is_ascii(const char *s)
{
	while (*s && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

void text_lower(struct buf *out, const char *s)
{
	size_t at = out->len;

	buf_puts(out, s);
	for (; at < out->len; at++)
		if (out->s[at] >= 'A' && out->s[at] <= 'Z')
			out->s[at] = (char)(out->s[at] - 'A' + 'a');
}

void text_fold(struct buf *out, const char *s)
{
	if (is_ascii(s))
		text_lower(out, s);
	else
		fold_unicode(out, s);
}

int text_collate(const char *a, const char *b)
{
	struct buf folded_a = BUF_INIT, folded_b = BUF_INIT;
	int order;

	text_fold(&folded_a, a);
	text_fold(&folded_b, b);
	order = strcmp(folded_a.s, folded_b.s);
	buf_release(&folded_a);
	buf_release(&folded_b);
	return order ? order : strcmp(a, b);
}
