// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * offcpu: where threads wait, for how long, and who ends it.
 *
 * Feeds:  off-CPU stacks of a process, with the stack of the waker beside each.
 * Hooks:  sched_switch, sched_waking, as tp_btf, else raw_tp. A thread of another process costs one comparison,
 *         ~4 us a wait that is recorded. Loaded while a stack screen is open: the stack map is 16 MB, which an
 *         always-loaded sched object must not hold. That is why these hooks have a program of their own.
 * Needs:  BTF (5.5).
 *
 * A wait begins when a thread leaves its CPU and ends when it runs again, so waiting in the run queue is part of it.
 * One that goes on can be read from where its beginning is kept.
 */
#include "bpftop.h"
#include "compat.bpf.h"
#include "stacks.h"

/* Shorter waits are not recorded: ns. */
const volatile u64 shortest_ns = 1000;

struct waker {
	struct process_key process;
	struct stack_ids ids;
	char comm[16];
};

struct wait {
	struct process_key process;
	char comm[16]; /* the thread's */
	ns_t since;
	struct stack_ids ids;
	struct waker waker;
	u32 preempted; /* pushed off the CPU while it could have gone on */
	u32 uninterruptible; /* waits for a disk, a lock of the kernel's: nothing that may take its time */
	ns_t last_ns; /* as since */
};

struct wait_key {
	struct process_key process;
	u32 tid;
	u32 preempted;
	struct stack_ids ids;
	struct process_key waker;
	struct stack_ids waker_ids;
};

struct wait_totals {
	char comm[16]; /* the thread's */
	char waker_comm[16];
	ns_t wait_ns;
	count_t waits;
	ns_t max_ns;
	ns_t last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, u32);
	__type(value, struct wait);
} waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct wait_key);
	__type(value, struct wait_totals);
} waits SEC(".maps");

static __always_inline bool is_wanted(struct task_struct *task, const bool btf)
{
	u32 pid = FIELD(btf, task, tgid);

	return pid && (!only_pid || pid == only_pid);
}

static __always_inline void begin(void *ctx, struct task_struct *prev, bool preempted, ns_t now, const bool btf)
{
	struct wait wait = { .since = now, .last_ns = now, .ids = current_stacks(ctx), .preempted = preempted };
	u32 tid = FIELD(btf, prev, pid);

	wait.uninterruptible = task_is_uninterruptible(prev, btf);
	wait.process = process_key_of(prev, btf);
	read_name(wait.comm, prev->comm, sizeof(wait.comm), btf);
	if (bpf_map_update_elem(&waiting, &tid, &wait, BPF_ANY))
		count_lost();
}

static __always_inline void end(struct task_struct *next, ns_t now, const bool btf)
{
	u32 tid = FIELD(btf, next, pid);
	struct wait *wait = bpf_map_lookup_elem(&waiting, &tid);
	struct wait_totals fresh = {}, *totals;
	struct wait_key key = { .tid = tid };
	ns_t waited;

	if (!wait)
		return; /* it began before bpftop looked */
	waited = now - wait->since;
	if (waited < shortest_ns)
		goto out;
	key.process = process_key_of(next, btf);
	key.preempted = wait->preempted;
	key.ids = wait->ids;
	key.waker = wait->waker.process;
	key.waker_ids = wait->waker.ids;

	totals = bpf_map_lookup_elem(&waits, &key);
	if (!totals) {
		read_name(fresh.comm, next->comm, sizeof(fresh.comm), btf);
		__builtin_memcpy(fresh.waker_comm, wait->waker.comm, sizeof(fresh.waker_comm));
		bpf_map_update_elem(&waits, &key, &fresh, BPF_NOEXIST);
		totals = bpf_map_lookup_elem(&waits, &key);
	}
	if (!totals) {
		count_lost();
		goto out;
	}
	__sync_fetch_and_add(&totals->wait_ns, waited);
	__sync_fetch_and_add(&totals->waits, 1);
	if (waited > totals->max_ns)
		totals->max_ns = waited;
	totals->last_ns = now;
out:
	bpf_map_delete_elem(&waiting, &tid);
}

static __always_inline int on_switch(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, const bool btf)
{
	ns_t now = bpf_ktime_get_ns();

	/* A thread that has exited leaves for good. */
	if (is_wanted(prev, btf) && !FIELD(btf, prev, exit_state))
		begin(ctx, prev, preempt || task_is_runnable(prev, btf), now, btf);
	if (is_wanted(next, btf))
		end(next, now, btf);
	return 0;
}

/*
 * Runs in the context of the waker, which may be an interrupt that happened to hit some process. sched_wakeup would not
 * do: where the CPUs share no cache it comes later, on the CPU that the thread is to run on.
 */
static __always_inline int on_waking(void *ctx, struct task_struct *task, const bool btf)
{
	u32 tid = FIELD(btf, task, pid);
	struct wait *wait;

	if (!is_wanted(task, btf))
		return 0;
	wait = bpf_map_lookup_elem(&waiting, &tid);
	if (!wait)
		return 0;
	wait->waker.process = process_key_of(current_task(btf), btf);
	/*
	 * Of others than the process itself only the kernel's part: whoever an interrupt has hit has nothing to do with it,
	 * and there are more such stacks than there is room for. Programs without frame pointers have endless ones.
	 */
	wait->waker.ids.kernel = take_stack(ctx, 0);
	wait->waker.ids.user = wait->waker.process.pid == only_pid ? take_stack(ctx, BPF_F_USER_STACK) : -EFAULT;
	bpf_get_current_comm(wait->waker.comm, sizeof(wait->waker.comm));
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switch_btf, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return on_switch(ctx, preempt, prev, next, true);
}

SEC("tp_btf/sched_waking")
int BPF_PROG(waking_btf, struct task_struct *task) { return on_waking(ctx, task, true); }

SEC("raw_tp/sched_switch")
int BPF_PROG(switch_raw, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return on_switch(ctx, preempt, prev, next, false);
}

SEC("raw_tp/sched_waking")
int BPF_PROG(waking_raw, struct task_struct *task) { return on_waking(ctx, task, false); }
