/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Requests of io_uring. */
#pragma once

#include "file.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct io_cqe {
	s32 res;
};

struct io_kiocb {
	struct file *file;
	u8 opcode;
	struct io_cqe cqe;
};

#pragma clang attribute pop

/* From <linux/io_uring.h>, where older ones lack the newest. */
#define URING_READV 1
#define URING_WRITEV 2
#define URING_READ_FIXED 4
#define URING_WRITE_FIXED 5
#define URING_READ 22
#define URING_WRITE 23
#define URING_READV_FIXED 60
#define URING_WRITEV_FIXED 61

static __always_inline bool is_uring_read(u8 opcode)
{
	return opcode == URING_READ || opcode == URING_READV || opcode == URING_READ_FIXED || opcode == URING_READV_FIXED;
}

static __always_inline bool is_uring_write(u8 opcode)
{
	return opcode == URING_WRITE || opcode == URING_WRITEV || opcode == URING_WRITE_FIXED || opcode == URING_WRITEV_FIXED;
}
