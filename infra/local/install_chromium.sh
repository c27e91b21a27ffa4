#!/bin/sh
# Makes Chromium available for the browser tests where that needs no question asked; says how everywhere else.
# Never fails: without Chromium those tests are skipped, and say so.
for name in ${CHROMIUM:-} chromium chromium-browser google-chrome chrome; do
	command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "Installing Chromium for the browser tests ..."
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
	command -v chromium >/dev/null && exit 0
fi
echo "No Chromium, so browser tests are skipped. Debian: apt-get install chromium; else: CHROMIUM=/path/to/it"
