/* A change as bytes: what is read is exactly what would be written. */
#include "core/plan_pack.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct change *c = change_unpack(size ? (const char *)data : "", size), *copy;
	struct buf packed = BUF_INIT, ldif = BUF_INIT;

	if (!c)
		return 0;
	change_pack(c, &packed);
	CHECK(packed.len == size && memcmp(packed.s, data, size) == 0);
	change_ldif(c, &ldif);
	copy = change_copy(c);
	CHECK(same_change(c, copy));
	change_free(copy);
	change_free(change_inverse(c));
	change_free(c);
	buf_release(&packed);
	buf_release(&ldif);
	return 0;
}
