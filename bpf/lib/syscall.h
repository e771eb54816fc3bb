/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* System calls as the raw sys_enter and sys_exit tracepoints show them: numbers and arguments by architecture. */
#pragma once

#include "read.h"

/* Numbers are part of the user-space interface and never change; written out, so that any machine builds for any. */
#if defined(__TARGET_ARCH_x86)
#define NR_READ 0
#define NR_WRITE 1
#define NR_PREAD64 17
#define NR_PWRITE64 18
#define NR_READV 19
#define NR_WRITEV 20
#define NR_SENDFILE 40
#define NR_IO_GETEVENTS 208
#define NR_SPLICE 275
#define NR_PREADV 295
#define NR_PWRITEV 296
#define NR_COPY_FILE_RANGE 326
#define NR_PREADV2 327
#define NR_PWRITEV2 328
#define NR_IO_PGETEVENTS 333
#else
#define NR_IO_GETEVENTS 4
#define NR_READ 63
#define NR_WRITE 64
#define NR_READV 65
#define NR_WRITEV 66
#define NR_PREAD64 67
#define NR_PWRITE64 68
#define NR_PREADV 69
#define NR_PWRITEV 70
#define NR_SENDFILE 71
#define NR_SPLICE 76
#define NR_COPY_FILE_RANGE 285
#define NR_PREADV2 286
#define NR_PWRITEV2 287
#define NR_IO_PGETEVENTS 292
#endif

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* The kernel's own names of the saved registers, which the user-space header does not have. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs___kernel {
	unsigned long orig_ax;
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long r10;
};
#else
struct pt_regs___kernel {
	u64 regs[31];
	u64 orig_x0;
	int syscallno;
};
#endif

struct thread_info {
	unsigned long flags;
	u32 status;
};

struct task_struct___thread_info {
	struct thread_info thread_info;
};

#pragma clang attribute pop

#define X86_TS_COMPAT 0x2
#define ARM64_TIF_32BIT 22

#if defined(__TARGET_ARCH_x86)

static __always_inline long syscall_number(void *regs, const bool btf)
{
	return FIELD(btf, (struct pt_regs___kernel *)regs, orig_ax);
}

/* Arguments 0 to 3; still there when the call returns. */
static __always_inline u64 syscall_argument(void *regs, const int n, const bool btf)
{
	struct pt_regs___kernel *saved = regs;

	switch (n) {
	case 0:
		return FIELD(btf, saved, di);
	case 1:
		return FIELD(btf, saved, si);
	case 2:
		return FIELD(btf, saved, dx);
	default:
		return FIELD(btf, saved, r10);
	}
}

/* A 32-bit call, whose numbers mean something else. */
static __always_inline bool syscall_is_compat(struct task_struct *task, const bool btf)
{
	return FIELD(btf, (struct task_struct___thread_info *)task, thread_info.status) & X86_TS_COMPAT;
}

#else

static __always_inline long syscall_number(void *regs, const bool btf)
{
	return FIELD(btf, (struct pt_regs___kernel *)regs, syscallno);
}

/* The result overwrites the first argument, of which the kernel keeps a copy. */
static __always_inline u64 syscall_argument(void *regs, const int n, const bool btf)
{
	struct pt_regs___kernel *saved = regs;

	return n == 0 ? FIELD(btf, saved, orig_x0) : FIELD(btf, saved, regs[n]);
}

static __always_inline bool syscall_is_compat(struct task_struct *task, const bool btf)
{
	return FIELD(btf, (struct task_struct___thread_info *)task, thread_info.flags) & (1UL << ARM64_TIF_32BIT);
}

#endif
