/*
 * A process whose name is full of what a terminal obeys, and that writes to a file of such a name in FOLDER, so that
 * it is seen, for MS. Usage: evil_name FOLDER MS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec pause = { 0, 2000000 };
	char path[4096], data[4096] = { 0 };
	int fd;

	if (argc != 3)
		return 2;
	/* blinking, erase all, a new line, ring: 15 bytes */
	prctl(PR_SET_NAME, "\033[5mEVIL\033[2J\n\a");
	snprintf(path, sizeof(path), "%s/ESC\033[5m\033]0;title\a\nfile", argv[1]);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		return 1;
	for (long i = 0; i < atol(argv[2]) / 2; i++) {
		if (pwrite(fd, data, sizeof(data), 0) != sizeof(data))
			return 1;
		nanosleep(&pause, NULL);
	}
	return 0;
}
