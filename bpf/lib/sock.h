/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Sockets, as far as bpftop reads them. */
#pragma once

#include "read.h"

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define MSG_PEEK 2

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		u32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport; /* network order */
	u16 skc_num; /* host order; 0 once the socket is unhashed */
	u16 skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	u16 sk_protocol;
};

struct inet_sock {
	u16 inet_sport; /* network order; outlives skc_num */
};

struct socket {
	struct sock *sk;
};

#pragma clang attribute pop

/* One end's view of a connection. Addresses in network order; an IPv4 address is the first word. */
struct connection {
	u16 family;
	u16 local_port; /* host order */
	u16 remote_port; /* host order */
	u16 pad;
	u32 local[4];
	u32 remote[4];
};

static __always_inline struct connection connection_of(struct sock *sk, const bool btf)
{
	struct connection connection = { .family = FIELD(btf, sk, __sk_common.skc_family) };
	u16 local_port;

	connection.remote_port = __builtin_bswap16(FIELD(btf, sk, __sk_common.skc_dport));
	connection.local_port = FIELD(btf, sk, __sk_common.skc_num);
	if (!connection.local_port) {
		local_port = BPF_CORE_READ((struct inet_sock *)sk, inet_sport);
		connection.local_port = __builtin_bswap16(local_port);
	}
	if (connection.family == AF_INET6) {
#pragma unroll
		for (int i = 0; i < 4; i++) {
			connection.local[i] = FIELD(btf, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i]);
			connection.remote[i] = FIELD(btf, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr32[i]);
		}
	} else {
		connection.local[0] = FIELD(btf, sk, __sk_common.skc_rcv_saddr);
		connection.remote[0] = FIELD(btf, sk, __sk_common.skc_daddr);
	}
	return connection;
}

static __always_inline bool is_tcp(struct sock *sk, const bool btf)
{
	return FIELD(btf, sk, sk_protocol) == IPPROTO_TCP;
}
