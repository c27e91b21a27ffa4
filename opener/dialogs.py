"""The opener's one window: a message with buttons."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from functools import partial
from tkinter import ttk

_PADDING = 20
_TEXT_WIDTH = 420


def ask(title: str, message: str, choices: Sequence[str]) -> int | None:
    """Show a message and its buttons; the number of the one pressed, None when the window was closed.

    Raises tkinter.TclError where there is no screen.
    """
    window = tkinter.Tk(className="printlab-opener")
    window.title(title)
    window.resizable(width=False, height=False)
    pressed: list[int] = []

    def press(number: int) -> None:
        pressed.append(number)
        window.destroy()

    frame = ttk.Frame(window, padding=_PADDING)
    frame.grid()
    ttk.Label(frame, text=title, font=("TkDefaultFont", 12, "bold"), wraplength=_TEXT_WIDTH).grid(sticky="w")
    ttk.Label(frame, text=message, wraplength=_TEXT_WIDTH, justify="left").grid(sticky="w", pady=(8, 16))
    buttons = [ttk.Button(frame, text=choice) for choice in choices]
    for number, button in enumerate(buttons):
        button.configure(command=partial(press, number))
        button.bind("<Return>", lambda _, number=number: press(number))  # type: ignore[misc]
        button.grid(sticky="ew", pady=2)
    window.bind("<Escape>", lambda _: window.destroy())
    _to_the_front(window)
    buttons[0].focus_force()
    window.mainloop()
    return pressed[0] if pressed else None


def _to_the_front(window: tkinter.Tk) -> None:
    """The browser has the screen: come up in its middle, above it."""
    window.update_idletasks()
    left = (window.winfo_screenwidth() - window.winfo_reqwidth()) // 2
    top = (window.winfo_screenheight() - window.winfo_reqheight()) // 3
    window.geometry(f"+{left}+{top}")
    window.attributes("-topmost", True)
    window.lift()
