// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * floor OBJECT: attaches all programs of floor.bpf.c, says "ready", and on SIGINT prints what they counted, a line with
 * a "|" for each path.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct figures {
	uint64_t sum_ns;
	uint64_t bytes;
	uint32_t buckets[1024];
};

static void fail(const char *what, const char *which)
{
	fprintf(stderr, "floor: cannot %s %s\n", what, which);
	exit(1);
}

static void print_calls(struct bpf_map *map)
{
	int cpus = libbpf_num_possible_cpus();
	uint32_t zero = 0;
	size_t size = bpf_map__value_size(map); /* for one CPU; a multiple of 8, as the kernel wants it */
	size_t paths = size / sizeof(struct figures);
	struct figures *figures = calloc(cpus > 0 ? cpus : 1, size);

	if (cpus <= 0 || !figures || bpf_map_lookup_elem(bpf_map__fd(map), &zero, figures))
		fail("read", bpf_map__name(map));
	for (size_t path = 0; path < paths; path++) {
		uint64_t calls = 0;

		for (size_t cpu = 0; cpu < (size_t)cpus; cpu++)
			for (size_t bucket = 0; bucket < sizeof(figures->buckets) / sizeof(figures->buckets[0]);
			     bucket++)
				calls += figures[cpu * paths + path].buckets[bucket];
		printf("| path %zu: %llu calls\n", path, (unsigned long long)calls);
	}
	free(figures);
}

int main(int count, char **arguments)
{
	struct bpf_program *program;
	struct bpf_object *object;
	sigset_t interrupt;
	int caught;

	if (count != 2) {
		fprintf(stderr, "usage: floor OBJECT\n");
		return 2;
	}
	/* Blocked before anything is printed, so that it is waited for whenever it comes. */
	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, NULL);
	signal(SIGINT, SIG_DFL);

	object = bpf_object__open(arguments[1]);
	if (!object || bpf_object__load(object))
		fail("load", arguments[1]);
	bpf_object__for_each_program(program, object) if (!bpf_program__attach(program))
	    fail("attach", bpf_program__name(program));
	puts("ready");
	fflush(stdout);
	sigwait(&interrupt, &caught);
	print_calls(bpf_object__find_map_by_name(object, "figures"));
	return 0;
}
