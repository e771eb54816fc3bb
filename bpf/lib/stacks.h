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

/* The kernel keeps one stack per hash bucket: among 150 stacks in 16,384 buckets two already meet. The second goes here. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 4096);
	__uint(key_size, sizeof(u32));
	__uint(value_size, STACK_FRAMES * sizeof(u64));
} more_stacks SEC(".maps");

/* Tells a number of the second map. */
#define IN_MORE_STACKS (1 << 30)

/* Chosen by user space: the process whose stacks are taken; 0 for all. */
const volatile u32 only_pid = 0;

/* Numbers in the stack map; negative: an errno (-EFAULT where there is no such stack, -EEXIST where two collided). */
struct stack_ids {
	s32 kernel;
	s32 user;
};

#define EFAULT 14

static __always_inline s32 take_stack(void *ctx, u64 flags)
{
	s32 id = bpf_get_stackid(ctx, &stacks, flags);

	if (id >= 0 || id == -EFAULT)
		return id;
	id = bpf_get_stackid(ctx, &more_stacks, flags);
	if (id >= 0)
		return id | IN_MORE_STACKS;
	/* -EFAULT is no loss: there is no such stack. */
	if (id != -EFAULT)
		count_lost();
	return id;
}

/* The stacks of whoever runs. `ctx` is the program's own context. */
static __always_inline struct stack_ids current_stacks(void *ctx)
{
	struct stack_ids ids = {
		.kernel = take_stack(ctx, 0),
		.user = take_stack(ctx, BPF_F_USER_STACK),
	};

	return ids;
}
