#include "core/sys/thread.h"

#include <pthread.h>
#include <signal.h>

int thread_start(void *(*work)(void *arg), void *arg)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, before;
	int failure;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* the thread inherits it */
	failure = pthread_create(&thread, &attributes, work, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return failure;
}
