"""The link `print3d://open?path=…` as the dashboard writes it. Whatever else a link says is refused."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from opener.refusals import bad_link

SCHEME = "print3d"
MAX_LINK_LENGTH = 8_192
# What encodeURIComponent leaves as it is, and what people do who write a link by hand. Some browsers add the
# slash of an empty path.
_LINK = re.compile(rf"{SCHEME}://open/?\?path=([A-Za-z0-9%_.!~*'()/:\\+,@=-]+)", re.IGNORECASE | re.ASCII)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def path_in(link: str) -> str:
    """The path that the link names, decoded exactly once. Raises Refusal.

    >>> path_in("print3d://open?path=Z%3A%5CLab%5CUploaded%5Ca%20b.stl")
    'Z:\\\\Lab\\\\Uploaded\\\\a b.stl'
    """
    if len(link) > MAX_LINK_LENGTH:
        raise bad_link("link_too_long")
    match = _LINK.fullmatch(link)
    if match is None:
        raise bad_link("not_our_link")
    if _BROKEN_ESCAPE.search(match[1]):
        raise bad_link("broken_escape")
    try:
        return unquote_to_bytes(match[1]).decode()
    except UnicodeDecodeError:
        raise bad_link("not_utf8") from None
