/* Keeps a CPU for RUN_MS, then sleeps SLEEP_MS, TIMES times. Usage: run_sleep RUN_MS SLEEP_MS TIMES */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long long now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	long long run = argc > 1 ? atoll(argv[1]) * 1000000 : 0;
	struct timespec pause = { 0, argc > 2 ? atol(argv[2]) * 1000000 : 0 };
	int times = argc > 3 ? atoi(argv[3]) : 0;

	for (int i = 0; i < times; i++) {
		long long end = now_ns(CLOCK_MONOTONIC) + run;

		while (now_ns(CLOCK_MONOTONIC) < end)
			;
		nanosleep(&pause, NULL);
	}
	printf("%lld\n", now_ns(CLOCK_PROCESS_CPUTIME_ID));
	return 0;
}
