"""The usual reasons for turning a model down, as the student reads them; the dashboard offers the same."""

from __future__ import annotations

from collections.abc import Iterable

USUAL_REASONS = {
    "not-watertight": "The model is not watertight: it has holes or open edges",
    "too-thin": "Walls or details are too thin to print",
    "too-large": "The model is too large for the chosen printer",
    "wrong-scale": "The scale is wrong: check that you exported in millimeters",
    "overhangs": "Overhangs have no support or cannot be supported",
    "damaged-file": "The file is damaged or cannot be opened in our slicer",
    "policy": "The lab's policy does not permit printing this object",
    "more-information": "We need more information: please contact the lab",
}


def usual(reasons: Iterable[str]) -> list[str]:
    """The codes of those that are usual ones.

    Only these may go into events: what staff wrote themselves may name the student.
    """
    codes = {text: code for code, text in USUAL_REASONS.items()}
    return [codes[reason] for reason in reasons if reason in codes]
