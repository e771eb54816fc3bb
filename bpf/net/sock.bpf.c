// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * sock: bytes that processes send and receive over TCP, by connection; and what had to be sent again.
 *
 * Feeds:  tcptop, the TCP row of the USE summary.
 * Hooks:  sock_send_length, sock_recv_length (6.3) as tp_btf (~120 ns a call), else raw_tp (~400 ns); from 7.x on as
 *         events of perf, which are not preempted.
 *         Before 6.3 the returns of inet_sendmsg, inet_recvmsg, inet6_* and inet_sendpage, which the tracepoints
 *         took the place of: fexit, else kprobe with kretprobe. Unlike tcp_sendmsg and tcp_recvmsg they have one
 *         prototype on all kernels, and see kTLS and MPTCP as well.
 *         tcp_splice_read has no tracepoint: fexit, else kprobe, else it is not seen.
 *         tcp_retransmit_skb, tcp_retransmit_synack (rare).
 * Needs:  BTF, and sk_protocol as a field of 16 bits (5.6).
 *
 * Bytes are the application's, as it handed them over or got them: no headers, no retransmissions, and what was
 * sent need not have arrived yet. Seen: send, write, sendfile, splice into a socket, MSG_ZEROCOPY, MSG_TRUNC, io_uring.
 * MPTCP counts under the ends of its first path.
 */
#include "bpftop.h"
#include "sock.h"

struct user_key {
	struct process_key process;
	struct connection connection;
};

struct user_totals {
	char comm[16];
	bytes_t tx_bytes;
	bytes_t rx_bytes;
	count_t sends;
	count_t receives;
	ns_t last_ns;
};

struct connection_totals {
	count_t retransmits;
	ns_t last_ns;
};

/* A call that has begun: what its return needs to know. */
struct call {
	struct sock *sk;
	u32 flags;
	u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, struct user_key);
	__type(value, struct user_totals);
} users SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, struct connection);
	__type(value, struct connection_totals);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENTITIES);
	__type(key, u64);
	__type(value, struct call);
} calls SEC(".maps");

/* Apart from the others, which most kernels do without. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, struct call);
} splices SEC(".maps");

static __always_inline struct user_totals *user_of(struct sock *sk, const bool btf)
{
	struct task_struct *task = current_task(btf);
	struct user_key key = { .process = process_key_of(task, btf), .connection = connection_of(&sk->__sk_common, btf) };
	struct user_totals *user = bpf_map_lookup_elem(&users, &key);
	struct user_totals fresh = {};

	if (!user) {
		process_comm_of(fresh.comm, task, btf);
		bpf_map_update_elem(&users, &key, &fresh, BPF_NOEXIST);
		user = bpf_map_lookup_elem(&users, &key);
	}
	if (user)
		user->last_ns = bpf_ktime_get_ns();
	else
		count_lost();
	return user;
}

static __always_inline int on_send(struct sock *sk, int bytes, const bool btf)
{
	struct user_totals *user;

	if (bytes <= 0 || !is_tcp(sk, btf))
		return 0;
	user = user_of(sk, btf);
	if (!user)
		return 0;
	__sync_fetch_and_add(&user->tx_bytes, bytes);
	__sync_fetch_and_add(&user->sends, 1);
	return 0;
}

/* A peek leaves the bytes to be received by a later call; the error queue holds copies of what this end has sent. */
static __always_inline int on_receive(struct sock *sk, int bytes, int flags, const bool btf)
{
	struct user_totals *user;

	if (bytes <= 0 || flags & (MSG_PEEK | MSG_ERRQUEUE) || !is_tcp(sk, btf))
		return 0;
	user = user_of(sk, btf);
	if (!user)
		return 0;
	__sync_fetch_and_add(&user->rx_bytes, bytes);
	__sync_fetch_and_add(&user->receives, 1);
	return 0;
}

