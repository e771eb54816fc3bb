#!/bin/sh
# npm start: installs and builds what is missing, then becomes bpftop. Arguments are bpftop's.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. scripts/setup.sh

check_machine

live=yes
for argument; do
	case $argument in
	-h | --help | -V | --version | --schema | --generate | --generate=* | --replay | --replay=*) live=no ;;
	esac
done
if ! is_built; then
	check_npm
	# shellcheck disable=SC2086 # a list of needs
	install_packages $BUILD_NEEDS
	install_modules
	build
fi

# Paths among the arguments are relative to where the user stands.
cd "${INIT_CWD:-.}"
if [ "$live" = no ] || [ "$(id -u)" -eq 0 ]; then
	exec "$root/bin/bpftop" "$@"
fi
if ! command -v sudo >/dev/null; then
	say "opening without BPF, on /proc alone: only root may load BPF programs, and there is no sudo"
	exec "$root/bin/bpftop" "$@"
fi
say "opening with sudo: only root may load BPF programs"
exec sudo -- env TERM="${TERM:-}" COLORTERM="${COLORTERM:-}" LANG="${LANG:-C.UTF-8}" "$root/bin/bpftop" "$@"
