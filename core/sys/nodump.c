#include "core/sys/nodump.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* LeakSanitizer traces its own process as it ends. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRACED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TRACED 1
#endif

void nodump_init(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef TRACED
	/* Also where core_pattern names a program, which the limit does not stop. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
