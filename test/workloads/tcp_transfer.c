/*
 * One TCP connection over loopback: the child connects and sends CALLS times BYTES / CALLS bytes (the last call
 * the rest), then half as much comes back. Prints the child's PID and both ports. Usage: tcp_transfer 4|6 BYTES CALLS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void send_all(int fd, long bytes, long calls)
{
	char *data = calloc(1, bytes);

	for (long i = 0; i < calls; i++) {
		long size = i + 1 < calls ? bytes / calls : bytes - bytes / calls * (calls - 1);

		check(send(fd, data, size, MSG_NOSIGNAL) == size, "send");
	}
	free(data);
}

/* Peeks before each receive: a peek must not count. */
static void receive_all(int fd, long bytes)
{
	char data[8192];
	long n;

	while (bytes > 0) {
		check(recv(fd, data, 1, MSG_PEEK) == 1, "peek");
		n = recv(fd, data, sizeof(data), 0);
		check(n > 0, "recv");
		bytes -= n;
	}
	check(bytes == 0, "exact bytes");
}

int main(int argc, char **argv)
{
	int six = argc == 4 && argv[1][0] == '6', listener, fd;
	long bytes = argc == 4 ? atol(argv[2]) : 0, calls = argc == 4 ? atol(argv[3]) : 0;
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = six ? (struct sockaddr *)&a6 : (struct sockaddr *)&a4;
	socklen_t size = six ? sizeof(a6) : sizeof(a4);
	pid_t child;
	int status;

	check(bytes > 0 && calls > 0, "usage");
	listener = socket(address->sa_family, SOCK_STREAM, 0);
	check(bind(listener, address, size) == 0 && listen(listener, 1) == 0, "listen");
	getsockname(listener, address, &size);
	child = fork();
	if (child == 0) {
		close(listener);
		fd = socket(address->sa_family, SOCK_STREAM, 0);
		check(connect(fd, address, size) == 0, "connect");
		send_all(fd, bytes, calls);
		receive_all(fd, bytes / 2);
		_exit(0);
	}
	fd = accept(listener, NULL, NULL);
	receive_all(fd, bytes);
	send_all(fd, bytes / 2, 1);
	check(waitpid(child, &status, 0) == child && status == 0, "child");
	printf("%d %d\n", child, ntohs(six ? a6.sin6_port : a4.sin_port));
	return 0;
}
