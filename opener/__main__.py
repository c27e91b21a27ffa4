"""Run as the handler of print3d:// links: `python -m opener <link>`."""

from __future__ import annotations

import sys
import tkinter

from opener import app, dialogs

if __name__ == "__main__":
    try:
        sys.exit(app.main(sys.argv[1:], dialogs.ask))
    except tkinter.TclError as error:
        sys.exit(f"There is no screen for a dialog: {error}")
