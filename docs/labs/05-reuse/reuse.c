// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Sends messages with MSG_ZEROCOPY from one buffer that each message is written into anew, and counts at the receiver how many
// bytes are of another message. cc -O2 -o reuse reuse.c, then ./reuse at-once|wait [MESSAGES [BYTES]].
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char* what) {
    perror(what);
    exit(1);
}

// Reads completions until the kernel is done with all `sends`; each tells of a range of them.
static long wait_for_completions(int fd, long done, long sends) {
    while (done < sends) {
        struct pollfd error = {.fd = fd};
        if (poll(&error, 1, 1000) < 0)
            die("poll");
        char control[256];
        struct msghdr message = {.msg_control = control, .msg_controllen = sizeof control};
        if (recvmsg(fd, &message, MSG_ERRQUEUE) < 0) {
            if (errno == EAGAIN)
                continue;
            die("MSG_ERRQUEUE");
        }
        for (struct cmsghdr* one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
            struct sock_extended_err range;
            memcpy(&range, CMSG_DATA(one), sizeof range);
            if (range.ee_origin == SO_EE_ORIGIN_ZEROCOPY)
                done += (long)(range.ee_data - range.ee_info) + 1;
        }
    }
    return done;
}

static void receive_and_count(int fd, long messages, size_t size) {
    unsigned char* data = malloc(size);
    unsigned long wrong = 0;
    unsigned long wrong_messages = 0;
    for (long message = 0; message < messages; ++message) {
        unsigned long before = wrong;
        for (size_t have = 0; have < size;) {
            ssize_t got = recv(fd, data + have, size - have, 0);
            if (got <= 0)
                die("recv");
            have += (size_t)got;
        }
        for (size_t i = 0; i < size; ++i)
            wrong += data[i] != (unsigned char)message;
        wrong_messages += wrong != before;
    }
    printf("%lu of %ld messages corrupted, %lu bytes\n", wrong_messages, messages, wrong);
}

int main(int count, char** argument) {
    const int waits = count > 1 && strcmp(argument[1], "wait") == 0;
    const long messages = count > 2 ? atol(argument[2]) : 200;
    const size_t size = count > 3 ? (size_t)atol(argument[3]) : 512 * 1024;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr*)&address, length) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr*)&address, &length))
        die("listen");
    fflush(stdout);
    const pid_t receiver = fork();
    if (receiver < 0)
        die("fork");
    if (receiver == 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr*)&address, length))
            die("connect");
        receive_and_count(fd, messages, size);
        return 0;
    }
    int fd = accept(listener, NULL, NULL);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof one))
        die("SO_ZEROCOPY");
    unsigned char* buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer == MAP_FAILED)
        die("mmap");
    long sends = 0;
    long done = 0;
    for (long message = 0; message < messages; ++message) {
        memset(buffer, (int)message, size);
        for (size_t have = 0; have < size;) {
            ssize_t sent = send(fd, buffer + have, size - have, MSG_ZEROCOPY);
            if (sent < 0 && errno == ENOBUFS) { // too many completions are unread
                done = wait_for_completions(fd, done, sends);
                continue;
            }
            if (sent < 0)
                die("send");
            have += (size_t)sent;
            ++sends;
        }
        if (waits)
            done = wait_for_completions(fd, done, sends);
    }
    close(fd);
    waitpid(receiver, NULL, 0);
    return 0;
}
