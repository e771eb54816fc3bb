// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * block: requests to disks, by the process that asked for them.
 *
 * Feeds:  biotop, the disk rows of the USE summary.
 * Hooks:  block_io_start (6.5), or else blk_account_io_start, or else block_getrq, in the context of whoever submits;
 *         block_rq_issue; block_rq_complete, in an interrupt. As tp_btf, else raw_tp. On 7.x, which preempts programs at
 *         tracepoints, kprobes on blk_account_io_start and blk_mq_start_request come first.
 * Cost:   ~0.27 + 0.11 + 0.32 us per request, all three hooks as tp_btf; 0.43 + 0.12 + 0.50 as raw_tp.
 * Needs:  BTF (5.5).
 *
 * A request counts when it is finished, with the bytes it moved, as in /proc/diskstats. It queues from its start
 * until the driver gets it, and is served from then on. A request that was under way at the attach has no owner
 * and no times; it counts for its disk alone.
 */
#include "bpftop.h"
#include "block.h"
#include "hist.h"

/* Chosen by user space: the start of a request is seen at block_getrq, which knows only its bio. */
const volatile bool start_by_bio = false;

struct owner {
	struct process_key process;
	ns_t started_at;
	char comm[16];
};

struct request_state {
	struct owner owner;
	ns_t issued_at; /* 0: not yet */
	bytes_t done_bytes; /* of a request that completes in parts */
	count_t errors; /* of those parts */
};

struct disk_totals {
	char name[32]; /* the kernel's: /proc/diskstats has no number for the paths of a multipath NVMe disk */
	count_t reads;
	count_t writes;
	count_t discards;
	count_t flushes;
	bytes_t read_bytes;
	bytes_t write_bytes;
	bytes_t discard_bytes;
	count_t errors;
	count_t unowned;
	ns_t last_ns;
	struct hist queue;
	struct hist service;
};

struct user_key {
	struct process_key process;
	u32 dev;
	u32 pad;
};

struct user_totals {
	char comm[16];
	count_t reads;
	count_t writes;
	count_t discards;
	bytes_t read_bytes;
	bytes_t write_bytes;
	bytes_t discard_bytes;
	count_t errors;
	ns_t queue_ns;
	ns_t latency_ns;
	ns_t max_ns;
	ns_t last_ns;
};

/* Whoever is merged into another request leaves its bio behind: the oldest make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, u64);
	__type(value, struct owner);
} bios SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, u64);
	__type(value, struct request_state);
} requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, struct disk_totals);
} disks SEC(".maps");

/* A disk's totals are too large for the stack; a new disk begins as a copy of this. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct disk_totals);
} no_totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct user_key);
	__type(value, struct user_totals);
} users SEC(".maps");

static __always_inline struct owner current_owner(const bool btf)
{
	struct task_struct *task = current_task(btf);
	struct owner owner = { .started_at = bpf_ktime_get_ns() };

	owner.process = process_key_of(task, btf);
	process_comm_of(owner.comm, task, btf);
	return owner;
}

static __always_inline int on_start(struct request *rq, const bool btf)
{
	struct request_state state = {};
	u64 key = (u64)rq;

	if (request_op(rq, btf) >= OP_DRIVER)
		return 0;
	state.owner = current_owner(btf);
	if (bpf_map_update_elem(&requests, &key, &state, BPF_ANY))
		count_lost();
	return 0;
}

static __always_inline int on_getrq(struct bio *bio, const bool btf)
{
	struct owner owner = current_owner(btf);
	u64 key = (u64)bio;

	if (bpf_map_update_elem(&bios, &key, &owner, BPF_ANY))
		count_lost();
	return 0;
}

/*
 * The request that a bio became; the bio may go as soon as the request is done. What was merged in front of it
 * has taken the first place; it is the last then, unless others were merged behind it as well.
 */
