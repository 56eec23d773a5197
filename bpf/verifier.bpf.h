/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_VERIFIER_BPF_H
#define NETIO_VERIFIER_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

/*
 * What the verifier must see and the compiler need not leave to be seen. The compiler drops a test whose outcome it
 * knows from elsewhere, makes one test of two, tests a copy of what is then used, and adds to an address before it is
 * tested; the verifier knows of each register only what was tested on the way to its use, and refuses the program. So
 * every index that is no constant, and every address that may be NULL, goes through here. What has been seen:
 *
 * - figures_of(), clang 16, 19 and 22: level_of(), a switch over the path, says that the figure is below
 *   NETIO_FIGURE_COUNT, and a test of that is gone. 6.1 and 6.12: "R3 unbounded memory access, make sure to bounds
 * check any such access".
 * - thread_at(), clang 22: the tests `index != 0` and `index - 1 < NETIO_THREADS` become
 *   `index != 0` and `index <= NETIO_THREADS`. 6.1 does not take the former for `index >= 1`: "math between map_value
 *   pointer and register with unbounded min value is not allowed".
 * - an index of 32 bits, clang 14: its lower half is tested, and the whole register used.
 *
 * barrier_var() ends all that the compiler knows of a variable, and is no instruction. Indexes are whole registers (64
 * bits), because those are what is added to an address: a half would be tested in its own, and be extended afterwards.
 */

/* Ends what the compiler knows of a variable, unless it knows all. */
#define NETIO_FORGET(variable)                                                                                         \
	do {                                                                                                           \
		_Static_assert(sizeof(variable) == sizeof(__u64), "a whole register");                                 \
		if (!__builtin_constant_p(variable))                                                                   \
			barrier_var(variable);                                                                         \
	} while (0)

/* An index modulo `count`, a power of two: for indexes that are below it anyway. */
#define NETIO_MASKED(index, count)                                                                                     \
	({                                                                                                             \
		__u64 masked_ = (index);                                                                               \
		_Static_assert((count) > 0 && ((count) & ((count)-1)) == 0, "a power of two");                         \
		NETIO_FORGET(masked_);                                                                                 \
		((count)-1) & masked_;                                                                                 \
	})

/* Whether an index, which is a variable of 64 bits, is below `count`: where it is, the verifier knows. */
#define NETIO_IS_BELOW(index, count)                                                                                   \
	({                                                                                                             \
		bool below_;                                                                                           \
                                                                                                                       \
		NETIO_FORGET(index);                                                                                   \
		below_ = (index) < (count);                                                                            \
		if (below_)                                                                                            \
			NETIO_FORGET(index);                                                                           \
		below_;                                                                                                \
	})

/* An address that may be NULL, and is looked at before anything is added to it. */
static __always_inline void *checked_address(void *address)
{
	if (!address)
		return NULL;
	barrier_var(address);
	/* So that it is not looked at again. */
	__builtin_assume(address != NULL);
	return address;
}

/* The element of a map at a key; NULL: there is none. */
static __always_inline void *element_of(void *map, const void *key)
{
	return checked_address(bpf_map_lookup_elem(map, key));
}

#endif /* NETIO_VERIFIER_BPF_H */
