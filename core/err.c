#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>

bool err_set(struct err *err, enum err_code code, long number, const char *server, ...)
{
	va_list words;
	const char *word;

	if (!err)
		return false;
	*err = (struct err){.code = code, .number = number};
	snprintf(err->server, sizeof(err->server), "%s", server ? server : "");
	va_start(words, server);
	for (size_t i = 0; i < COUNT_OF(err->arg) && (word = va_arg(words, const char *));
		i++)
		snprintf(err->arg[i], sizeof(err->arg[i]), "%s", word);
	va_end(words);
	return false;
}
