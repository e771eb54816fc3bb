/* A server that never accepts and CLIENTS that connect to it, for MS. Usage: listen_full CLIENTS MS */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int server;

	if (argc != 3)
		return 2;
	server = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(server, (struct sockaddr *)&address, length) || listen(server, 0) ||
	    getsockname(server, (struct sockaddr *)&address, &length))
		return 1;
	for (int i = 0; i < atoi(argv[1]); i++)
		connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)&address, length);
	usleep(atoi(argv[2]) * 1000);
	return 0;
}
