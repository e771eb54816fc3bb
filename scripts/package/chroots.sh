#!/bin/sh
# Makes what is missing of the systems that the one file is tested on, and prints the folder they are in.
# bullseye, bookworm, trixie: Debian 11 to 13 as debootstrap's minbase has them. libraries: nothing but the shared
# libraries that Node needs, no shell and no package manager, as a "distroless" container. npm-…: with Debian's npm.
set -eu
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/bpftop/chroots
mkdir -p "$cache"

say() { printf 'bpftop: %s\n' "$*" >&2; }

# apt's own mirror, and through apt: it may reach what no other client does.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' |
	grep -v -- -security | head -n 1)
[ -n "$mirror" ] || { say "apt knows no Debian mirror here (apt-get update first?)"; exit 1; }

# make NAME SUITE MMDEBSTRAP-OPTION...
make() {
	name=$1 suite=$2
	shift 2
	[ ! -d "$cache/$name" ] || return 0
	say "making a $name chroot"
	rm -rf "$cache/$name.new"
	mmdebstrap --quiet --mode=root --format=directory "$@" "$suite" "$cache/$name.new" "$mirror" >"$cache/$name.log" 2>&1 || {
		tail -n 20 "$cache/$name.log" >&2
		say "the $name chroot could not be made"
		exit 1
	}
	mv "$cache/$name.new" "$cache/$name"
}

for suite in bullseye bookworm trixie; do make $suite $suite --variant=minbase; done
for suite in bookworm trixie; do make npm-$suite $suite --variant=minbase --include=npm,ca-certificates; done
make libraries bookworm --variant=extract --include=libc6,libstdc++6,libgcc-s1
printf '%s\n' "$cache"
