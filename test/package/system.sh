#!/bin/sh
# system.sh ROOT UPPER SHARED SCRIPT: runs a shell script on a system that is ROOT with whatever is written to it going to
# UPPER, where the next script finds it, and with the folder SHARED at /mnt. Network and trust are the caller's. To be run
# by unshare --mount: all mounts are gone with the process.
set -eu
root=$1 upper=$2 shared=$3 script=$4

mkdir -p "$upper/new" "$upper/work" "$upper/all"
mount -t overlay -o "lowerdir=$root,upperdir=$upper/new,workdir=$upper/work" overlay "$upper/all"
cd "$upper/all"
mount --bind "$shared" mnt
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs run
mkdir -p etc/ssl/certs
for file in etc/resolv.conf etc/ssl/certs/ca-certificates.crt; do
	[ -e "$file" ] || : >"$file"
	[ ! -f "/$file" ] || mount --bind "/$file" "$file"
done
exec env -i HOME=/root LANG=C.UTF-8 TERM=xterm PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	DEBIAN_FRONTEND=noninteractive NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
	chroot . sh -euc "$script"
