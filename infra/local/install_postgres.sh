#!/bin/sh
# Makes a PostgreSQL server available for the tests of the import where that needs no question asked; says how
# everywhere else. Never fails: without it those tests are skipped, and say so.
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then
	exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing PostgreSQL for the tests of the import ..."
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
fi
echo "No PostgreSQL server, so its tests are skipped. Debian: apt-get install postgresql"
