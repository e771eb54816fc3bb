#!/bin/sh
# npm pack: builds what goes into the package, for x86-64 and arm64. (package:npm makes a smaller one, with a libbpf of its own.)
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS
install_modules
build
"$node" scripts/build.mjs --arch arm64
