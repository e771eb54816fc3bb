#!/bin/sh
# npm run test:kernels: installs and builds what is missing, then runs the panes' tests on other kernels; see test/vm/matrix.ts.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS $TEST_NEEDS $VM_NEEDS
install_modules
build

exec "$node" test/vm/matrix.ts "$@" </dev/null
