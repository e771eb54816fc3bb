// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * sys: the system calls of one process: how often, how long, with which errors, and which it is inside of now.
 *
 * Feeds:  system calls of the process screen.
 * Hooks:  sys_enter, sys_exit, sched_process_exec, as tp_btf, else raw_tp; from 7.x on as events of perf, which are
 *         not preempted. A call of another process costs two
 *         comparisons: ~50 ns for both hooks, and ~90 for the kernel's own slow path for traced system calls, on top of
 *         170 for the cheapest call. A call of the process itself: ~375 ns in all as tp_btf, ~600 as raw_tp.
 *         Loaded while a process is looked at.
 * Needs:  BTF (5.5).
 *
 * A call counts when it returns, if its beginning was seen, too. One that the kernel carries on after a signal shows as
 * restart_syscall from there on. exit and exit_group never return. Calls that seccomp refuses have no beginning:
 * they count with no time.
 */
#include "bpftop.h"
#include "syscall.h"

/* Chosen by user space: the process; 0 for all. */
const volatile u32 only_pid = 0;

#if defined(__TARGET_ARCH_x86)
#define NR_EXIT 60
#define NR_EXIT_GROUP 231
#else
#define NR_EXIT 93
#define NR_EXIT_GROUP 94
#endif
#define NR_COMPAT_EXIT 1
#define NR_COMPAT_EXIT_GROUP_X86 252
#define NR_COMPAT_EXIT_GROUP_ARM 248

/* Results from here up to -1 are errors; from -512 down, they tell the kernel itself to restart the call after a signal. */
#define LOWEST_ERROR -511

/* A call's number; with COMPAT, in the numbering of 32-bit programs. */
#define COMPAT (1U << 31)

/* Stays when the call returns: a thread without one was never seen yet. */
struct thread_call {
	struct process_key process;
	u32 nr;
	u32 inside;
	ns_t entered_ns;
	ns_t last_ns;
};

struct call_key {
	struct process_key process;
	u32 nr;
};

struct call_totals {
	char comm[16];
	count_t calls;
	count_t errors;
	ns_t time_ns;
	ns_t max_ns;
	ns_t last_ns;
};

struct error_key {
	struct process_key process;
	u32 nr;
	u32 error; /* positive */
};

struct error_count {
	count_t count;
	ns_t last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, u32); /* of the thread */
	__type(value, struct thread_call);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct call_key);
	__type(value, struct call_totals);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct error_key);
	__type(value, struct error_count);
} errors SEC(".maps");

static __always_inline bool never_returns(u32 nr)
{
#if defined(__TARGET_ARCH_x86)
	const u32 compat_exit_group = COMPAT | NR_COMPAT_EXIT_GROUP_X86;
#else
	const u32 compat_exit_group = COMPAT | NR_COMPAT_EXIT_GROUP_ARM;
#endif
	return nr == NR_EXIT || nr == NR_EXIT_GROUP || nr == (COMPAT | NR_COMPAT_EXIT) || nr == compat_exit_group;
}

static __always_inline int on_enter(long number, const bool btf)
{
	u64 ids = bpf_get_current_pid_tgid();
	u32 tid = ids;
	struct thread_call fresh = {}, *thread;
	struct task_struct *task;
	ns_t now;
	u32 nr;

	if (only_pid && ids >> 32 != only_pid)
		return 0;
	task = current_task(btf);
	nr = number;
	if (syscall_is_compat(task, btf))
		nr |= COMPAT;
	if (never_returns(nr)) {
		bpf_map_delete_elem(&threads, &tid);
		return 0;
	}
	thread = bpf_map_lookup_elem(&threads, &tid);
	if (!thread) {
		if (bpf_map_update_elem(&threads, &tid, &fresh, BPF_ANY)) {
			count_lost();
			return 0;
		}
		thread = bpf_map_lookup_elem(&threads, &tid);
		if (!thread)
			return 0;
	}
	now = bpf_ktime_get_ns();
	thread->process = process_key_of(task, btf); /* a killed thread's number may be another's now */
	thread->nr = nr;
	thread->entered_ns = now;
	thread->last_ns = now;
	thread->inside = 1;
	return 0;
}

