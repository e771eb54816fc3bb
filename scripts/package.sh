#!/bin/sh
# npm run package: installs and builds what is missing, then makes the one file, dist/bpftop-linux-x64.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
[ "$arch" = x64 ] || die "makes the one file on x86-64 only: on $(uname -m) nobody has tried it"
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS $PACKAGE_NEEDS
install_modules
build
sh scripts/package/libbpf.sh dist/package
exec "$node" scripts/package/package.mjs dist/package
