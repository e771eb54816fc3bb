/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Sockets, as far as bpftop reads them. */
#pragma once

#include "read.h"

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_MPTCP 262
#define MSG_PEEK 2
#define MSG_ERRQUEUE 0x2000

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		u32 u6_addr32[4];
	} in6_u;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport; /* network order */
	u16 skc_num; /* host order; 0 once the socket is unhashed */
	u16 skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	possible_net_t skc_net;
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

/* A connection that has not been accepted yet; its sock_common has the ends as a socket's has. */
struct request_sock {
	struct sock_common __req_common;
};

struct sk_buff {
	char cb[48];
};

struct tcp_skb_cb {
	u16 tcp_gso_segs;
};

#pragma clang attribute pop

/* One end's view of a connection. Addresses in network order; an IPv4 address is the first word. */
struct connection {
	u16 family;
	u16 local_port; /* host order */
	u16 remote_port; /* host order */
	u16 pad;
	u32 netns; /* inode of the network namespace: containers have the same addresses */
	u32 local[4];
	u32 remote[4];
};

/* Of the sock_common that a socket or a request begins with. */
static __always_inline struct connection connection_of(struct sock_common *ends, const bool btf)
{
	struct connection connection = { .family = FIELD(btf, ends, skc_family) };
	struct net *net;

	connection.remote_port = __builtin_bswap16(FIELD(btf, ends, skc_dport));
	connection.local_port = FIELD(btf, ends, skc_num);
	if (!connection.local_port)
		connection.local_port = __builtin_bswap16(BPF_CORE_READ((struct inet_sock *)ends, inet_sport));
	if (bpf_core_field_exists(ends->skc_net.net)) {
		net = FIELD(btf, ends, skc_net.net);
		connection.netns = FIELD(btf, net, ns.inum);
	}
	if (connection.family == AF_INET6) {
#pragma unroll
		for (int i = 0; i < 4; i++) {
			connection.local[i] = FIELD(btf, ends, skc_v6_rcv_saddr.in6_u.u6_addr32[i]);
			connection.remote[i] = FIELD(btf, ends, skc_v6_daddr.in6_u.u6_addr32[i]);
		}
	} else {
		connection.local[0] = FIELD(btf, ends, skc_rcv_saddr);
		connection.remote[0] = FIELD(btf, ends, skc_daddr);
	}
	return connection;
}

/* An MPTCP socket has the ends of its first path; its paths are TCP sockets of the kernel's own. */
static __always_inline bool is_tcp(struct sock *sk, const bool btf)
{
	u16 protocol = FIELD(btf, sk, sk_protocol);

	return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
}

/* TCP segments that a packet on a send queue will become. */
static __always_inline u16 tcp_segments(struct sk_buff *skb)
{
	struct tcp_skb_cb *tcp = (void *)skb + bpf_core_field_offset(struct sk_buff, cb);

	return BPF_CORE_READ(tcp, tcp_gso_segs);
}
