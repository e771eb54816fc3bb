/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Open files, their inodes and their names, as far as bpftop reads them. */
#pragma once

#include "read.h"

#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define PROC_SUPER_MAGIC 0x9fa0

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct super_block {
	u32 s_dev;
	unsigned long s_magic;
};

struct inode {
	u16 i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	u32 i_generation;
};

struct qstr {
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
};

struct task_struct___files {
	struct files_struct *files;
	struct fs_struct *fs;
};

#pragma clang attribute pop

/* Gives a type to a pointer that has none, so that its fields are plain loads. Since 6.2; elsewhere a program with it is refused. */
extern void *bpf_rdonly_cast(const void *pointer, u32 btf_id) __ksym __weak;

#define TYPED(cast, type, pointer) ((cast) ? (type *)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type)) : (type *)(pointer))

/* What a descriptor of this task stands for now, without a type; NULL where it is closed. */
static __always_inline struct file *file_of(struct task_struct *task, u32 fd, const bool btf)
{
	struct files_struct *files = FIELD(btf, (struct task_struct___files *)task, files);
	struct fdtable *table;
	struct file *file = 0, **slots;

	if (!files)
		return 0;
	table = FIELD(btf, files, fdt);
	if (fd >= FIELD(btf, table, max_fds))
		return 0;
	slots = FIELD(btf, table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

/* A file's name, from its end to its beginning: `passwd/etc/`. No name holds a slash, so user space can turn it round. */
#define PATH_BYTES 512
#define NAME_BYTES 256
#define PATH_NAMES 48

/* What else there is to know of a path. */
#define PATH_ROOTED 1 /* begins at the root; else only the last names had room, or there is no more than a name */
#define PATH_DELETED 2

/* The last name may begin just before PATH_BYTES, and the verifier wants room for all of it. */
struct path_text {
	char bytes[PATH_BYTES + NAME_BYTES];
};

static __always_inline struct mount *mount_of(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

/*
 * Writes a file's path as the task sees it: from its own root directory, which in a container is the container's.
 * Of the file system itself, where `whole` is set. Returns flags. As the kernel's prepend_path(), but without its locks: a rename meanwhile may give a mixture.
 */
static __always_inline u32 write_path(struct path_text *text, struct file *file, bool whole, struct task_struct *task)
{
	struct fs_struct *fs = BPF_CORE_READ((struct task_struct___files *)task, fs);
	struct dentry *root = 0, *dentry = BPF_CORE_READ(file, f_path.dentry), *parent;
	struct vfsmount *root_mnt = 0, *mnt = BPF_CORE_READ(file, f_path.mnt);
	u32 end = 0, flags = 0;
	struct mount *mount;
	long length;

	if (whole)
		dentry = BPF_CORE_READ(mnt, mnt_root);
	if (fs) {
		root = BPF_CORE_READ(fs, root.dentry);
		root_mnt = BPF_CORE_READ(fs, root.mnt);
	}
	if (!BPF_CORE_READ(dentry, d_hash.pprev) && dentry != BPF_CORE_READ(dentry, d_parent))
		flags |= PATH_DELETED;

	for (int i = 0; i < PATH_NAMES; i++) {
		if (dentry == root && mnt == root_mnt) {
			flags |= PATH_ROOTED;
			break;
		}
		if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
			mount = mount_of(mnt);
			if (BPF_CORE_READ(mount, mnt_parent) == mount) {
				flags |= PATH_ROOTED;
				break;
			}
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = BPF_CORE_READ(mount, mnt_parent);
			mnt = (void *)mount + bpf_core_field_offset(struct mount, mnt);
			continue;
		}
		if (end >= PATH_BYTES)
			break;
		length = bpf_probe_read_kernel_str(&text->bytes[end], NAME_BYTES, BPF_CORE_READ(dentry, d_name.name));
		if (length < 1 || length > NAME_BYTES)
			break;
		if (end + length > PATH_BYTES) {
			text->bytes[end] = 0;
			break;
		}
		end += length;
		text->bytes[end - 1] = '/';
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			break;
		dentry = parent;
	}
	if (end < PATH_BYTES)
		text->bytes[end] = 0;
	return flags;
}
