// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * prof: what runs on the CPUs, by sampling stacks.
 *
 * Feeds:  on-CPU stacks of a process and of the machine.
 * Hooks:  perf_event, software cpu-clock, on every CPU at the chosen frequency: ~4 us per sample, so 0.04 % of a CPU
 *         at 99 Hz. Loaded while a stack screen is open.
 * Needs:  BTF (5.5).
 */
#include "bpftop.h"
#include "stacks.h"

struct sample_key {
	struct process_key process;
	u32 tid;
	struct stack_ids ids;
	u32 pad;
};

struct sample_count {
	char comm[16]; /* the thread's */
	count_t samples;
	ns_t last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct sample_key);
	__type(value, struct sample_count);
} samples SEC(".maps");

static __always_inline int on_sample(void *ctx, const bool btf)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct sample_key key = {};
	struct sample_count fresh = {}, *count;

	/* PID 0 is the idle task: interrupts that hit it are work. User space tells them from idleness by the stack. */
	if (only_pid && pid != only_pid)
		return 0;
	key.process = process_key_of(current_task(btf), btf);
	key.tid = (u32)bpf_get_current_pid_tgid();
	key.ids = current_stacks(ctx);

	count = bpf_map_lookup_elem(&samples, &key);
	if (!count) {
		bpf_get_current_comm(fresh.comm, sizeof(fresh.comm));
		bpf_map_update_elem(&samples, &key, &fresh, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&samples, &key);
	}
	if (!count) {
		count_lost();
		return 0;
	}
	__sync_fetch_and_add(&count->samples, 1);
	count->last_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("perf_event")
int sample_btf(void *ctx) { return on_sample(ctx, true); }

SEC("perf_event")
int sample_raw(void *ctx) { return on_sample(ctx, false); }
