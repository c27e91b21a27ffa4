#!/bin/sh
# install_programs.sh [chromium] [slicer] [postgres] [java]: makes programs available that tests need, where that takes no
# question asked; says how everywhere else. Never fails: without a program its tests are skipped, and say so.

has_chromium() {
	for name in ${CHROMIUM:-} chromium chromium-browser google-chrome chrome; do
		command -v "$name" >/dev/null && return
	done
	return 1
}

has_slicer() {
	for name in prusa-slicer prusa-gcodeviewer Xvfb xwininfo localedef; do
		command -v "$name" >/dev/null || return
	done
}

has_postgres() {
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null
}

has_java() {
	for name in java javac jar; do
		command -v "$name" >/dev/null || return
	done
}

# ensure CHECK NAME PACKAGES [ELSEWHERE]
ensure() {
	"$1" && return
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "Installing $2 for the tests ..."
		# shellcheck disable=SC2086 - a list of words
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $3; } >/dev/null 2>&1
		"$1" && return
	fi
	echo "No $2, so its tests are skipped. Debian: apt-get install $3${4:-}"
}

export DEBIAN_FRONTEND=noninteractive
for program in "$@"; do
	case $program in
	chromium) ensure has_chromium Chromium chromium "; else: CHROMIUM=/path/to/it" ;;
	slicer) ensure has_slicer "PrusaSlicer with a screen" "prusa-slicer xvfb x11-utils locales" ;;
	java) ensure has_java "Java (JDK)" default-jdk-headless ;;
	postgres) ensure has_postgres "PostgreSQL server" postgresql ;;
	*) echo "install_programs.sh does not know $program" >&2; exit 2 ;;
	esac
done
exit 0
