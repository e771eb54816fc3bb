#!/bin/sh
# npm run test:package: makes the one file and bare Debian systems, and tests the one on the others. Needs root, and some minutes.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
[ "$(id -u)" -eq 0 ] || die "chroots and mounts are root's: run this as root"
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS $TEST_NEEDS $PACKAGE_NEEDS $CHROOT_NEEDS
sh scripts/package.sh
BPFTOP_CHROOTS=$(sh scripts/package/chroots.sh)
export BPFTOP_CHROOTS

say "testing the one file"
exec "$node" --test --test-concurrency=1 --test-reporter=./scripts/reporter.mjs "$@" test/package/oneFile.ts </dev/null
