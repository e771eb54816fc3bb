/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Log-linear histograms: every power of two in four equal slots. src/sources/hist.ts is the other half. */
#pragma once

#define HIST_SLOTS 160

struct hist {
	count_t slots[HIST_SLOTS];
	u64 sum;
	u64 max;
};

static __always_inline u64 hist_log2(u64 value)
{
	u64 log = 0, shift;

	shift = (value > 0xffffffff) << 5; value >>= shift; log |= shift;
	shift = (value > 0xffff) << 4; value >>= shift; log |= shift;
	shift = (value > 0xff) << 3; value >>= shift; log |= shift;
	shift = (value > 0xf) << 2; value >>= shift; log |= shift;
	shift = (value > 0x3) << 1; value >>= shift; log |= shift;
	return log | (value >> 1);
}

static __always_inline u64 hist_slot(u64 value)
{
	u64 log, slot = value;

	if (value >= 4) {
		log = hist_log2(value);
		slot = (log - 1) * 4 + ((value >> (log - 2)) & 3);
	}
	/* The bound is checked on the very register that indexes: the verifier does not follow clang's shortcuts. */
	barrier_var(slot);
	return slot < HIST_SLOTS ? slot : HIST_SLOTS - 1;
}

/* For a histogram of this CPU alone, where no other can write at the same time. */
static __always_inline void hist_add_percpu(struct hist *hist, u64 value)
{
	hist->slots[hist_slot(value)]++;
	hist->sum += value;
	if (value > hist->max)
		hist->max = value;
}

/* For a histogram that several CPUs may write. The maximum may miss a race between two new maxima. */
static __always_inline void hist_add_shared(struct hist *hist, u64 value)
{
	__sync_fetch_and_add(&hist->slots[hist_slot(value)], 1);
	__sync_fetch_and_add(&hist->sum, value);
	if (value > hist->max)
		hist->max = value;
}
