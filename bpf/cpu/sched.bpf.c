// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * sched: how long threads wait for a CPU and how long they then keep it.
 *
 * Feeds:  runqlat, cpudist, the CPU row of the USE summary.
 * Hooks:  sched_wakeup, sched_wakeup_new (~150 ns each), sched_switch (~270 ns), as tp_btf; raw_tp costs ~40 % more.
 *         task_rename (rare): a process is first seen at its fork, under its parent's name.
 * Needs:  BTF (5.5). Task storage (5.11) where there is one, else a hash by thread, which forgets threads beyond its size.
 *
 * A thread waits from its wake-up, or from the moment it was pushed off the CPU while still runnable, until it runs.
 * The idle task is neither counted nor timed.
 */
#include "bpftop.h"
#include "compat.bpf.h"
#include "hist.h"

/* Chosen by user space: typed task pointers and kernel 5.11 or later. */
const volatile bool use_task_storage = false;

struct thread_times {
	ns_t queued_at; /* 0: not waiting for a CPU, as far as seen */
	ns_t running_since; /* 0: not running, as far as seen */
};

/* Powers of two of 1,024 ns, so that they meet the edges of the machine-wide histograms: < 1 us, 1-2 us, 2-4 us … */
#define COARSE_SLOTS 32

struct sched_process {
	char comm[16];
	/* Whoever forked it: what is left to tell of a process that lives too shortly to be asked. */
	struct process_key parent;
	char parent_comm[16];
	ns_t cpu_ns;
	count_t switch_ins;
	ns_t runq_wait_ns;
	ns_t runq_max_ns;
	ns_t on_cpu_max_ns;
	ns_t last_ns;
	u32 runq_slots[COARSE_SLOTS];
	u32 on_cpu_slots[COARSE_SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread_times);
} threads_storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, struct thread_times);
} threads_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct hist);
} runq_latency SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct hist);
} on_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct process_key);
	__type(value, struct sched_process);
} processes SEC(".maps");

/* A process's totals are too large for the stack; a new one begins as a copy of this. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sched_process);
} no_process SEC(".maps");

static __always_inline struct thread_times *times_of(struct task_struct *task, const bool btf)
{
	struct thread_times none = {};
	struct thread_times *times;
	u32 tid;

	if (btf && use_task_storage)
		return bpf_task_storage_get(&threads_storage, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	tid = FIELD(btf, task, pid);
	times = bpf_map_lookup_elem(&threads_hash, &tid);
	if (times)
		return times;
	bpf_map_update_elem(&threads_hash, &tid, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&threads_hash, &tid);
}

static __always_inline struct sched_process *process_of(struct task_struct *task, const bool btf)
{
	struct process_key key = process_key_of(task, btf);
	struct sched_process *process = bpf_map_lookup_elem(&processes, &key);
	struct sched_process *fresh;
	struct task_struct *parent;
	u32 zero = 0;

	if (process)
		return process;
	fresh = bpf_map_lookup_elem(&no_process, &zero);
	if (!fresh)
		return 0;
	bpf_map_update_elem(&processes, &key, fresh, BPF_NOEXIST);
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process)
		return 0;
	process_comm_of(process->comm, task, btf);
	parent = FIELD(btf, task, real_parent);
	process->parent = process_key_of(parent, btf);
	process_comm_of(process->parent_comm, parent, btf);
	return process;
}

static __always_inline void count_coarse(u32 *slots, ns_t value)
{
	u64 us = value >> 10, slot = us ? hist_log2(us) + 1 : 0;

	barrier_var(slot);
	if (slot < COARSE_SLOTS)
		__sync_fetch_and_add(&slots[slot], 1);
}

static __always_inline int on_wakeup(struct task_struct *task, const bool btf)
{
	struct thread_times *times = times_of(task, btf);

	if (!times) {
		count_lost();
		return 0;
	}
	/* A thread woken before it got round to sleeping never stopped running. */
	if (!times->running_since)
		times->queued_at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline void leave_cpu(struct task_struct *task, bool runnable, ns_t now, const bool btf)
{
	struct thread_times *times = times_of(task, btf);
	struct sched_process *process;
	struct hist *hist;
	ns_t ran;
	u32 zero = 0;

	if (!times) {
		count_lost();
		return;
	}
	times->queued_at = runnable ? now : 0;
	if (!times->running_since)
		return; /* it was running before bpftop came */
	ran = now - times->running_since;
	times->running_since = 0;

	hist = bpf_map_lookup_elem(&on_cpu, &zero);
	if (hist)
		hist_add_percpu(hist, ran);
	process = process_of(task, btf);
	if (!process) {
		count_lost();
		return;
	}
	__sync_fetch_and_add(&process->cpu_ns, ran);
	count_coarse(process->on_cpu_slots, ran);
	if (ran > process->on_cpu_max_ns)
		process->on_cpu_max_ns = ran;
	process->last_ns = now;
}

