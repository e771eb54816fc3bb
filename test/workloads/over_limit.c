/*
 * Makes a file of MIB and reads it through a mapping, round and round for MS, in `walk_the_pages`: where its cgroup
 * allows less memory than that, every round waits for reclaim and for the disk. Usage: over_limit FILE MIB MS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static char data[1 << 20];

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

__attribute__((noinline)) long walk_the_pages(const volatile char *pages, long size, long long end)
{
	long sum = 0;

	for (long at = 0; at < size && ((at & 0xfffff) || now_ms() < end); at += 4096)
		sum += pages[at];
	return sum;
}

int main(int argc, char **argv)
{
	long mib = argc == 4 ? atol(argv[2]) : 0, sum = 0;
	int fd = mib > 0 && mib <= 1024 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
	long long end = now_ms() + (argc == 4 ? atoll(argv[3]) : 0);
	char *pages;

	if (fd < 0)
		return 2;
	for (long i = 0; i < mib; i++)
		if (write(fd, data, sizeof(data)) != sizeof(data))
			return 1;
	fsync(fd);
	pages = mmap(NULL, mib << 20, PROT_READ, MAP_SHARED, fd, 0);
	if (pages == MAP_FAILED)
		return 1;
	while (now_ms() < end)
		sum += walk_the_pages(pages, mib << 20, end);
	return sum == 23;
}
