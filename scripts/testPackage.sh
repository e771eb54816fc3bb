#!/bin/sh
# npm run test:package: makes the one file, the .deb, the npm package and bare Debian systems, and tests the ones on the
# others. Needs root, a network, and some minutes.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
[ "$(id -u)" -eq 0 ] || die "chroots and mounts are root's: run this as root"
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS $TEST_NEEDS $PACKAGE_NEEDS $CHROOT_NEEDS
sh scripts/packageDeb.sh
sh scripts/packageNpm.sh
BPFTOP_CHROOTS=$(sh scripts/package/chroots.sh)
export BPFTOP_CHROOTS

say "testing the packages"
exec "$node" --test --test-concurrency=1 --test-reporter=./scripts/reporter.mjs "$@" \
	test/package/oneFile.ts test/package/deb.ts test/package/npm.ts </dev/null
