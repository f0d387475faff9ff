/*
 * thread: work that would block, beside the main thread, which neither waits for it nor can
 * interrupt it: whoever starts it shares with it what the last of both frees.
 */
#ifndef CORE_SYS_THREAD_H
#define CORE_SYS_THREAD_H

/* Runs work(arg) on a detached thread with every signal blocked: signals are the main
 * thread's.  0, or the error number of pthread_create(3): it does not run. */
int thread_start(void *(*work)(void *arg), void *arg);

#endif
