#!/bin/sh
# Installs the slicer opener on Linux; run from anywhere in a checkout. Asks nothing.
#   install.sh            for the person who is logged in
#   install.sh --system   for everybody on this PC; needs root
#   install.sh --remove [--system]
# Needs python3 (3.11 or newer) with tkinter: apt-get install python3-tk
set -eu

scope=user
remove=
for option in "$@"; do
  case "$option" in
    --system) scope=system ;;
    --remove) remove=1 ;;
    *) echo "Usage: install.sh [--system] [--remove]" >&2; exit 2 ;;
  esac
done

if [ "$scope" = system ]; then
  home=/opt/printlab-opener
  applications=/usr/local/share/applications
  settings=/etc/xdg/printlab-opener
else
  home=${XDG_DATA_HOME:-$HOME/.local/share}/printlab-opener
  applications=${XDG_DATA_HOME:-$HOME/.local/share}/applications
  settings=${XDG_CONFIG_HOME:-$HOME/.config}/printlab-opener
fi
entry=$applications/printlab-opener.desktop

if [ -n "$remove" ]; then
  rm -rf "$home" "$entry"
  echo "Removed; the configuration stays in $settings."
  exit 0
fi

source=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
python=${PYTHON:-$(command -v python3)}
"$python" -c 'import sys, tkinter; sys.exit(sys.version_info < (3, 11))' || {
  echo "python3 3.11 or newer with tkinter is needed: apt-get install python3-tk" >&2
  exit 1
}

rm -rf "$home"
mkdir -p "$home" "$applications" "$settings"
cp -R "$source/opener" "$home/"
printf '#!/bin/sh\ncd "%s" && exec "%s" -B -m opener "$@"\n' "$home" "$python" >"$home/printlab-opener"
chmod 755 "$home/printlab-opener"
[ -e "$settings/config.ini" ] || cp "$source/opener/config.example.ini" "$settings/config.ini"
sed "s|@PROGRAM@|$home/printlab-opener|" "$source/opener/install/printlab-opener.desktop" >"$entry"
if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$applications"; fi
if [ "$scope" = user ] && command -v xdg-mime >/dev/null; then
  xdg-mime default printlab-opener.desktop x-scheme-handler/print3d
fi
echo "Installed in $home. Now edit $settings/config.ini and run: $home/printlab-opener --check"
