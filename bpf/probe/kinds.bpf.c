// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * kinds: one program of each kind of hook, to see whether the kernel takes it: loaded, attached and closed at once.
 *
 * Feeds:  bpftop doctor.
 * Hooks:  the renaming of a task, which is rare; a function that runs when the machine restarts. None does anything.
 * Needs:  nothing: what the kernel refuses is the answer.
 */
#include "bpftop.h"

SEC("tp_btf/task_rename")
int try_tp_btf(void *ctx) { return 0; }

SEC("raw_tp/task_rename")
int try_raw_tp(void *ctx) { return 0; }

SEC("tracepoint/task/task_rename")
int try_tracepoint(void *ctx) { return 0; }

SEC("fentry/kernel_restart")
int try_fentry(void *ctx) { return 0; }

SEC("kprobe/kernel_restart")
int try_kprobe(void *ctx) { return 0; }

SEC("perf_event")
int try_perf_event(void *ctx) { return 0; }

SEC("iter/task")
int try_iter(void *ctx) { return 0; }
