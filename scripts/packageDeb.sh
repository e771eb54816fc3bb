#!/bin/sh
# npm run package:deb: makes the one file, and of it dist/bpftop_VERSION_amd64.deb.
set -eu
cd "$(dirname "$0")/.."
sh scripts/package.sh
. scripts/setup.sh

check_machine
# shellcheck disable=SC2086 # a list of needs
install_packages $DEB_NEEDS
exec "$node" scripts/package/deb.mjs dist/package
