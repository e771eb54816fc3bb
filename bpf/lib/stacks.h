/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Stacks by number: the kernel keeps each distinct one once. Included only by objects that are loaded on demand. */
#pragma once

#include "process.h"

#define STACK_FRAMES 127

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16384);
	__uint(key_size, sizeof(u32));
	__uint(value_size, STACK_FRAMES * sizeof(u64));
} stacks SEC(".maps");

/* Chosen by user space: the process whose stacks are taken; 0 for all. */
const volatile u32 only_pid = 0;

/* Numbers in the stack map; negative: an errno (-EFAULT where there is no such stack, -EEXIST where two collided). */
struct stack_ids {
	s32 kernel;
	s32 user;
};

#define EEXIST 17

/* The stacks of whoever runs. `ctx` is the program's own context. */
static __always_inline struct stack_ids current_stacks(void *ctx)
{
	struct stack_ids ids = {
		.kernel = bpf_get_stackid(ctx, &stacks, 0),
		.user = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK),
	};

	if (ids.kernel == -EEXIST || ids.user == -EEXIST)
		count_lost();
	return ids;
}
