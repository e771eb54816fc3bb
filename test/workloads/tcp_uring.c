/*
 * One TCP connection over loopback whose bytes go through io_uring alone, without a library: CALLS sends of BYTES,
 * each received before the next. The kernel's own thread submits them where POLL is 1. Usage: tcp_uring BYTES CALLS POLL
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ring, poll_thread;
static struct io_uring_params params;
static char *queue;
static struct io_uring_sqe *entries;

static void check(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void set_up(void)
{
	size_t bytes;

	params.flags = poll_thread ? IORING_SETUP_SQPOLL : 0;
	ring = syscall(SYS_io_uring_setup, 4, &params);
	check(ring >= 0 && params.features & IORING_FEAT_SINGLE_MMAP, "io_uring_setup");
	/* The queue of results ends behind that of requests; older kernels map no more than there is. */
	bytes = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	if (bytes < params.sq_off.array + params.sq_entries * sizeof(unsigned))
		bytes = params.sq_off.array + params.sq_entries * sizeof(unsigned);
	queue = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	entries = mmap(NULL, 4 * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	check(queue != MAP_FAILED && entries != MAP_FAILED, "mmap");
}

/* One request at a time. Returns its result. */
static int transfer(int operation, int fd, void *data, unsigned size)
{
	unsigned *tail = (unsigned *)(queue + params.sq_off.tail), *array = (unsigned *)(queue + params.sq_off.array);
	unsigned *done = (unsigned *)(queue + params.cq_off.head), *ended = (unsigned *)(queue + params.cq_off.tail);
	struct io_uring_cqe *results = (struct io_uring_cqe *)(queue + params.cq_off.cqes);
	unsigned slot = *tail & 3, flags = IORING_ENTER_GETEVENTS;
	int result;

	memset(&entries[slot], 0, sizeof(*entries));
	entries[slot].opcode = operation;
	entries[slot].fd = fd;
	entries[slot].addr = (unsigned long)data;
	entries[slot].len = size;
	array[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (poll_thread)
		flags |= IORING_ENTER_SQ_WAKEUP;
	while (__atomic_load_n(ended, __ATOMIC_ACQUIRE) == *done)
		check(syscall(SYS_io_uring_enter, ring, 1, 1, flags, NULL, 0) >= 0, "io_uring_enter");
	result = results[*done & (params.cq_entries - 1)].res;
	__atomic_store_n(done, *done + 1, __ATOMIC_RELEASE);
	return result;
}

int main(int argc, char **argv)
{
	int bytes = argc == 4 ? atoi(argv[1]) : 0, calls = argc == 4 ? atoi(argv[2]) : 0;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener, client, server;
	char *data;

	check(bytes > 0 && bytes <= 4096 && calls > 0, "usage");
	poll_thread = atoi(argv[3]);
	data = calloc(1, bytes);
	set_up();
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1) == 0, "listen");
	getsockname(listener, (struct sockaddr *)&address, &size);
	client = socket(AF_INET, SOCK_STREAM, 0);
	check(connect(client, (struct sockaddr *)&address, size) == 0, "connect");
	server = accept(listener, NULL, NULL);
	for (int i = 0; i < calls; i++) {
		check(transfer(IORING_OP_SEND, client, data, bytes) == bytes, "send");
		for (int got = 0; got < bytes;) {
			int n = transfer(IORING_OP_RECV, server, data, bytes - got);

			check(n > 0, "recv");
			got += n;
		}
	}
	return 0;
}
