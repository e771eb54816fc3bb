/* Burns one CPU for MS of wall time. Usage: spin CPU MS */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct timespec t;
	cpu_set_t cpus;
	long long end;

	if (argc != 3)
		return 2;
	CPU_ZERO(&cpus);
	CPU_SET(atoi(argv[1]), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &t);
	end = t.tv_sec * 1000LL + t.tv_nsec / 1000000 + atoll(argv[2]);
	do
		clock_gettime(CLOCK_MONOTONIC, &t);
	while (t.tv_sec * 1000LL + t.tv_nsec / 1000000 < end);
	return 0;
}
