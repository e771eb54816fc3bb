// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * file: reads and writes of files by processes, through system calls, io_uring and libaio.
 *
 * Feeds:  filetop.
 * Hooks:  sys_exit: ~50 ns for any other system call, ~100 for one on a pipe or socket, ~200 for one on a file, as tp_btf
 *         with bpf_rdonly_cast (6.2); 50, 160 and 370 as plain tp_btf; 85, 320 and 640 as raw_tp. The kernel's own slow
 *         path for traced system calls adds ~90. A path is read at a file's first use and then at most once a second.
 *         From 7.x on as an event of perf, which is not preempted.
 *         io_uring_complete (with the request, 5.19).
 * Needs:  BTF (5.5). For libaio bpf_loop (5.17), else global functions (5.6).
 *
 * A call counts when it returns, with the bytes it moved; one that found the end of the file counts with none.
 * sendfile, splice and copy_file_range are a read of one file and a write of the other. Regular files and block
 * devices only: pipes, sockets and terminals are left out early. Functions such as vfs_read would be no better a
 * hook: sys_exit is there on every kernel and has all that is needed.
 */
#include "bpftop.h"
#include "compat.bpf.h"
#include "file.h"
#include "syscall.h"
#include "uring.h"

#include <linux/aio_abi.h>

#define NO_FD -1

/* NULL: for kernels without bpf_loop. */
typedef long (*aio_callback)(u32, void *);

/* As many requests as one call may return there; what is beyond is lost. fio and databases have some hundred at most. */
#define MAX_AIO_EVENTS 1024

/* How old a path may get: files are renamed and deleted while they are in use. */
#define PATH_MAX_AGE_NS 1000000000ULL

/* Inode and generation 0: the files of /proc together. */
struct file_key {
	struct process_key process;
	u32 inode_low; /* in two halves: user space's numbers end at 2^53, overlayfs's inodes don't */
	u32 inode_high;
	u32 dev; /* (major << 20) | minor */
	u32 generation; /* tells a new file from a deleted one that had its inode number */
};

struct file_use {
	char comm[16];
	count_t reads;
	count_t writes;
	bytes_t read_bytes;
	bytes_t write_bytes;
	count_t errors;
	ns_t last_ns;
	ns_t path_ns; /* when the path was read */
	u32 mode;
	u32 path_flags;
	char path[PATH_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct file_key);
	__type(value, struct file_use);
} files SEC(".maps");

/* A file's value is too large for the stack; a new one begins as a copy of this. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct file_use);
} no_use SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct path_text);
} path_room SEC(".maps");

static __noinline int read_path(struct file_use *use, struct file *file, bool whole)
{
	struct path_text *text;
	u32 zero = 0;

	if (!use)
		return 0;
	text = bpf_map_lookup_elem(&path_room, &zero);
	if (!text)
		return 0;
	use->path_flags = write_path(text, file, whole, (struct task_struct *)bpf_get_current_task());
	bpf_probe_read_kernel(use->path, sizeof(use->path), text->bytes);
	return 0;
}

static __always_inline struct file_use *use_of(struct file_key *key, u32 mode, struct task_struct *task, const bool btf)
{
	struct file_use *use = bpf_map_lookup_elem(&files, key);
	u32 zero = 0;

	if (use)
		return use;
	use = bpf_map_lookup_elem(&no_use, &zero);
	if (!use)
		return 0;
	bpf_map_update_elem(&files, key, use, BPF_NOEXIST);
	use = bpf_map_lookup_elem(&files, key);
	if (use) {
		use->mode = mode;
		process_comm_of(use->comm, task, btf);
	}
	return use;
}

/* One read or write that moved `bytes`, or failed with them as a negative error number. */
static __always_inline void count_use(void *pointer, long bytes, bool write, const bool btf, const bool cast)
{
	struct file *file = TYPED(cast, struct file, pointer);
	struct inode *inode = FIELD(cast, file, f_inode);
	u32 mode = FIELD(cast, inode, i_mode);
	struct super_block *filesystem;
	struct task_struct *task;
	struct file_key key = {};
	struct file_use *use;
	u64 number = 0;
	ns_t now;

	if ((mode & S_IFMT) != S_IFREG && (mode & S_IFMT) != S_IFBLK)
		return;
	task = current_task(btf);
	key.process = process_key_of(task, btf);
	filesystem = FIELD(cast, inode, i_sb);
	/* Every process has its own in /proc, and their numbers change: one reader of them all would fill the table. */
	if (FIELD(cast, filesystem, s_magic) != PROC_SUPER_MAGIC) {
		number = FIELD(cast, inode, i_ino);
		key.generation = FIELD(cast, inode, i_generation);
	}
	key.inode_low = number;
	key.inode_high = number >> 32;
	key.dev = FIELD(cast, filesystem, s_dev);
	use = use_of(&key, mode, task, btf);
	if (!use) {
		count_lost();
		return;
	}
	now = bpf_ktime_get_ns();
	if (!use->path_ns || now - use->path_ns > PATH_MAX_AGE_NS) {
		use->path_ns = now;
		read_path(use, pointer, !key.inode_low && !key.inode_high);
	}
	if (bytes < 0) {
		__sync_fetch_and_add(&use->errors, 1);
	} else if (write) {
		__sync_fetch_and_add(&use->writes, 1);
		__sync_fetch_and_add(&use->write_bytes, bytes);
	} else {
		__sync_fetch_and_add(&use->reads, 1);
		__sync_fetch_and_add(&use->read_bytes, bytes);
	}
	use->last_ns = now;
}

