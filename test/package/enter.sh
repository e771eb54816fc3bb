#!/bin/sh
# enter.sh ROOT UPPER EXECUTABLE "SETTING..." ARGUMENT...: becomes the executable, as /opt/bin/bpftop on a system that is
# ROOT with whatever is written to it going to UPPER. To be run by unshare --mount: all mounts are gone with the process.
# Settings: noexec:DIR an empty file system mounted noexec, readonly the root is, nodev /dev is mounted noexec,
# named:DIR a file system that has no files without a name, user bpftop runs as nobody.
set -eu
root=$1 upper=$2 executable=$3 settings=$4
shift 4

mkdir -p "$upper/new" "$upper/work" "$upper/all"
mount -t overlay -o "lowerdir=$root,upperdir=$upper/new,workdir=$upper/work" overlay "$upper/all"
cd "$upper/all"
mkdir -p proc sys dev tmp run opt/bin
: >opt/bin/bpftop
mount --bind "$executable" opt/bin/bpftop
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs run
for setting in $settings; do
	directory=.${setting#*:}
	case $setting in
	noexec:*) mkdir -p "$directory" && mount -t tmpfs -o noexec tmpfs "$directory" ;;
	named:*)
		mkdir -p "$directory" "$upper/behind"
		bindfs "$upper/behind" "$directory"
		;;
	user) user=--userspec=65534:65534 ;;
	nodev) mount -o remount,bind,noexec dev ;;
	readonly) mount -o remount,bind,ro . ;;
	esac
done
# The environment is the caller's, by env -i.
exec chroot ${user:-} . /opt/bin/bpftop "$@"
