// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The functions that the archive of elfutils 0.192 (Debian 13's libelf.a) calls and leaves out: its own wrappers of
// <search.h> (https://sourceware.org/bugzilla/show_bug.cgi?id=32293). Built in where a program cannot be linked
// without. The tree's lock, behind its root, is not used: libbpf opens an ELF file in one thread.
#include <search.h>

namespace {

struct SearchTree {
    void* root;
};

using Compare = int (*)(const void*, const void*);
using Free = void (*)(void*);

} // namespace

extern "C" {

void eu_search_tree_init(SearchTree* tree) { tree->root = nullptr; }
void eu_search_tree_fini(SearchTree* tree, Free free_node) { tdestroy(tree->root, free_node); }
void* eu_tsearch(const void* key, SearchTree* tree, Compare compare) { return tsearch(key, &tree->root, compare); }
void* eu_tdelete(const void* key, SearchTree* tree, Compare compare) { return tdelete(key, &tree->root, compare); }

} // extern "C"
