/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What every bpftop object begins with. */
#pragma once

#include "kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "lost.h"
#include "process.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Entities that a top table holds at the least; what does not fit is counted as lost. */
#define MAX_ENTITIES 16384