static __always_inline void count_error(struct error_key *key, ns_t now)
{
	struct error_count fresh = {}, *count = bpf_map_lookup_elem(&errors, key);

	if (!count) {
		bpf_map_update_elem(&errors, key, &fresh, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&errors, key);
	}
	if (!count) {
		count_lost();
		return;
	}
	__sync_fetch_and_add(&count->count, 1);
	count->last_ns = now;
}

static __always_inline int on_exit(void *regs, long ret, const bool btf)
{
	u64 ids = bpf_get_current_pid_tgid();
	u32 tid = ids;
	struct call_totals fresh = {}, *totals;
	struct error_key error = {};
	struct call_key key = {};
	struct thread_call *thread;
	struct task_struct *task;
	ns_t now, took = 0;

	if (only_pid && ids >> 32 != only_pid)
		return 0;
	thread = bpf_map_lookup_elem(&threads, &tid);
	if (!thread)
		return 0; /* it began before bpftop looked, or with the thread itself */
	now = bpf_ktime_get_ns();
	task = current_task(btf);
	if (thread->inside) {
		key.nr = thread->nr; /* the registers that rt_sigreturn brings back are another call's */
		took = now - thread->entered_ns;
	} else {
		key.nr = syscall_number(regs, btf);
		if (syscall_is_compat(task, btf))
			key.nr |= COMPAT;
	}
	thread->inside = 0;
	thread->last_ns = now;
	key.process = thread->process;

	totals = bpf_map_lookup_elem(&calls, &key);
	if (!totals) {
		process_comm_of(fresh.comm, task, btf);
		bpf_map_update_elem(&calls, &key, &fresh, BPF_NOEXIST);
		totals = bpf_map_lookup_elem(&calls, &key);
	}
	if (!totals) {
		count_lost();
		return 0;
	}
	__sync_fetch_and_add(&totals->calls, 1);
	__sync_fetch_and_add(&totals->time_ns, took);
	if (took > totals->max_ns)
		totals->max_ns = took;
	totals->last_ns = now;
	if (ret >= 0 || ret < LOWEST_ERROR)
		return 0;
	__sync_fetch_and_add(&totals->errors, 1);
	error.process = key.process;
	error.nr = key.nr;
	error.error = -ret;
	count_error(&error, now);
	return 0;
}

/* A thread that calls exec takes over its process's number, in the middle of the call; the others are gone by then. */
static __always_inline int on_exec(u32 tid, u32 old_tid)
{
	struct thread_call *thread, moved;

	if (old_tid == tid || (only_pid && tid != only_pid))
		return 0;
	thread = bpf_map_lookup_elem(&threads, &old_tid);
	if (!thread)
		return 0;
	moved = *thread;
	if (bpf_map_update_elem(&threads, &tid, &moved, BPF_ANY))
		count_lost();
	bpf_map_delete_elem(&threads, &old_tid);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(enter_btf, struct pt_regs *regs, long number) { return on_enter(number, true); }

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_btf, struct pt_regs *regs, long ret) { return on_exit(regs, ret, true); }

SEC("raw_tp/sys_enter")
int BPF_PROG(enter_raw, struct pt_regs *regs, long number) { return on_enter(number, false); }

SEC("raw_tp/sys_exit")
int BPF_PROG(exit_raw, struct pt_regs *regs, long ret) { return on_exit(regs, ret, false); }

SEC("tp_btf/sched_process_exec")
int BPF_PROG(exec_btf, struct task_struct *task, int old_tid) { return on_exec(task->pid, old_tid); }

SEC("raw_tp/sched_process_exec")
int BPF_PROG(exec_raw, struct task_struct *task, int old_tid) { return on_exec(FIELD(false, task, pid), old_tid); }

/* As the formats in /sys/kernel/tracing/events have it. For kernels that preempt raw tracepoints. */

struct sys_enter_event {
	u64 common;
	long number;
};

struct sys_exit_event {
	u64 common;
	long number;
	long ret;
};

struct exec_event {
	u64 common;
	u32 filename;
	u32 tid;
	u32 old_tid;
};

SEC("tracepoint/raw_syscalls/sys_enter")
int enter_tp(struct sys_enter_event *event) { return on_enter(event->number, true); }

SEC("tracepoint/raw_syscalls/sys_exit")
int exit_tp(struct sys_exit_event *event)
{
	return on_exit((struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf()), event->ret, true);
}

SEC("tracepoint/sched/sched_process_exec")
int exec_tp(struct exec_event *event) { return on_exec(event->tid, event->old_tid); }
