/*
 * Runs a program to its end, then prints its PID and what the kernel's own books say of its whole life, end included:
 * /proc/PID/schedstat, read before it is reaped. Usage: accounted PROGRAM [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[64], text[128];
	siginfo_t ended;
	pid_t child;
	FILE *books;

	if (argc < 2)
		return 2;
	child = fork();
	if (child == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (child < 0 || waitid(P_PID, child, &ended, WEXITED | WNOWAIT))
		return 1;
	snprintf(path, sizeof(path), "/proc/%d/schedstat", child);
	/* time on CPU (ns), time waiting for one (ns), times put on one */
	books = fopen(path, "r");
	if (!books || !fgets(text, sizeof(text), books))
		return 1;
	printf("%d %s", child, text);
	return ended.si_code == CLD_EXITED ? ended.si_status : 1;
}
