/* What a server sends: entries, post-read controls and results, as bytes on a socket. */
#include <ldap.h>
#include <openldap.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ldap/decode.h"
#include "ldap/result.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_MESSAGES = 200, MOST_INCOMING = 1 << 20 };

/* Never looks at this machine's ldap.conf. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return setenv("LDAPNOINIT", "1", 1);
}

static void check_entry(const struct entry *e)
{
	struct entry *copy = entry_copy(e);

	CHECK(same_entry(e, copy));
	for (size_t i = 0; i < e->attributes.n; i++) {
		const char *name = e->attributes.v[i].name;

		CHECK(entry_get(e, name) == &e->attributes.v[i]);
		for (; *name; name++)
			CHECK(*name > ' ' && *name <= '~' && *name != ':');
	}
	entry_free(copy);
}

/* Takes the server's bytes; the last entry among them is the caller's. */
static void check_message(LDAP *ld, LDAPMessage *message, struct entry **last)
{
	LDAPControl **controls = NULL;
	char *words = NULL;
	struct entry *e;
	struct err err;
	int result = 0;

	if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
		e = decode_entry(ld, message);
		if (!e)
			return;
		check_entry(e);
		entry_free(*last);
		*last = e;
		return;
	}
	if (decode_result(ld, message, &result, &words, &controls) == LDAP_SUCCESS) {
		CHECK(words);
		e = decode_post_read(controls);
		if (e)
			check_entry(e);
		entry_free(e);
		if (result != LDAP_SUCCESS)
			CHECK(!result_err(&err, result, "cn=x", NULL, words) &&
				err.code != ERR_NONE);
	}
	free(words);
	ldap_controls_free(controls);
}

/* A search and a write are under way when the bytes come. */
static struct entry *receive(const char *bytes, size_t n)
{
	LDAPMessage *message = NULL;
	struct timeval at_once = {0};
	struct entry *last = NULL;
	int fds[2], id;
	ber_len_t most = MOST_INCOMING;
	Sockbuf *sb = NULL;
	LDAP *ld = NULL;

	leaks_ignored(true); /* libldap 2.5 loses words of notices, and requests */
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	CHECK(ldap_init_fd(fds[0], LDAP_PROTO_TCP, "ldap://x", &ld) == LDAP_SUCCESS);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &(int){LDAP_VERSION3});
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sb);
	ber_sockbuf_ctrl(sb, LBER_SB_OPT_SET_MAX_INCOMING, &most);
	CHECK(ldap_search_ext(ld, "", LDAP_SCOPE_BASE, "(cn=*)", NULL, 0, NULL, NULL, NULL,
		      0, &id) == LDAP_SUCCESS &&
		id == 1);
	CHECK(ldap_delete_ext(ld, "cn=x", NULL, NULL, &id) == LDAP_SUCCESS && id == 2);
	CHECK(write(fds[1], bytes, n) == (ssize_t)n);
	shutdown(fds[1], SHUT_WR);
	for (int i = 0; i < MOST_MESSAGES; i++) {
		if (ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, &message) <= 0)
			break;
		leaks_ignored(false);
		check_message(ld, message, &last);
		leaks_ignored(true);
		ldap_msgfree(message);
		message = NULL;
	}
	ldap_unbind_ext(ld, NULL, NULL);
	leaks_ignored(false);
	close(fds[1]);
	return last;
}

static void put_attributes(BerElement *ber, const struct entry *e)
{
	for (size_t i = 0; i < e->attributes.n; i++) {
		const struct attribute *a = &e->attributes.v[i];
		struct berval *values = xcalloc(a->values.n + 1, sizeof(*values));

		for (size_t k = 0; k < a->values.n; k++)
			values[k] = (struct berval){a->values.v[k].n, a->values.v[k].p};
		CHECK(ber_printf(ber, "{s[W]}", a->name, values) != -1);
		free(values);
	}
}

/* What was sent is what comes out, byte for byte. */
static void check_round_trip(const struct entry *e)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER), *post = ber_alloc_t(LBER_USE_DER);
	LDAPControl control = {(char *)(uintptr_t)LDAP_CONTROL_POST_READ, {0}, 0};
	LDAPControl *controls[] = {&control, NULL};
	struct berval bytes;
	struct entry *back;

	CHECK(ber_printf(ber, "{it{s{", 1, (ber_tag_t)LDAP_RES_SEARCH_ENTRY, e->dn) != -1);
	put_attributes(ber, e);
	CHECK(ber_printf(ber, "}}}") != -1 && ber_flatten2(ber, &bytes, 0) == 0);
	back = receive(bytes.bv_val, bytes.bv_len);
	CHECK(back && same_entry(e, back));
	entry_free(back);
	CHECK(ber_printf(post, "{s{", e->dn) != -1);
	put_attributes(post, e);
	CHECK(ber_printf(post, "}}") != -1 &&
		ber_flatten2(post, &control.ldctl_value, 0) == 0);
	back = decode_post_read(controls);
	CHECK(back && same_entry(e, back));
	entry_free(back);
	ber_free(ber, 1);
	ber_free(post, 1);
}

/* The bytes as a control's value. */
static void check_post_read(const struct input_left *in)
{
	LDAPControl control = {(char *)(uintptr_t)LDAP_CONTROL_POST_READ,
		{in->n, (char *)(uintptr_t)in->p}, 0};
	LDAPControl *controls[] = {&control, NULL};
	struct entry *e = decode_post_read(controls);

	if (e)
		check_entry(e);
	entry_free(e);
}

/* What it is: t, an entry as text, to be sent and read; c, a control's value; p, what
 * follows the message's number; else all that the server sends. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input_left in = INPUT_LEFT(data, size);
	unsigned kind = take_byte(&in);
	struct entry *e;

	if (kind == 't') {
		e = take_entry(&in);
		if (e)
			check_round_trip(e);
	} else if (kind == 'c') {
		check_post_read(&in);
		e = NULL;
	} else if (kind == 'p' && in.n < 1000) {
		struct buf bytes = BUF_INIT;

		buf_printf(&bytes, "%c\x82%c%c\x02\x01%c", 0x30, (int)((in.n + 3) >> 8),
			(int)((in.n + 3) & 255), 1 + (int)(size % 2));
		buf_add(&bytes, in.p, in.n);
		e = receive(bytes.s, bytes.len);
		buf_release(&bytes);
	} else {
		e = receive(in.p, in.n);
	}
	entry_free(e);
	return 0;
}
