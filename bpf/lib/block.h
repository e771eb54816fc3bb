/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The block layer's structures, and where they differ between kernels. */
#pragma once

#include "read.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct gendisk {
	int major;
	int first_minor;
	char disk_name[32];
};

struct request_queue {
	struct gendisk *disk;
};

struct bio;

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int __data_len;
	struct bio *bio;
	struct bio *biotail;
};

/* Up to 5.16 the disk was the request's. */
struct request___before_5_17 {
	struct gendisk *rq_disk;
};

#pragma clang attribute pop

#define OP_MASK 0xff
/* enum req_op; these numbers have never moved, while the enum's own name has */
#define OP_WRITE_BIT 1
#define OP_FLUSH 2
#define OP_DISCARD 3
/* from here on: commands to the driver (passthrough), which /proc/diskstats leaves out, too */
#define OP_DRIVER 32

static __always_inline u32 request_op(struct request *rq, const bool btf)
{
	return FIELD(btf, rq, cmd_flags) & OP_MASK;
}

/* request.rq_disk became request.q->disk with kernel commit f3fa33acca9f (5.17). */
static __always_inline struct gendisk *request_disk(struct request *rq, const bool btf)
{
	struct request_queue *queue;

	if (bpf_core_field_exists(((struct request___before_5_17 *)0)->rq_disk))
		return FIELD(btf, (struct request___before_5_17 *)rq, rq_disk);
	queue = FIELD(btf, rq, q);
	return FIELD(btf, queue, disk);
}

/* As user space writes it, (major << 20) | minor. 0 where the request has no disk. */
static __always_inline u32 request_dev(struct request *rq, const bool btf)
{
	struct gendisk *disk = request_disk(rq, btf);

	if (!disk)
		return 0;
	return (u32)FIELD(btf, disk, major) << 20 | (u32)FIELD(btf, disk, first_minor);
}
