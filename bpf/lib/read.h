/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One body serves all flavours of a hook: with `btf` (a constant at each call) the verifier knows the pointer's
 * type and a field is a plain load; without it the field is copied with a checked read, ~40 % dearer per event.
 */
#pragma once

#define FIELD(btf, pointer, field)                                                                                     \
	({                                                                                                             \
		typeof((pointer)->field) value__;                                                                      \
		if (btf)                                                                                               \
			value__ = (pointer)->field;                                                                    \
		else                                                                                                   \
			bpf_core_read(&value__, sizeof(value__), &(pointer)->field);                                   \
		value__;                                                                                               \
	})

/*
 * A name that lies in a structure as `char name[bytes]`. What stands behind its end is left to user space to cut off.
 * A locked-down kernel (confidentiality) has the plain loads alone.
 */
static __always_inline void read_name(char *to, const char *from, const u32 bytes, const bool btf)
{
	if (!btf) {
		bpf_probe_read_kernel_str(to, bytes, from);
		return;
	}
#pragma unroll
	for (u32 word = 0; word < bytes / sizeof(u64); word++)
		((u64 *)to)[word] = ((const u64 *)from)[word];
}
