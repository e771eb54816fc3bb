/*
 * Reads one file from its beginning to its end, over and over for MS, which the page cache serves; between two
 * rounds it sleeps for PAUSE_US. Usage: reread FILE MS [PAUSE_US]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static char data[65536];

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

__attribute__((noinline)) long read_it_again(int fd)
{
	long total = 0, n;

	while ((n = pread(fd, data, sizeof(data), total)) > 0)
		total += n;
	return total;
}

int main(int argc, char **argv)
{
	int fd = argc > 2 ? open(argv[1], O_RDONLY) : -1;
	long long end = now_ms() + (argc > 2 ? atoll(argv[2]) : 0);
	long pause_us = argc > 3 ? atol(argv[3]) : 0;
	struct timespec pause = { pause_us / 1000000, pause_us % 1000000 * 1000 };

	if (fd < 0)
		return 2;
	while (now_ms() < end) {
		if (read_it_again(fd) == 0)
			return 1;
		if (pause_us)
			nanosleep(&pause, NULL);
	}
	return 0;
}