static __always_inline void enter_cpu(struct task_struct *task, ns_t now, const bool btf)
{
	struct thread_times *times = times_of(task, btf);
	struct sched_process *process;
	struct hist *hist;
	ns_t waited;
	u32 zero = 0;

	if (!times) {
		count_lost();
		return;
	}
	times->running_since = now;
	if (!times->queued_at)
		return; /* it was queued before bpftop came */
	waited = now - times->queued_at;
	times->queued_at = 0;

	hist = bpf_map_lookup_elem(&runq_latency, &zero);
	if (hist)
		hist_add_percpu(hist, waited);
	process = process_of(task, btf);
	if (!process) {
		count_lost();
		return;
	}
	__sync_fetch_and_add(&process->switch_ins, 1);
	__sync_fetch_and_add(&process->runq_wait_ns, waited);
	count_coarse(process->runq_slots, waited);
	if (waited > process->runq_max_ns)
		process->runq_max_ns = waited;
	process->last_ns = now;
}

static __always_inline int on_switch(bool preempt, struct task_struct *prev, struct task_struct *next, const bool btf)
{
	ns_t now = bpf_ktime_get_ns();

	/* A thread preempted on its way to sleep has a sleeping state but stays on the run queue. */
	if (FIELD(btf, prev, pid))
		leave_cpu(prev, preempt || task_is_runnable(prev, btf), now, btf);
	if (FIELD(btf, next, pid))
		enter_cpu(next, now, btf);
	return 0;
}

static __always_inline int on_rename(struct task_struct *task, const char *comm, const bool btf)
{
	struct process_key key = process_key_of(task, btf);
	struct sched_process *process;

	if (FIELD(btf, task, pid) != (int)key.pid)
		return 0; /* a thread's name is not the process's */
	process = bpf_map_lookup_elem(&processes, &key);
	if (process)
		bpf_probe_read_kernel_str(process->comm, sizeof(process->comm), comm);
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(wakeup_btf, struct task_struct *task) { return on_wakeup(task, true); }

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(wakeup_new_btf, struct task_struct *task) { return on_wakeup(task, true); }

SEC("tp_btf/sched_switch")
int BPF_PROG(switch_btf, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return on_switch(preempt, prev, next, true);
}

SEC("tp_btf/task_rename")
int BPF_PROG(rename_btf, struct task_struct *task, const char *comm) { return on_rename(task, comm, true); }

SEC("raw_tp/sched_wakeup")
int BPF_PROG(wakeup_raw, struct task_struct *task) { return on_wakeup(task, false); }

SEC("raw_tp/sched_wakeup_new")
int BPF_PROG(wakeup_new_raw, struct task_struct *task) { return on_wakeup(task, false); }

SEC("raw_tp/sched_switch")
int BPF_PROG(switch_raw, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return on_switch(preempt, prev, next, false);
}

SEC("raw_tp/task_rename")
int BPF_PROG(rename_raw, struct task_struct *task, const char *comm) { return on_rename(task, comm, false); }
