/*
 * THREADS threads that queue for one mutex: each holds it for HOLD_MS, asleep, TIMES times. Nothing is busy.
 * Usage: convoy THREADS HOLD_MS TIMES
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long hold_ms, times;

__attribute__((noinline)) void lock_the_ledger(void)
{
	pthread_mutex_lock(&mutex);
	__asm__ volatile("");
}

__attribute__((noinline)) void unlock_the_ledger(void)
{
	pthread_mutex_unlock(&mutex);
	__asm__ volatile("");
}

static void *work(void *unused)
{
	struct timespec pause = { hold_ms / 1000, hold_ms % 1000 * 1000000 };

	for (long i = 0; i < times; i++) {
		lock_the_ledger();
		nanosleep(&pause, NULL);
		unlock_the_ledger();
	}
	return unused;
}

int main(int argc, char **argv)
{
	long threads = argc == 4 ? atol(argv[1]) : 0;
	pthread_t ids[64];

	if (threads < 1 || threads > 64)
		return 2;
	hold_ms = atol(argv[2]);
	times = atol(argv[3]);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, work, NULL))
			return 1;
	for (long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return 0;
}
