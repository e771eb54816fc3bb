/* Burns one CPU for MS of wall time, then prints /proc/self/schedstat. Usage: spin CPU MS */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char text[128];
	struct timespec t;
	cpu_set_t cpus;
	long long end;
	int fd, n;

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

	/* Nothing takes the CPU from it between its reading and its end. */
	if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 50}))
		return 1;
	/* time on CPU (ns), time waiting for one (ns), times put on one */
	fd = open("/proc/self/schedstat", O_RDONLY);
	n = read(fd, text, sizeof(text));
	return write(1, text, n) == n ? 0 : 1;
}
