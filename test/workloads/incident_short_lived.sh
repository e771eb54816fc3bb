#!/bin/sh
# A shell loop of short-lived processes: each adds up checksums for some ten milliseconds. Usage: incident_short_lived.sh TIMES
i=0
while [ "$i" -lt "$1" ]; do
	i=$((i + 1))
	head -c 4000000 /dev/zero | sha1sum >/dev/null
done
