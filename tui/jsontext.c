#include "tui/jsontext.h"

#include <string.h>

#include "core/text.h"

json_t *jsontext(const char *s)
{
	struct buf safe = BUF_INIT;
	json_t *j;

	if (!s)
		return json_null();
	j = json_string(s);
	if (!j) {
		text_printable(&safe, s, strlen(s));
		j = json_string(safe.s);
	}
	buf_release(&safe);
	return j;
}
