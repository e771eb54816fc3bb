/*
 * Does one system call on a file, TIMES times with SIZE bytes each, and nothing else to it.
 * Usage: file_calls CALL FILE SIZE TIMES [TO] - TO is the other file of sendfile, copy_file_range and the splices.
 * The file is open before "open" goes to stdout; the calls begin when a byte comes in on stdin, or it ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

static long many(const char *folder, size_t size, int times)
{
	char path[4096], data[4096];
	long total = 0;

	for (int i = 0; i < times; i++) {
		snprintf(path, sizeof(path), "%s/%d", folder, i);
		int fd = open(path, O_RDWR | O_CREAT, 0600);

		total += write(fd, data, size);
		close(fd);
	}
	return total;
}

/* lseek as a 32-bit program calls it; its number is that of readv in 64 bits. */
static long lseek32(int fd)
{
	long ret = -ENOSYS;

#if defined(__x86_64__)
	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(19), "b"(fd), "c"(4711), "d"(SEEK_SET) : "memory", "r8", "r9", "r10", "r11");
#endif
	return ret;
}

int main(int argc, char **argv)
{
	const char *call = argv[1];
	size_t size = atol(argv[3]);
	int times = atoi(argv[4]), pipes[2], fd = -1, to = -1;
	char *data = calloc(1, size ? size : 1), go;
	struct iovec two[2] = { { data, size / 2 }, { data + size / 2, size - size / 2 } };
	long total = 0, ret;

	if (argc < 5)
		return 2;
	if (!strcmp(call, "memfd"))
		fd = memfd_create(argv[2], 0);
	else if (!strcmp(call, "tmpfile"))
		fd = open(argv[2], O_TMPFILE | O_RDWR, 0600);
	else if (strcmp(call, "many"))
		fd = open(argv[2], O_RDWR | O_CREAT, 0600);
	if (argc > 5)
		to = open(argv[5], O_RDWR | O_CREAT, 0600);
	if (pipe(pipes) || (fd < 0 && strcmp(call, "many")) || (argc > 5 && to < 0)) {
		perror(argv[2]);
		return 1;
	}
	if (write(1, "open\n", 5) != 5 || read(0, &go, 1) < 0)
		return 1;
	if (!strcmp(call, "many")) {
		printf("%ld\n", many(argv[2], size, times));
		return 0;
	}
	for (int i = 0; i < times; i++) {
		loff_t at = i * size, out = at;

		if (!strcmp(call, "read"))
			ret = read(fd, data, size);
		else if (!strcmp(call, "pread"))
			ret = pread(fd, data, size, at);
		else if (!strcmp(call, "readv"))
			ret = readv(fd, two, 2);
		else if (!strcmp(call, "preadv"))
			ret = preadv(fd, two, 2, at);
		else if (!strcmp(call, "preadv2"))
			ret = preadv2(fd, two, 2, at, RWF_HIPRI);
		else if (!strcmp(call, "write") || !strcmp(call, "memfd") || !strcmp(call, "tmpfile"))
			ret = write(fd, data, size);
		else if (!strcmp(call, "pwrite"))
			ret = pwrite(fd, data, size, at);
		else if (!strcmp(call, "writev"))
			ret = writev(fd, two, 2);
		else if (!strcmp(call, "pwritev"))
			ret = pwritev(fd, two, 2, at);
		else if (!strcmp(call, "pwritev2"))
			ret = pwritev2(fd, two, 2, at, RWF_DSYNC);
		else if (!strcmp(call, "sendfile"))
			ret = sendfile(to, fd, NULL, size);
		else if (!strcmp(call, "copy_file_range"))
			ret = copy_file_range(fd, &at, to, &out, size, 0);
		else if (!strcmp(call, "splice"))
			ret = splice(fd, &at, pipes[1], NULL, size, 0) == (long)size ? splice(pipes[0], NULL, to, &out, size, 0) : -1;
		else if (!strcmp(call, "lseek32"))
			ret = lseek32(fd);
		else
			return 2;
		if (ret < 0) {
			perror(call);
			return 1;
		}
		total += ret;
	}
	printf("%ld\n", total);
	return 0;
}
