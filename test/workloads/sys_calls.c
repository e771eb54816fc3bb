/*
 * Known system calls, between SIGUSR1 and SIGUSR2. Usage: sys_calls [exec]
 * 1000 getppid; 23 openat that find nothing, 2 below a file; 10 nanosleep of 5 ms; 7 getpriority that seccomp refuses;
 * on x86, 4 getppid by the numbers of 32-bit programs, where the kernel takes them.
 * One thread is blocked in a read from the beginning, one from SIGUSR1 on.
 * With exec, SIGUSR1 lets a thread replace the program by one that calls getppid 5 times instead.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *program;

static void await(int signal)
{
	sigset_t set;
	int got;

	sigemptyset(&set);
	sigaddset(&set, signal);
	while (sigwait(&set, &got))
		;
}

static void *read_nothing(void *unused)
{
	char byte;
	int ends[2];

	if (!pipe(ends))
		while (read(ends[0], &byte, 1) < 0)
			;
	return unused;
}

static void *replace(void *unused)
{
	execl(program, program, "replaced", NULL);
	_exit(1);
	return unused;
}

static void call_as_32_bit(void)
{
#ifdef __x86_64__
	int status;

	/* Not every kernel takes them; whether this one does is for a child to find out. */
	for (int i = 0, child = fork(); i < (child ? 4 : 1); i++) {
		int number = 64; /* getppid in asm/unistd_32.h */

		if (child && i == 0 && (waitpid(child, &status, 0) < 0 || status))
			return;
		asm volatile("int $0x80" : "+a"(number) : : "memory", "r8", "r9", "r10", "r11");
		if (!child)
			_exit(0);
	}
#endif
}

static void refuse_getpriority(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	struct timespec pause = { 0, 5000000 };
	pthread_t thread;
	sigset_t both;

	program = argv[0];
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &both, NULL);

	if (!strcmp(mode, "replaced")) {
		for (int i = 0; i < 5; i++)
			syscall(SYS_getppid);
		await(SIGUSR2);
		return 0;
	}
	pthread_create(&thread, NULL, read_nothing, NULL);
	await(SIGUSR1);
	if (!strcmp(mode, "exec")) {
		pthread_create(&thread, NULL, replace, NULL);
		pthread_join(thread, NULL);
	}
	for (int i = 0; i < 1000; i++)
		syscall(SYS_getppid);
	for (int i = 0; i < 2; i++)
		syscall(SYS_openat, AT_FDCWD, "/dev/null/below", O_RDONLY);
	for (int i = 0; i < 23; i++)
		syscall(SYS_openat, AT_FDCWD, "/no/such/file", O_RDONLY);
	for (int i = 0; i < 10; i++)
		syscall(SYS_nanosleep, &pause, NULL);
	call_as_32_bit();
	refuse_getpriority();
	for (int i = 0; i < 7; i++)
		syscall(SYS_getpriority, 0, 0);
	pthread_create(&thread, NULL, read_nothing, NULL);
	await(SIGUSR2);
	return 0;
}
