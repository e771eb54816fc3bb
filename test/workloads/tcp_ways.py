"""
One way to move bytes over TCP between two sockets of this process, or three processes at most. Prints what it did as
JSON: bytes sent and received, and what the kernel says was sent again at each end, by local port.
Usage: tcp_ways.py plain|fork|splice-in|splice-out|zerocopy|truncate|error-queue|mptcp|loss|late-connect
"""

import ctypes
import json
import os
import socket
import struct
import sys
import threading
import time

BYTES = 150_001
SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_TIMESTAMPING, SO_ZEROCOPY = 26, 27, 37, 60
MSG_ERRQUEUE, MSG_ZEROCOPY = 0x2000, 0x4000000
TX_SOFTWARE_WITH_PAYLOAD = 0b10010  # SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE
IPPROTO_MPTCP = 262
DATA = bytes(BYTES)


def connected(protocol=0, listening=lambda listener: None, dialling=lambda client: None):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    listening(listener)
    dialling(client)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    listener.close()
    return client, server


def receive_all(sock, flags=0):
    total = 0
    buffer = bytearray(65536)
    while n := sock.recv_into(buffer, 0, flags):
        total += n
    return total


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def send_all(client, data=DATA, flags=0):
    """As socket.sendall, and closes that direction."""

    def work():
        sent = 0
        while sent < len(data):
            sent += client.send(data[sent:], flags)
        client.shutdown(socket.SHUT_WR)

    return in_background(work)


def deafen(sock):
    """Every packet to this socket is dropped, as if it was lost on the way."""
    drop = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF_RET 0
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", 1, ctypes.addressof(drop)))


def hear_again(sock, after):
    def work():
        time.sleep(after)
        sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)

    return in_background(work)


def total_retransmits(sock):
    return struct.unpack_from("I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 100)[0]


def report(sent, received, *ends, **more):
    again = {end.getsockname()[1]: total_retransmits(end) for end in ends}
    namespace = os.stat("/proc/self/ns/net").st_ino
    print(json.dumps({"sent": sent, "received": received, "again": again, "namespace": namespace, **more}))


def plain(flags=0, protocol=0):
    client, server = connected(protocol)
    thread = send_all(client)
    received = receive_all(server, flags)
    thread.join()
    report(BYTES, received)


def fork():
    """Two processes send over one socket, a third receives."""
    client, server = connected()
    child = os.fork()
    if child == 0:
        client.sendall(DATA[:50_000])
        os._exit(0)
    os.waitpid(child, 0)
    grandchild = os.fork()
    if grandchild == 0:
        client.close()
        os._exit(receive_all(server) != BYTES)
    client.sendall(DATA[50_000:])
    client.close()
    assert os.waitpid(grandchild, 0)[1] == 0
    report(BYTES, BYTES, child=child, receiver=grandchild)


def splice_in():
    client, server = connected()
    source, sink = os.pipe()

    def work():
        left = BYTES
        while left:
            os.write(sink, DATA[: min(left, 4096)])
            left -= os.splice(source, client.fileno(), min(left, 4096))
        client.shutdown(socket.SHUT_WR)

    thread = in_background(work)
    received = receive_all(server)
    thread.join()
    report(BYTES, received)


def splice_out():
    client, server = connected()
    source, sink = os.pipe()
    thread = send_all(client)
    received = 0
    while n := os.splice(server.fileno(), sink, 4096):
        received += len(os.read(source, n))
    thread.join()
    report(BYTES, received)


def zerocopy():
    client, server = connected(dialling=lambda client: client.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1))
    thread = send_all(client, flags=MSG_ZEROCOPY)
    received = receive_all(server)
    thread.join()
    report(BYTES, received)


def error_queue():
    """Timestamps of what was sent come back with a copy of it, which is not received data."""
    client, server = connected()
    client.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, TX_SOFTWARE_WITH_PAYLOAD)
    client.sendall(DATA[:1000])
    time.sleep(0.05)
    copied = len(client.recvmsg(65536, 1024, MSG_ERRQUEUE)[0])
    client.close()
    report(1000, receive_all(server), copied=copied)


def finish_with_loss(client, server):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    thread = send_all(client)
    received = receive_all(server)
    thread.join()
    server.sendall(b"done")
    client.recv(4)
    report(BYTES + 4, received + 4, client, server)


def loss():
    """Small segments, so that a packet on the send queue is many of them."""
    client, server = connected(listening=lambda listener: listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000))
    deafen(server)
    hear_again(server, 0.9)
    finish_with_loss(client, server)


def late_connect():
    """The client is deaf at first: its SYN and the answer to it are both sent again, when there is no process to blame."""

    def dialling(client):
        deafen(client)
        hear_again(client, 0.5)

    finish_with_loss(*connected(dialling=dialling))


WAYS = {
    "plain": plain,
    "fork": fork,
    "splice-in": splice_in,
    "splice-out": splice_out,
    "zerocopy": zerocopy,
    "truncate": lambda: plain(flags=socket.MSG_TRUNC),
    "error-queue": error_queue,
    "mptcp": lambda: plain(protocol=IPPROTO_MPTCP),
    "loss": loss,
    "late-connect": late_connect,
}

WAYS[sys.argv[1]]()
