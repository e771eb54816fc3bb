/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Nothing is dropped in silence: every event that could not be counted adds one here. */
#pragma once

/* Read by user space from .bss. Rare by design, so a shared counter is cheap enough. */
count_t lost = 0;

static __always_inline void count_lost_many(count_t events)
{
	__sync_fetch_and_add(&lost, events);
}

static __always_inline void count_lost(void)
{
	count_lost_many(1);
}
