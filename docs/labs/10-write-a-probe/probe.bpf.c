// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Counts the bytes that the kernel copies to user space from sockets' buffers, by the name of the task. One handler is missing.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_name {
    char text[16];
};
struct totals {
    __u64 calls;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, struct task_name);
    __type(value, struct totals);
} counts SEC(".maps");

// Adds to what a task has. Two CPUs may do so at once.
static __always_inline void add(__u64 bytes) {
    struct task_name name = {};
    struct totals none = {};
    bpf_get_current_comm(name.text, sizeof name.text);
    bpf_map_update_elem(&counts, &name, &none, BPF_NOEXIST);
    struct totals* of_task = bpf_map_lookup_elem(&counts, &name);
    if (!of_task)
        return;
    __sync_fetch_and_add(&of_task->calls, 1);
    __sync_fetch_and_add(&of_task->bytes, bytes);
}

// The tracepoint skb:skb_copy_datagram_iovec fires before each copy. Its arguments (include/trace/events/skb.h) are the skb and
// the number of bytes: context->args[0] and context->args[1].
SEC("raw_tp/skb_copy_datagram_iovec")
int copy_out(struct bpf_raw_tracepoint_args* context) {
    (void)context;
    (void)add; // yours instead of these two lines: add the bytes of this copy
    return 0;
}

char LICENSE[] SEC("license") = "GPL";
