#!/bin/sh
# The first program of the guest, from its initramfs: makes the host's root its own, read-only below a tmpfs.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$module"; done
share() { mount -t 9p -o "trans=virtio,version=9p2000.L,msize=262144,$3" "$1" "$2"; }
share root /host ro,cache=loose
mount -t tmpfs -o mode=0755 tmpfs /upper
mkdir /upper/data /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/data,workdir=/upper/work overlay /root
for own in proc sys dev; do mount --move /$own /root/$own; done
mount -t tmpfs tmpfs /root/run
mkdir /root/run/out
share out /root/run/out rw
exec switch_root /root /bin/sh /run/out/guest.sh
