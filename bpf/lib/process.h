/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Who did it. */
#pragma once

#include "read.h"

/* A process, told apart from another that had the same PID before or after it. */
struct process_key {
	u32 pid; /* user space's PID, the kernel's tgid */
	u32 start_ms; /* since boot; wraps after 49 days, which is enough to tell two apart */
};

static __always_inline struct process_key process_key_of(struct task_struct *task, const bool btf)
{
	struct task_struct *leader = FIELD(btf, task, group_leader);
	struct process_key key = {
		.pid = FIELD(btf, task, tgid),
		.start_ms = FIELD(btf, leader, start_boottime) / 1000000,
	};
	return key;
}

/* Whoever runs. The typed pointer came with 5.11; an older kernel refuses the program and gets the raw one. */
static __always_inline struct task_struct *current_task(const bool btf)
{
	return btf ? bpf_get_current_task_btf() : (struct task_struct *)bpf_get_current_task();
}

/* The name of the process, not of the thread that happened to run. */
static __always_inline void process_comm_of(char comm[16], struct task_struct *task, const bool btf)
{
	struct task_struct *leader = FIELD(btf, task, group_leader);

	read_name(comm, leader->comm, 16, btf);
}
