/*
 * nodump: what this process holds is nobody else's to read.
 */
#ifndef CORE_SYS_NODUMP_H
#define CORE_SYS_NODUMP_H

/* No core dump of this process, and none of its memory for other processes of the same
 * user: /proc/PID/mem, ptrace(2) (prctl(2), PR_SET_DUMPABLE).  The limit on core dumps is
 * inherited by children, who ask for no password but may be handed what we know.  Once,
 * at the start. */
void nodump_init(void);

#endif