static __always_inline void adopt_bio(struct request *rq, const bool btf)
{
	u64 bio = (u64)FIELD(btf, rq, bio), key = (u64)rq;
	struct owner *owner = bpf_map_lookup_elem(&bios, &bio);
	struct request_state state = {};

	if (!owner) {
		bio = (u64)FIELD(btf, rq, biotail);
		owner = bpf_map_lookup_elem(&bios, &bio);
	}
	if (!owner)
		return;
	state.owner = *owner;
	bpf_map_delete_elem(&bios, &bio);
	if (bpf_map_update_elem(&requests, &key, &state, BPF_ANY))
		count_lost();
}

static __always_inline int on_issue(struct request *rq, const bool btf)
{
	struct request_state *state;
	u64 key = (u64)rq;

	if (start_by_bio)
		adopt_bio(rq, btf);
	state = bpf_map_lookup_elem(&requests, &key);
	if (state && !state->issued_at)
		state->issued_at = bpf_ktime_get_ns();
	return 0;
}

static __always_inline struct disk_totals *disk_of(struct request *rq, u32 dev, const bool btf)
{
	struct disk_totals *disk = bpf_map_lookup_elem(&disks, &dev);
	u32 zero = 0;

	if (disk)
		return disk;
	disk = bpf_map_lookup_elem(&no_totals, &zero);
	if (!disk)
		return 0;
	bpf_map_update_elem(&disks, &dev, disk, BPF_NOEXIST);
	disk = bpf_map_lookup_elem(&disks, &dev);
	if (disk)
		read_name(disk->name, request_disk(rq, btf)->disk_name, sizeof(disk->name), btf);
	return disk;
}

static __always_inline struct user_totals *user_of(struct owner *owner, u32 dev)
{
	struct user_key key = { .process = owner->process, .dev = dev };
	struct user_totals *user = bpf_map_lookup_elem(&users, &key);
	struct user_totals fresh = {};

	if (user)
		return user;
	__builtin_memcpy(fresh.comm, owner->comm, sizeof(fresh.comm));
	bpf_map_update_elem(&users, &key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&users, &key);
}

/* The same sorting as op_stat_group() of the kernel makes for /proc/diskstats. */
#define COUNT_OPERATION(totals, op, bytes)                                                                             \
	do {                                                                                                           \
		if ((op) == OP_DISCARD) {                                                                              \
			__sync_fetch_and_add(&(totals)->discards, 1);                                                  \
			__sync_fetch_and_add(&(totals)->discard_bytes, bytes);                                         \
		} else if ((op)&OP_WRITE_BIT) {                                                                        \
			__sync_fetch_and_add(&(totals)->writes, 1);                                                    \
			__sync_fetch_and_add(&(totals)->write_bytes, bytes);                                           \
		} else {                                                                                               \
			__sync_fetch_and_add(&(totals)->reads, 1);                                                     \
			__sync_fetch_and_add(&(totals)->read_bytes, bytes);                                            \
		}                                                                                                      \
	} while (0)

static __always_inline void finish_owned(struct request_state *state, struct disk_totals *disk, u32 dev, u32 op,
					 bytes_t bytes, bool failed, ns_t now)
{
	/* What the flush machinery finishes by itself never reached the driver: all its time was queueing. */
	ns_t issued_at = state->issued_at ? state->issued_at : now;
	ns_t queued = issued_at - state->owner.started_at, latency = now - state->owner.started_at;
	struct user_totals *user;

	hist_add_shared(&disk->queue, queued);
	hist_add_shared(&disk->service, now - issued_at);

	user = user_of(&state->owner, dev);
	if (!user) {
		count_lost();
		return;
	}
	COUNT_OPERATION(user, op, bytes);
	if (failed)
		__sync_fetch_and_add(&user->errors, 1);
	__sync_fetch_and_add(&user->queue_ns, queued);
	__sync_fetch_and_add(&user->latency_ns, latency);
	if (latency > user->max_ns)
		user->max_ns = latency;
	user->last_ns = now;
}