static __always_inline void count_descriptor(struct task_struct *task, int fd, long bytes, bool write, const bool btf,
					     const bool cast)
{
	struct file *file = file_of(task, fd, btf);

	if (file)
		count_use(file, bytes, write, btf, cast);
	else if (bytes >= 0)
		count_lost(); /* another thread has closed it since */
}

/* Errors that say nothing of the file: a signal came, it is not time yet, the descriptor is none or the wrong one. */
static __always_inline bool is_no_error_of_file(long error)
{
	return error == -4 || error == -11 || error == -9 || error <= -512;
}

/* One of the finished requests that io_getevents put into the process's memory. */
static __always_inline int on_aio_event(u64 address, const bool btf, const bool cast)
{
	struct io_event event;
	struct iocb request;
	bool write;

	/* Both were in use a moment ago, so both are in memory. */
	if (bpf_probe_read_user(&event, sizeof(event), (void *)address) ||
	    bpf_probe_read_user(&request, sizeof(request), (void *)event.obj)) {
		count_lost();
		return 0;
	}
	write = request.aio_lio_opcode == IOCB_CMD_PWRITE || request.aio_lio_opcode == IOCB_CMD_PWRITEV;
	if (!write && request.aio_lio_opcode != IOCB_CMD_PREAD && request.aio_lio_opcode != IOCB_CMD_PREADV)
		return 0;
	if (!is_no_error_of_file(event.res))
		count_descriptor(current_task(btf), request.aio_fildes, event.res, write, btf, cast);
	return 0;
}

#define EVENT_AT(events, index) (*(u64 *)(events) + (index) * sizeof(struct io_event))

static long on_aio_event_cast(u32 index, void *events) { return on_aio_event(EVENT_AT(events, index), true, true); }
static long on_aio_event_btf(u32 index, void *events) { return on_aio_event(EVENT_AT(events, index), true, false); }
static long on_aio_event_raw(u32 index, void *events) { return on_aio_event(EVENT_AT(events, index), false, false); }

/* Global, so that the verifier reads it once, not once for each turn of the loop. */
__noinline int on_aio_event_in_turn(u64 address) { return on_aio_event(address, false, false); }

static __always_inline void on_aio_events_in_turn(u64 events, long number)
{
	for (int i = 0; i < MAX_AIO_EVENTS && i < number; i++)
		on_aio_event_in_turn(EVENT_AT(&events, i));
	if (number > MAX_AIO_EVENTS)
		count_lost_many(number - MAX_AIO_EVENTS);
}

