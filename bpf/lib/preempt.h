/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Newer kernels (7.x, and for fentry all) let a program be preempted. Whoever then runs on that CPU and comes to the
 * same hook is taken for a recursion: the program does not run, and the event is missed (recursion_misses; counted as
 * lost). At hooks that are passed in a process's own time the programs therefore keep the CPU, where the kernel lets them (6.10).
 */
#pragma once

extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

#define UNPREEMPTED(body)                                                                                              \
	({                                                                                                             \
		int result__;                                                                                          \
		if (bpf_preempt_disable)                                                                               \
			bpf_preempt_disable();                                                                         \
		result__ = (body);                                                                                     \
		if (bpf_preempt_disable)                                                                               \
			bpf_preempt_enable();                                                                          \
		result__;                                                                                              \
	})
