/*
 * glibc 2.33 gave fstat a symbol of its own, which older ones lack: what is built here with it would not load there.
 * The kernel's struct stat is glibc's on x86-64.
 */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int fstat(int fd, struct stat *status)
{
	return syscall(SYS_fstat, fd, status);
}
