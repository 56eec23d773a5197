// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The classic assignment: one message of 8 fields, sent in three ways over loopback. Compiles as it is; parts 2 and 3 are
// yours. cc -O2 -o servers servers.c, then ./servers a1|a2|a3 [MESSAGES [BYTES A FIELD]].
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIELDS = 8 };

static void die(const char* what) {
    perror(what);
    exit(1);
}

static void send_all(int fd, const char* data, size_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, data, size, 0);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            die("send");
        data += sent;
        size -= (size_t)sent;
    }
}

// Part 1, given: a send() for each field.
static void send_a1(int fd, char* field[FIELDS], size_t size) {
    for (int i = 0; i < FIELDS; ++i)
        send_all(fd, field[i], size);
}

// Part 2: one sendmsg() for all fields. It may take less than you gave it: go on with what is left.
static void send_a2(int fd, char* field[FIELDS], size_t size) {
    send_a1(fd, field, size); // yours instead
}

// Part 3: the same with MSG_ZEROCOPY (setsockopt(SO_ZEROCOPY) comes first). The fields may be written to again only when the
// kernel has said that it is done with them: read the completions from the error queue (recvmsg with MSG_ERRQUEUE), each a
// range of sends (ee_info to ee_data), and look at ee_code.
static void send_a3(int fd, char* field[FIELDS], size_t size) {
    send_a1(fd, field, size); // yours instead
}

static void receive_everything(int fd) {
    static char buffer[1 << 16];
    while (recv(fd, buffer, sizeof buffer, 0) > 0)
        ;
}

int main(int count, char** argument) {
    const char* way = count > 1 ? argument[1] : "a1";
    const long messages = count > 2 ? atol(argument[2]) : 2000;
    const size_t size = count > 3 ? (size_t)atol(argument[3]) : 4096;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr*)&address, length) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr*)&address, &length))
        die("listen");

    const pid_t receiver = fork();
    if (receiver < 0)
        die("fork");
    if (receiver == 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr*)&address, length))
            die("connect");
        receive_everything(fd);
        return 0;
    }

    int fd = accept(listener, NULL, NULL);
    int one = 1;
    if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one))
        die("accept");
    if (strcmp(way, "a3") == 0 && setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof one))
        die("SO_ZEROCOPY");
    char* field[FIELDS];
    for (int i = 0; i < FIELDS; ++i)
        if (!(field[i] = malloc(size)))
            die("malloc");
    for (long message = 0; message < messages; ++message) {
        for (int i = 0; i < FIELDS; ++i)
            memset(field[i], (int)message, size);
        if (strcmp(way, "a1") == 0)
            send_a1(fd, field, size);
        else if (strcmp(way, "a2") == 0)
            send_a2(fd, field, size);
        else
            send_a3(fd, field, size);
    }
    close(fd);
    waitpid(receiver, NULL, 0);
    return 0;
}
