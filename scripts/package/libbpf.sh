#!/bin/sh
# Builds a libbpf that needs nothing but libc, from Debian's sources of libbpf, elfutils and zlib: Debian's own static
# libraries can't go into a shared one. Usage: libbpf.sh FOLDER; leaves libbpf.so there, beside copyright and versions.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
out=$PWD

[ ! -f libbpf.so ] || [ -n "$(find "$here/libbpf.sh" "$here/fstat.c" -newer libbpf.so)" ] || exit 0

say() { printf 'bpftop: %s\n' "$*" >&2; }
work=$out/build
log=$out/build.log
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/src"
: >"$log"
trap '[ $? -eq 0 ] || { tail -n 20 "$log" >&2; say "libbpf could not be built; all that was said is in $log"; }' EXIT

say "building libbpf from Debian's sources"
# The machine's own Debian mirrors, asked for sources; its own lists stay as they are. Without the security suite, which
# not every mirror has whole: what it fixes is in the next point release.
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ ! -f "$keys" ] || signed="[signed-by=$keys] "
apt-get indextargets --format "deb-src ${signed:-}\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" \
	'Created-By: Packages' 'Origin: Debian' | grep -v -- -security | sort -u >"$work/sources.list"
[ -s "$work/sources.list" ] || { say "apt knows no Debian mirror here (apt-get update first?)"; exit 1; }
apt() {
	apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@" >>"$log" 2>&1
}
apt update
(cd "$work/src" && apt source libbpf elfutils zlib)

cd "$work/src"
libbpf=$(echo "$PWD"/libbpf-*/)
elfutils=$(echo "$PWD"/elfutils-*/)
zlib=$(echo "$PWD"/zlib-*/)
flags="-O2 -fPIC"
make="make -s -j$(nproc)"

(cd "$zlib" && CFLAGS=$flags ./configure --static && $make libz.a) >>"$log" 2>&1
(
	cd "$elfutils"
	CFLAGS="$flags -I$zlib" LDFLAGS=-L$zlib ./configure --disable-debuginfod --disable-libdebuginfod --disable-nls --disable-demangler --disable-symbol-versioning \
		--without-bzlib --without-lzma --without-zstd
	$make -C lib libeu.a
	$make -C libelf libelf.a
) >>"$log" 2>&1
(
	cd "$libbpf/src"
	$make NO_PKG_CONFIG=1 CFLAGS="$flags -I$elfutils/libelf -I$zlib" OBJDIR="$work/libbpf" "$work/libbpf/libbpf.a"
) >>"$log" 2>&1

# glibc 2.38 gave C23 readers of numbers names of their own, for the sake of 0b11; older ones lack them.
renamed=
for name in strtol strtoll strtoul strtoull; do renamed="$renamed --redefine-sym __isoc23_$name=$name"; done
for name in sscanf fscanf; do renamed="$renamed --redefine-sym __isoc23_$name=__isoc99_$name"; done
for archive in "$work/libbpf/libbpf.a" "$elfutils/libelf/libelf.a" "$elfutils/lib/libeu.a" "$zlib/libz.a"; do
	# shellcheck disable=SC2086 # a list of options
	objcopy $renamed "$archive"
done

# What libbpf exports is what its own map says: the rest stays inside.
gcc $flags -shared -s -o "$out/libbpf.so.new" -Wl,-soname,libbpf.so.1 -Wl,--no-undefined -Wl,--gc-sections \
	-Wl,--version-script="$libbpf/src/libbpf.map" \
	-Wl,--whole-archive "$work/libbpf/libbpf.a" -Wl,--no-whole-archive \
	"$here/fstat.c" "$elfutils/libelf/libelf.a" "$elfutils/lib/libeu.a" "$zlib/libz.a" >>"$log" 2>&1

for source in "$libbpf" "$elfutils" "$zlib"; do
	name=$(basename "$source")
	cp "$source/debian/copyright" "$out/${name%%-*}.copyright"
	(cd "$source" && dpkg-parsechangelog -S Version) >"$out/${name%%-*}.version"
done
mv "$out/libbpf.so.new" "$out/libbpf.so"
rm -rf "$work"
