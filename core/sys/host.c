#include "core/sys/host.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void add_once(struct strv *out, const char *s)
{
	if (*s && !strv_has_case(out, s))
		strv_add(out, s);
}

static void add_address(struct strv *out, const struct sockaddr *address)
{
	socklen_t n = address->sa_family == AF_INET ? sizeof(struct sockaddr_in)
						    : sizeof(struct sockaddr_in6);
	char host[NI_MAXHOST];

	if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
		return;
	if (getnameinfo(address, n, host, sizeof(host), NULL, 0, NI_NUMERICHOST) != 0)
		return;
	host[strcspn(host, "%")] = '\0'; /* the scope of a link-local address */
	add_once(out, host);
}

void host_own_names(struct strv *out)
{
	char name[256];
	struct ifaddrs *all;

	if (gethostname(name, sizeof(name)) == 0) {
		name[sizeof(name) - 1] = '\0';
		add_once(out, name);
	}
	add_once(out, "localhost");
	if (getifaddrs(&all) != 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		if (i->ifa_addr)
			add_address(out, i->ifa_addr);
	freeifaddrs(all);
}
