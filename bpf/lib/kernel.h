/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The few kernel structures bpftop reads, with only the fields it reads. CO-RE finds the real offsets on the
 * running kernel, so nothing here depends on the kernel that the objects were built on.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

/* The registers that a kprobe gets: part of the user-space interface, so the same on every kernel. */
#ifdef __TARGET_ARCH_arm64
/* As in asm/ptrace.h, which a machine of another kind has not. */
struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};
#else
#include <asm/ptrace.h>
#endif

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

/* What a number in a shared structure counts. */
typedef __u64 ns_t;
typedef __u64 bytes_t;
typedef __u64 count_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	int pid;
	int tgid;
	int exit_state; /* not 0: it never runs again */
	char comm[16];
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	/* ns since boot, suspend included */
	u64 start_boottime;
};

/* Up to 5.13 the state was a long of another name. */
struct task_struct___before_5_14 {
	long state;
};

#pragma clang attribute pop