static __always_inline int on_complete(struct request *rq, int error, u32 nr_bytes, const bool btf)
{
	u32 op = request_op(rq, btf), dev = request_dev(rq, btf);
	struct request_state *state;
	struct disk_totals *disk;
	u64 key = (u64)rq;
	bytes_t bytes = nr_bytes;
	bool failed;
	ns_t now;

	if (op >= OP_DRIVER || !dev)
		return 0;
	state = bpf_map_lookup_elem(&requests, &key);
	if (!state && start_by_bio) {
		/* An empty flush is done by the flush machinery and never issued itself. */
		adopt_bio(rq, btf);
		state = bpf_map_lookup_elem(&requests, &key);
	}
	if (state && nr_bytes < FIELD(btf, rq, __data_len)) {
		state->done_bytes += nr_bytes;
		if (error)
			state->errors++;
		return 0;
	}
	/* The end of a flush sequence, whose data part has been counted; or a part of what began before bpftop. */
	if (!state && op != OP_FLUSH && (!nr_bytes || nr_bytes < FIELD(btf, rq, __data_len)))
		return 0;

	disk = disk_of(rq, dev, btf);
	if (!disk) {
		count_lost();
		return 0;
	}
	now = bpf_ktime_get_ns();
	disk->last_ns = now;
	failed = error || (state && state->errors);
	if (failed)
		__sync_fetch_and_add(&disk->errors, 1);
	if (op == OP_FLUSH) {
		__sync_fetch_and_add(&disk->flushes, 1);
	} else {
		if (state)
			bytes += state->done_bytes;
		COUNT_OPERATION(disk, op, bytes);
		if (state)
			finish_owned(state, disk, dev, op, bytes, failed, now);
		else
			__sync_fetch_and_add(&disk->unowned, 1);
	}
	bpf_map_delete_elem(&requests, &key);
	return 0;
}

/* Since 5.12 (kernel commit 54d4e6ab91eb) block_rq_issue and block_getrq no longer begin with the queue. */

SEC("tp_btf/block_io_start")
int BPF_PROG(start_btf, struct request *rq) { return on_start(rq, true); }

SEC("raw_tp/block_io_start")
int BPF_PROG(start_raw, struct request *rq) { return on_start(rq, false); }

/* For kernels before 6.5 that have not inlined it; some of them know no typed task yet, so they get the raw one. */

SEC("fentry/blk_account_io_start")
int BPF_PROG(start_fentry, struct request *rq) { return on_start(rq, false); }

SEC("kprobe/blk_account_io_start")
int BPF_KPROBE(start_kprobe, struct request *rq) { return on_start(rq, false); }

SEC("tp_btf/block_getrq")
int BPF_PROG(getrq_btf, struct bio *bio) { return on_getrq(bio, true); }

SEC("raw_tp/block_getrq")
int BPF_PROG(getrq_raw, struct bio *bio) { return on_getrq(bio, false); }

SEC("raw_tp/block_getrq")
int BPF_PROG(getrq_queue_raw, void *queue, struct bio *bio) { return on_getrq(bio, false); }

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issue_btf, struct request *rq) { return on_issue(rq, true); }

SEC("raw_tp/block_rq_issue")
int BPF_PROG(issue_raw, struct request *rq) { return on_issue(rq, false); }

/* Where block_rq_issue is. For kernels that preempt programs at tracepoints. */
SEC("kprobe/blk_mq_start_request")
int BPF_KPROBE(issue_kprobe, struct request *rq) { return on_issue(rq, false); }

SEC("raw_tp/block_rq_issue")
int BPF_PROG(issue_queue_raw, void *queue, struct request *rq) { return on_issue(rq, false); }

SEC("tp_btf/block_rq_complete")
int BPF_PROG(complete_btf, struct request *rq, int error, unsigned int nr_bytes)
{
	return on_complete(rq, error, nr_bytes, true);
}

SEC("raw_tp/block_rq_complete")
int BPF_PROG(complete_raw, struct request *rq, int error, unsigned int nr_bytes)
{
	return on_complete(rq, error, nr_bytes, false);
}
