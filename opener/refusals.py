"""Why a link is not opened, in words for the person at the PC and as a code for the log."""

from __future__ import annotations


class Refusal(Exception):
    """Nothing was opened. `code` is for the log, `title` and `message` are for the dialog."""

    def __init__(self, code: str, title: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.title = title
        self.message = message


def bad_link(code: str) -> Refusal:
    """The refusal of a link that the dashboard does not make."""
    return Refusal(
        code,
        "This link cannot be opened",
        "It is not a link of the PrintLab dashboard. Use “Open file” in the dashboard. "
        "If it happens again, tell the lab's IT staff; the log says what was wrong.",
    )


def outside(code: str) -> Refusal:
    """The refusal of a path that is not one of a job's file on the lab share."""
    return Refusal(
        code,
        "This file is not on the lab share",
        "Only files inside the lab share are opened. If the dashboard gave you this link, an administrator "
        "should compare this PC's share path under Admin, Workstations with config.ini of the slicer opener.",
    )
