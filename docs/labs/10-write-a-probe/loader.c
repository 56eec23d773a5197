// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Loads the BPF programs of a file, attaches them, runs a command, and prints what the map "counts" has then:
// ./loader probe.o COMMAND… Needs root. cc -O2 -o loader loader.c -lbpf
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct totals {
    unsigned long long calls;
    unsigned long long bytes;
};

int main(int count, char** argument) {
    if (count < 3) {
        fprintf(stderr, "usage: loader FILE COMMAND...\n");
        return 2;
    }
    struct bpf_object* object = bpf_object__open_file(argument[1], NULL);
    if (libbpf_get_error(object) || bpf_object__load(object)) {
        fprintf(stderr, "cannot load %s: the verifier's words are above\n", argument[1]);
        return 1;
    }
    struct bpf_program* program;
    bpf_object__for_each_program(program, object) {
        if (libbpf_get_error(bpf_program__attach(program))) { // it stays until this process ends
            fprintf(stderr, "cannot attach %s\n", bpf_program__name(program));
            return 1;
        }
    }
    const pid_t child = fork();
    if (child == 0) {
        execvp(argument[2], argument + 2);
        perror(argument[2]);
        _exit(127);
    }
    int status = 1;
    waitpid(child, &status, 0);
    const int map = bpf_object__find_map_fd_by_name(object, "counts");
    char name[16];
    char* before = NULL;
    struct totals totals;
    printf("\n%-16s %12s %16s\n", "task", "copies", "bytes");
    while (map >= 0 && bpf_map_get_next_key(map, before, name) == 0) {
        before = name;
        if (bpf_map_lookup_elem(map, name, &totals) == 0)
            printf("%-16.16s %12llu %16llu\n", name, totals.calls, totals.bytes);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
