/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Every difference between kernels that the programs have to know, decided by what the kernel's BTF shows and
 * never by its version: distributions backport.
 */
#pragma once

#include "read.h"

/* task_struct.state became __state with kernel commit 2f064a59a11f (5.14). */
static __always_inline u32 task_state(struct task_struct *task, const bool btf)
{
	if (bpf_core_field_exists(task->__state))
		return FIELD(btf, task, __state);
	return FIELD(btf, (struct task_struct___before_5_14 *)task, state);
}

static __always_inline bool task_is_runnable(struct task_struct *task, const bool btf)
{
	return task_state(task, btf) == 0;
}

#define TASK_UNINTERRUPTIBLE 0x2
#define TASK_NOLOAD 0x400 /* idle kernel threads only look as if */

static __always_inline bool task_is_uninterruptible(struct task_struct *task, const bool btf)
{
	return (task_state(task, btf) & (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) == TASK_UNINTERRUPTIBLE;
}
