#!/bin/sh
# npm run package:npm: builds for x86-64 and arm64, and makes dist/bpftop-VERSION.tgz for npm and npx.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
[ "$arch" = x64 ] || die "makes the npm package on x86-64 only: on $(uname -m) nobody has tried it"
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS $PACKAGE_NEEDS
install_modules
build
"$node" scripts/build.mjs --arch arm64
sh scripts/package/libbpf.sh dist/package
"$node" scripts/package/npm.mjs dist/package
# A package of prebuilt parts: nothing of it is to be run here.
npm pack --silent --ignore-scripts --pack-destination dist ./dist/package/npm
