#!/bin/sh
# A veth pair between two network namespaces of its own, NAME-a and NAME-b, and a bulk transfer over it for MS that loses
# packets, since the queue of the link is short. Ends, with all that it made, by itself or when it is told to.
# Usage: incident_lossy_link.sh NAME MS TCP_BULK
set -eu
PATH=$PATH:/usr/sbin:/sbin
a=$1-a b=$1-b ms=$2 bulk=$3
receiver= sender=

clean() {
	trap '' EXIT
	# shellcheck disable=SC2086 # both or none
	[ -z "$receiver$sender" ] || kill $receiver $sender 2>/dev/null || true
	wait
	ip netns del "$a" 2>/dev/null || true
	ip netns del "$b" 2>/dev/null || true
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

ip netns add "$a"
ip netns add "$b"
ip -n "$a" link add lossy type veth peer name lossy netns "$b"
ip -n "$a" addr add 10.99.23.1/24 dev lossy
ip -n "$b" addr add 10.99.23.2/24 dev lossy
ip -n "$a" link set lossy up
ip -n "$b" link set lossy up
tc -n "$a" qdisc add dev lossy root tbf rate 20mbit burst 10kb limit 10kb
ip netns exec "$b" "$bulk" 10.99.23.2 5001 "$ms" 0 receive &
receiver=$!
ip netns exec "$a" "$bulk" 10.99.23.2 5001 "$ms" 0 send &
sender=$!
wait "$sender" || true
