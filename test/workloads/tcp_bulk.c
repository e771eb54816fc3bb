/*
 * Sends in one direction over one TCP connection for MS, at most KB_PER_S (0: as fast as it goes). The two ends are
 * processes of their own, bulk_send and bulk_receive; with a ROLE there is only that one.
 * Usage: tcp_bulk ADDRESS PORT MS KB_PER_S [send|receive]
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536

static char data[CHUNK];
static struct sockaddr_in address;

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void doze(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

__attribute__((noinline)) long send_in_bulk(int fd, long size)
{
	return send(fd, data, size, MSG_NOSIGNAL);
}

static int sender(long ms, long kb_per_s)
{
	long long began, end = now_ms() + ms;
	long sent = 0, n;
	int fd;

	prctl(PR_SET_NAME, "bulk_send");
	for (;;) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			break;
		close(fd);
		if (now_ms() > end)
			return 1;
		doze(50);
	}
	began = now_ms();
	while (now_ms() < end) {
		if (kb_per_s && sent / 1024 > (now_ms() - began) * kb_per_s / 1000) {
			doze(5);
			continue;
		}
		n = send_in_bulk(fd, kb_per_s && kb_per_s < 2048 ? 4096 : CHUNK);
		if (n < 0)
			return 1;
		sent += n;
	}
	return 0;
}

static int receiver(int listener)
{
	int fd = accept(listener, NULL, NULL);

	prctl(PR_SET_NAME, "bulk_receive");
	while (fd >= 0 && recv(fd, data, sizeof(data), 0) > 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	const char *role = argc > 5 ? argv[5] : "";
	socklen_t size = sizeof(address);
	int listener, one = 1;
	long ms;

	if (argc < 5)
		return 2;
	address.sin_family = AF_INET;
	address.sin_port = htons(atoi(argv[2]));
	if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1)
		return 2;
	ms = atol(argv[3]);
	/* whatever happens to the connection */
	alarm(ms / 1000 + 5);
	if (!strcmp(role, "send"))
		return sender(ms, atol(argv[4]));
	listener = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1))
		return 1;
	getsockname(listener, (struct sockaddr *)&address, &size);
	if (!*role && fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return sender(ms, atol(argv[4]));
	}
	return receiver(listener);
}