static __always_inline int on_exit(void *regs, long ret, const bool btf, const bool cast, const aio_callback on_event)
{
	u64 events;
	int from = NO_FD, to = NO_FD;
	struct task_struct *task;

	switch (syscall_number(regs, btf)) {
	case NR_READ:
	case NR_PREAD64:
	case NR_READV:
	case NR_PREADV:
	case NR_PREADV2:
		from = syscall_argument(regs, 0, btf);
		break;
	case NR_WRITE:
	case NR_PWRITE64:
	case NR_WRITEV:
	case NR_PWRITEV:
	case NR_PWRITEV2:
		to = syscall_argument(regs, 0, btf);
		break;
	case NR_SENDFILE:
		to = syscall_argument(regs, 0, btf);
		from = syscall_argument(regs, 1, btf);
		break;
	case NR_SPLICE:
	case NR_COPY_FILE_RANGE:
		from = syscall_argument(regs, 0, btf);
		to = syscall_argument(regs, 2, btf);
		break;
	case NR_IO_GETEVENTS:
	case NR_IO_PGETEVENTS:
		if (ret <= 0 || syscall_is_compat(current_task(btf), btf))
			return 0;
		events = syscall_argument(regs, 3, btf);
		if (on_event)
			bpf_loop(ret, on_event, &events, 0);
		else
			on_aio_events_in_turn(events, ret);
		return 0;
	default:
		return 0;
	}
	if (is_no_error_of_file(ret))
		return 0;
	task = current_task(btf);
	if (syscall_is_compat(task, btf))
		return 0;
	if (from != NO_FD)
		count_descriptor(task, from, ret, false, btf, cast);
	if (to != NO_FD)
		count_descriptor(task, to, ret, true, btf, cast);
	return 0;
}

/* Runs in the process whose ring it is: in its own thread, or in one that the kernel works for it. */
static __always_inline int on_uring_complete(void *pointer, const bool btf, const bool cast)
{
	struct io_kiocb *request;
	struct file *file;
	u8 opcode;
	long ret;

	if (!pointer)
		return 0; /* one of several answers to a request that is no read or write of a file */
	request = TYPED(cast, struct io_kiocb, pointer);
	opcode = FIELD(cast, request, opcode);
	if (!is_uring_read(opcode) && !is_uring_write(opcode))
		return 0;
	file = FIELD(cast, request, file);
	ret = FIELD(cast, request, cqe.res);
	if (file && !is_no_error_of_file(ret))
		count_use(file, ret, is_uring_write(opcode), btf, cast);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_cast, struct pt_regs *regs, long ret) { return on_exit(regs, ret, true, true, on_aio_event_cast); }

SEC("tp_btf/sys_exit")
int BPF_PROG(exit_btf, struct pt_regs *regs, long ret) { return on_exit(regs, ret, true, false, on_aio_event_btf); }

SEC("raw_tp/sys_exit")
int BPF_PROG(exit_raw, struct pt_regs *regs, long ret) { return on_exit(regs, ret, false, false, on_aio_event_raw); }

SEC("raw_tp/sys_exit")
int BPF_PROG(exit_without_loop_raw, struct pt_regs *regs, long ret) { return on_exit(regs, ret, false, false, 0); }

/* As /sys/kernel/tracing/events/raw_syscalls/sys_exit/format has it. For kernels that preempt raw tracepoints. */
struct sys_exit_event {
	u64 common;
	long number;
	long ret;
};

SEC("tracepoint/raw_syscalls/sys_exit")
int exit_tp(struct sys_exit_event *event)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	return on_exit(regs, event->ret, true, true, on_aio_event_cast);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(uring_complete_cast, void *ring, void *request) { return on_uring_complete(request, true, true); }

SEC("tp_btf/io_uring_complete")
int BPF_PROG(uring_complete_btf, void *ring, void *request) { return on_uring_complete(request, true, false); }

SEC("raw_tp/io_uring_complete")
int BPF_PROG(uring_complete_raw, void *ring, void *request) { return on_uring_complete(request, false, false); }

/* As /sys/kernel/tracing/events/io_uring/io_uring_complete/format begins. For the same kernels as exit_tp. */
struct uring_complete_event {
	u64 common;
	void *ring;
	void *request;
};

SEC("tracepoint/io_uring/io_uring_complete")
int uring_complete_tp(struct uring_complete_event *event) { return on_uring_complete(event->request, true, true); }
