#!/bin/sh
# PID 1 of the guest, on the host's root: mounts what a system has, runs run/out/command, says how it ended, stops.
# $release is the kernel's, $root the folder its modules are in; the command runs in $directory.
. /run/out/environment
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=xterm-256color LANG=C.UTF-8
mkdir -p /dev/pts /dev/shm /lib/modules /sys/fs/cgroup
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
# The checkout may lie under the host's /tmp.
mkdir /run/checkout
mount --bind "$directory" /run/checkout
mount -t tmpfs tmpfs /tmp
mkdir -p "$directory"
mount --bind /run/checkout "$directory"
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
mount -t securityfs securityfs /sys/kernel/security
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
# The host's own modules are of no use here.
mount -t tmpfs tmpfs /lib/modules
ln -s "$root/lib/modules/$release" "/lib/modules/$release"
ip link set lo up
# Of loop devices a test wants to find one that is not there yet.
modprobe loop
cd "$directory"
sh /run/out/command </dev/null >/dev/console 2>&1
echo $? >/run/out/status
sync
echo o >/proc/sysrq-trigger
while :; do :; done
