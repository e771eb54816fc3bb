# shellcheck shell=sh disable=SC2034
# Makes a fresh Debian machine ready; sourced by start.sh and test.sh from the root of the project.
# Every step does nothing, and quickly, where nothing is missing. What is said goes to stderr.

PATH=$PATH:/usr/sbin:/sbin

# A command or file, and the Debian package that brings it.
BUILD_NEEDS="clang=clang bpftool=bpftool /usr/include/bpf/bpf_helpers.h=libbpf-dev /usr/include/linux/bpf.h=linux-libc-dev"
TEST_NEEDS="gcc=gcc strip=binutils g++=g++ /usr/include/stdlib.h=libc6-dev tmux=tmux fio=fio ip=iproute2 losetup=mount mkfs.ext4=e2fsprogs taskset=util-linux ps=procps python3=python3 zsh=zsh fish=fish man=man-db groff=groff mandoc=mandoc"
VM_NEEDS="qemu-system-x86_64=qemu-system-x86 /bin/busybox=busybox-static modprobe=kmod cpio=cpio xz=xz-utils"
PACKAGE_NEEDS="gcc=gcc /usr/include/stdlib.h=libc6-dev make=make readelf=binutils dpkg-source=dpkg-dev"
DEB_NEEDS="dpkg-shlibdeps=dpkg-dev git=git"
CHROOT_NEEDS="lintian=lintian mmdebstrap=mmdebstrap bindfs=bindfs"

say() { printf 'bpftop: %s\n' "$*" >&2; }

die() {
	say "$@"
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "needs root for: $* (run as root, or install sudo)"
	fi
}

# Sets $node, the Node that npm installs beside the project: the user's own is only needed to run npm.
check_machine() {
	[ "$(uname -s)" = Linux ] || die "runs on Linux only, this is $(uname -s)"
	case $(uname -m) in
	x86_64) arch=x64 ;;
	aarch64) arch=arm64 ;;
	*) die "runs on x86-64 and arm64, not on $(uname -m)" ;;
	esac
	node=$PWD/node_modules/node-linux-$arch/bin/node
	for made in node_modules dist src/sources/gen; do
		[ ! -e "$made" ] || [ -w "$made" ] || die "$PWD/$made belongs to $(stat -c %U "$made"): use sudo, or give it back with chown"
	done
}

# The packages of "thing=package ..." whose thing is missing.
missing_packages() {
	for need in "$@"; do
		case $need in
		/*) [ -e "${need%%=*}" ] || printf '%s ' "${need#*=}" ;;
		*) command -v "${need%%=*}" >/dev/null || printf '%s ' "${need#*=}" ;;
		esac
	done
}

check_npm() {
	command -v npm >/dev/null || die "npm is missing; it comes with Node 18 or later"
	[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] ||
		die "needs Node 18 or later to install itself, this is $(node --version)"
}

install_packages() {
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	command -v apt-get >/dev/null || die "missing: $missing(Debian's names); there is no apt-get here, so install them by hand and run this again"
	say "installing Debian packages: $missing"
	as_root apt-get update -qq </dev/null >&2 || say "apt-get update failed; trying with the lists there are"
	# shellcheck disable=SC2086 # a list of names
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
		-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 $missing </dev/null >&2 ||
		die "could not install: $missing(see above). Is there a network, and are you root or in sudo's list?"
}

# Exactly what package-lock.json says; a copy of it beside what was installed tells whether that is still so.
install_modules() {
	if cmp -s package-lock.json node_modules/.installed-lock && [ -x "$node" ]; then return 0; fi
	say "installing npm packages (about 400 MB, among them the Node that bpftop runs on)"
	# No package here needs its install script, and older npm would run them.
	# Not "npm ci": it refuses where a registry has no builds of a tool for other systems, which are optional.
	npm install --no-save --include=dev --include=optional --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2 ||
		die "npm install failed (see above). Is the npm registry reachable?"
	[ -x "$node" ] || die "npm did not install $node"
	cp package-lock.json node_modules/.installed-lock
}

# Whether nothing has changed since the last build: one find, no Node.
is_built() {
	[ -f dist/.built ] && [ -f dist/bpftop.mjs ] && cmp -s package-lock.json node_modules/.installed-lock &&
		[ -z "$(find bpf src scripts package.json package-lock.json -path src/sources/gen -prune -o -type f -newer dist/.built -print -quit)" ]
}

build() {
	is_built && return 0
	mkdir -p dist
	: >dist/.building
	"$node" scripts/build.mjs || exit 1
	mv dist/.building dist/.built
}
