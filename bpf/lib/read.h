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
