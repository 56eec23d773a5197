// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * attach OBJECT: attaches all BPF programs of the object, says "ready", and on SIGINT prints a line with a "|" for each
 * thing that they have seen: the calls of each path of floor.bpf.c, or whether each hook of clock.bpf.c was run.
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
	fprintf(stderr, "attach: cannot %s %s\n", what, which);
	exit(1);
}

/* The value of the only element, that of each CPU after the other if there are several. */
static void *value_of(struct bpf_map *map, size_t values)
{
	uint32_t zero = 0;
	void *value = calloc(values, bpf_map__value_size(map));

	if (!value || bpf_map_lookup_elem(bpf_map__fd(map), &zero, value))
		fail("read", bpf_map__name(map));
	return value;
}

static void print_calls(struct bpf_map *map)
{
	int cpus = libbpf_num_possible_cpus();
	size_t paths = bpf_map__value_size(map) / sizeof(struct figures);
	struct figures *figures;

	if (cpus <= 0)
		fail("count", "CPUs");
	figures = value_of(map, cpus);
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

static void print_runs(struct bpf_map *variables)
{
	size_t hooks = bpf_map__value_size(variables) / sizeof(uint64_t);
	uint64_t *noted_ns = value_of(variables, 1);

	for (size_t hook = 0; hook < hooks; hook++)
		printf("| hook %zu: %s\n", hook, noted_ns[hook] ? "was run" : "never");
	free(noted_ns);
}

int main(int count, char **arguments)
{
	struct bpf_program *program;
	struct bpf_object *object;
	struct bpf_map *figures;
	sigset_t interrupt;
	int caught;

	if (count != 2) {
		fprintf(stderr, "usage: attach OBJECT\n");
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
	figures = bpf_object__find_map_by_name(object, "figures");
	if (figures)
		print_calls(figures);
	else
		print_runs(bpf_object__find_map_by_name(object, ".bss"));
	return 0;
}
