// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * softirq: how often soft interrupts run, and for how long.
 *
 * Feeds:  softirqs.
 * Hooks:  softirq_entry, softirq_exit, as tp_btf, else raw_tp, ~100 ns and ~120 ns; else as tracepoints.
 * Needs:  for tp_btf BTF (5.5).
 *
 * A CPU runs one vector at a time; a soft interrupt is not interrupted by another on the same CPU, but by hard
 * interrupts, whose time is part of what is measured. With PREEMPT_RT also by other threads.
 */
#include "bpftop.h"
#include "hist.h"

#define VECTORS 10

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VECTORS);
	__type(key, u32);
	__type(value, struct hist);
} vectors SEC(".maps");

/* When this CPU entered the vector that it is in; 0 where that was not seen. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, ns_t);
} entered SEC(".maps");

static __always_inline int on_entry(void)
{
	u32 zero = 0;
	ns_t *at = bpf_map_lookup_elem(&entered, &zero);

	if (at)
		*at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int on_exit(u32 vector)
{
	u32 zero = 0;
	ns_t *at = bpf_map_lookup_elem(&entered, &zero);
	struct hist *hist;

	if (!at || !*at)
		return 0; /* it was entered before bpftop came */
	hist = bpf_map_lookup_elem(&vectors, &vector);
	if (hist)
		hist_add_percpu(hist, bpf_ktime_get_ns() - *at);
	else
		count_lost();
	*at = 0;
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(entry_btf, unsigned int vector) { return on_entry(); }

SEC("tp_btf/softirq_exit")
int BPF_PROG(exit_btf, unsigned int vector) { return on_exit(vector); }

SEC("raw_tp/softirq_entry")
int BPF_PROG(entry_raw, unsigned int vector) { return on_entry(); }

SEC("raw_tp/softirq_exit")
int BPF_PROG(exit_raw, unsigned int vector) { return on_exit(vector); }

/* As /sys/kernel/tracing/events/irq/softirq_exit/format has it. */
struct softirq_event {
	u64 common;
	u32 vector;
};

SEC("tracepoint/irq/softirq_entry")
int entry_tp(struct softirq_event *event) { return on_entry(); }

SEC("tracepoint/irq/softirq_exit")
int exit_tp(struct softirq_event *event) { return on_exit(event->vector); }
