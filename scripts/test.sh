#!/bin/sh
# npm test: installs and builds what is missing, then runs every test, or those named: npm test -- test/unit/cli.test.ts
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

check_machine
check_npm
# shellcheck disable=SC2086 # a list of needs
install_packages $BUILD_NEEDS $TEST_NEEDS
install_modules
build

say "running the tests"
[ $# -gt 0 ] || set -- 'test/**/*.test.ts'
# One file after the other: kernel tests count what happens on the whole machine.
set -- "$node" --test --test-concurrency=1 --test-reporter=./scripts/reporter.mjs "$@"
[ "$(id -u)" -eq 0 ] || set -- sudo -- "$@"
exec "$@" </dev/null