static __always_inline int on_retransmit(struct sock_common *ends, u16 segments, const bool btf)
{
	struct connection key = connection_of(ends, btf);
	struct connection_totals *connection = bpf_map_lookup_elem(&connections, &key);
	struct connection_totals fresh = {};

	if (!connection) {
		bpf_map_update_elem(&connections, &key, &fresh, BPF_NOEXIST);
		connection = bpf_map_lookup_elem(&connections, &key);
	}
	if (!connection) {
		count_lost();
		return 0;
	}
	__sync_fetch_and_add(&connection->retransmits, segments);
	connection->last_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(send_btf, struct sock *sk, int ret) { return on_send(sk, ret, true); }

SEC("raw_tp/sock_send_length")
int BPF_PROG(send_raw, struct sock *sk, int ret) { return on_send(sk, ret, false); }

SEC("tp_btf/sock_recv_length")
int BPF_PROG(receive_btf, struct sock *sk, int ret, int flags) { return on_receive(sk, ret, flags, true); }

SEC("raw_tp/sock_recv_length")
int BPF_PROG(receive_raw, struct sock *sk, int ret, int flags) { return on_receive(sk, ret, flags, false); }

/* As /sys/kernel/tracing/events/sock/sock_send_length/format has it. */
struct sock_length_event {
	u64 common;
	struct sock *sk;
	u16 family;
	u16 protocol;
	int ret;
	int flags;
};

SEC("tracepoint/sock/sock_send_length")
int send_tp(struct sock_length_event *event) { return on_send(event->sk, event->ret, false); }

SEC("tracepoint/sock/sock_recv_length")
int receive_tp(struct sock_length_event *event) { return on_receive(event->sk, event->ret, event->flags, false); }

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(retransmit_btf, struct sock *sk, struct sk_buff *skb)
{
	return on_retransmit(&sk->__sk_common, tcp_segments(skb), true);
}

SEC("raw_tp/tcp_retransmit_skb")
int BPF_PROG(retransmit_raw, struct sock *sk, struct sk_buff *skb)
{
	return on_retransmit(&sk->__sk_common, tcp_segments(skb), false);
}

/* The listener's answer to a connection that has not come about yet. */
SEC("tp_btf/tcp_retransmit_synack")
int BPF_PROG(synack_btf, struct sock *sk, struct request_sock *request)
{
	return on_retransmit(&request->__req_common, 1, true);
}

SEC("raw_tp/tcp_retransmit_synack")
int BPF_PROG(synack_raw, struct sock *sk, struct request_sock *request)
{
	return on_retransmit(&request->__req_common, 1, false);
}

SEC("fexit/inet_sendmsg")
int BPF_PROG(sendmsg_fexit, struct socket *socket, void *msg, u64 size, int ret) { return on_send(socket->sk, ret, true); }

SEC("fexit/inet6_sendmsg")
int BPF_PROG(sendmsg6_fexit, struct socket *socket, void *msg, u64 size, int ret) { return on_send(socket->sk, ret, true); }

/* For protocols that have no pages of their own, MPTCP among them, it calls inet_sendmsg, which counts. */
SEC("fexit/inet_sendpage")
int BPF_PROG(sendpage_fexit, struct socket *socket, void *page, int offset, u64 size, int flags, s64 ret)
{
	return socket->sk->sk_protocol == IPPROTO_TCP ? on_send(socket->sk, ret, true) : 0;
}

SEC("fexit/inet_recvmsg")
int BPF_PROG(recvmsg_fexit, struct socket *socket, void *msg, u64 size, int flags, int ret)
{
	return on_receive(socket->sk, ret, flags, true);
}

SEC("fexit/inet6_recvmsg")
int BPF_PROG(recvmsg6_fexit, struct socket *socket, void *msg, u64 size, int flags, int ret)
{
	return on_receive(socket->sk, ret, flags, true);
}

SEC("fexit/tcp_splice_read")
int BPF_PROG(splice_fexit, struct socket *socket, void *offset, void *pipe, u64 size, u32 flags, s64 ret)
{
	return on_receive(socket->sk, ret, 0, true);
}

static __always_inline int on_call(void *calls, struct socket *socket, int flags)
{
	struct call call = { .sk = BPF_CORE_READ(socket, sk), .flags = flags };
	u64 thread = bpf_get_current_pid_tgid();

	if (bpf_map_update_elem(calls, &thread, &call, BPF_ANY))
		count_lost();
	return 0;
}

/* Takes the thread's call out; `sk` is NULL where its beginning was not seen. */
static __always_inline struct call returned_call(void *calls)
{
	u64 thread = bpf_get_current_pid_tgid();
	struct call *found = bpf_map_lookup_elem(calls, &thread), call = {};

	if (found) {
		call = *found;
		bpf_map_delete_elem(calls, &thread);
	}
	return call;
}

SEC("kprobe/inet_sendmsg")
int BPF_KPROBE(sendmsg_kprobe, struct socket *socket) { return on_call(&calls, socket, 0); }

SEC("kprobe/inet6_sendmsg")
int BPF_KPROBE(sendmsg6_kprobe, struct socket *socket) { return on_call(&calls, socket, 0); }

SEC("kprobe/inet_sendpage")
int BPF_KPROBE(sendpage_kprobe, struct socket *socket) { return on_call(&calls, socket, 0); }

SEC("kprobe/inet_recvmsg")
int BPF_KPROBE(recvmsg_kprobe, struct socket *socket, void *msg, u64 size, int flags) { return on_call(&calls, socket, flags); }

SEC("kprobe/inet6_recvmsg")
int BPF_KPROBE(recvmsg6_kprobe, struct socket *socket, void *msg, u64 size, int flags) { return on_call(&calls, socket, flags); }

SEC("kprobe/tcp_splice_read")
int BPF_KPROBE(splice_kprobe, struct socket *socket) { return on_call(&splices, socket, 0); }

static __always_inline int on_send_return(int ret)
{
	struct call call = returned_call(&calls);

	return call.sk ? on_send(call.sk, ret, false) : 0;
}

static __always_inline int on_receive_return(void *calls, int ret)
{
	struct call call = returned_call(calls);

	return call.sk ? on_receive(call.sk, ret, call.flags, false) : 0;
}

SEC("kretprobe/inet_sendmsg")
int BPF_KRETPROBE(sendmsg_kretprobe, int ret) { return on_send_return(ret); }

SEC("kretprobe/inet6_sendmsg")
int BPF_KRETPROBE(sendmsg6_kretprobe, int ret) { return on_send_return(ret); }

SEC("kretprobe/inet_sendpage")
int BPF_KRETPROBE(sendpage_kretprobe, int ret) { return on_send_return(ret); }

SEC("kretprobe/inet_recvmsg")
int BPF_KRETPROBE(recvmsg_kretprobe, int ret) { return on_receive_return(&calls, ret); }

SEC("kretprobe/inet6_recvmsg")
int BPF_KRETPROBE(recvmsg6_kretprobe, int ret) { return on_receive_return(&calls, ret); }

SEC("kretprobe/tcp_splice_read")
int BPF_KRETPROBE(splice_kretprobe, int ret) { return on_receive_return(&splices, ret); }
