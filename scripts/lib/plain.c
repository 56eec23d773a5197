// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The exchange of the variant with one send() a field and nothing else, to compare netio-trace's with (scripts/bench.sh
 * published): Nagle's algorithm on, no counters, no histograms, no tracer.
 *
 * plain server FIELD_SIZE: answers each request of 8 fields on port 8080 with 8 send() calls; never ends.
 * plain client FIELD_SIZE ADDRESS THREADS SECONDS: prints, for each second of each thread, "THREAD SECOND MESSAGES
 * LIMIT". LIMIT is the largest window that the receiver would offer when the second was over, in bytes (TCP_INFO:
 * tcpi_rcv_ssthresh).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FIELDS      8
#define MAX_THREADS 256
#define MAX_SECONDS 3600

struct second {
	unsigned int messages;
	unsigned int window_limit;
};

struct client {
	pthread_t thread;
	struct second *seconds;
};

static size_t field_size;
static struct sockaddr_in address = {.sin_family = AF_INET};
static size_t second_count;
static double begin_s;
static double end_s;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void *memory(size_t bytes)
{
	void *found = calloc(1, bytes);

	if (!found)
		fail("plain: no memory");
	return found;
}

static bool receive_all(int fd, char *into, size_t bytes)
{
	while (bytes > 0) {
		ssize_t received = recv(fd, into, bytes, 0);

		if (received <= 0)
			return false;
		into += received;
		bytes -= received;
	}
	return true;
}

static void *serve(void *argument)
{
	int fd = (int)(intptr_t)argument;
	char *request = memory(FIELDS * field_size);
	char *fields = memory(FIELDS * field_size);
	bool answered = true;

	while (answered && receive_all(fd, request, FIELDS * field_size))
		for (size_t field = 0; answered && field < FIELDS; field++)
			answered =
			    send(fd, fields + field * field_size, field_size, MSG_NOSIGNAL) == (ssize_t)field_size;
	close(fd);
	free(request);
	free(fields);
	return NULL;
}

static void run_server(void)
{
	int listening = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) || listen(listening, MAX_THREADS))
		fail("plain: cannot listen");
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		pthread_t thread;

		if (fd < 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd))
			fail("plain: cannot serve");
		pthread_detach(thread);
	}
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int connected_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("plain: cannot connect");
	return fd;
}

static unsigned int window_limit(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		fail("plain: cannot ask for TCP_INFO");
	return info.tcpi_rcv_ssthresh;
}

static void exchange_message(int fd, char *message)
{
	if (send(fd, message, FIELDS * field_size, MSG_NOSIGNAL) != (ssize_t)(FIELDS * field_size))
		fail("plain: cannot send");
	for (size_t field = 0; field < FIELDS; field++)
		if (!receive_all(fd, message, field_size))
			fail("plain: cannot receive");
}

static void *ask(void *argument)
{
	struct client *client = argument;
	int fd = connected_socket();
	char *message = memory(FIELDS * field_size);

	for (size_t i = 0; i < second_count; i++) {
		struct second *second = &client->seconds[i];
		double until_s = begin_s + (double)(i + 1);

		if (until_s > end_s)
			until_s = end_s;
		while (now_s() < until_s) {
			exchange_message(fd, message);
			second->messages++;
		}
		second->window_limit = window_limit(fd);
	}
	close(fd);
	free(message);
	return NULL;
}

static void run_clients(size_t threads)
{
	static struct client clients[MAX_THREADS];

	for (size_t i = 0; i < threads; i++)
		clients[i].seconds = memory(second_count * sizeof(struct second));
	for (size_t i = 0; i < threads; i++)
		if (pthread_create(&clients[i].thread, NULL, ask, &clients[i]))
			fail("plain: cannot start a thread");
	for (size_t i = 0; i < threads; i++) {
		pthread_join(clients[i].thread, NULL);
		for (size_t j = 0; j < second_count; j++)
			printf("%zu %zu %u %u\n", i, j, clients[i].seconds[j].messages,
			       clients[i].seconds[j].window_limit);
		free(clients[i].seconds);
	}
}

int main(int count, char **arguments)
{
	bool server = count == 3 && strcmp(arguments[1], "server") == 0;
	bool client = count == 6 && strcmp(arguments[1], "client") == 0;
	unsigned long threads = client ? strtoul(arguments[4], NULL, 10) : 1;
	double seconds = client ? strtod(arguments[5], NULL) : 1;

	if (server || client)
		field_size = strtoul(arguments[2], NULL, 10);
	if (field_size == 0 || threads == 0 || threads > MAX_THREADS || !(seconds > 0 && seconds <= MAX_SECONDS)) {
		fprintf(stderr, "usage: plain server FIELD_SIZE\n"
				"       plain client FIELD_SIZE ADDRESS THREADS SECONDS\n");
		return 2;
	}
	address.sin_port = htons(8080);
	if (server) {
		run_server();
		return 0;
	}
	if (inet_pton(AF_INET, arguments[3], &address.sin_addr) != 1) {
		fprintf(stderr, "plain: %s is no IPv4 address\n", arguments[3]);
		return 2;
	}
	begin_s = now_s();
	end_s = begin_s + seconds;
	second_count = (size_t)seconds + ((double)(size_t)seconds < seconds);
	run_clients(threads);
	return 0;
}
