#!/bin/sh
# Makes PrusaSlicer and a screen for it available where that needs no question asked; says how everywhere else.
# Never fails: without them the tests of the lab PC are skipped, and say so.
packages="prusa-slicer xvfb x11-utils locales"
complete() {
	for name in prusa-slicer prusa-gcodeviewer Xvfb xwininfo localedef; do
		command -v "$name" >/dev/null || return 1
	done
}
complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing PrusaSlicer for the tests of the lab PC ..."
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 - a list of words
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages; } >/dev/null 2>&1
	complete && exit 0
fi
echo "No PrusaSlicer on a screen of its own, so tests of the lab PC are skipped. Debian: apt-get install $packages"
