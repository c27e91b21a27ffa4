"""multipart/form-data: text fields and one file, with limits."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from multipart import MultipartError, MultipartParser, parse_options_header

from chalicelib.domain.errors import InvalidInput, UnsupportedType

_MAX_PARTS = 30
_MAX_FIELD_BYTES = 4096


@dataclass(frozen=True)
class UploadedFile:
    """A file part: the name as sent, and its bytes."""

    filename: str
    content: bytes


def boundary(content_type: str) -> bytes:
    """What stands between the parts of a form, b"" for a body that is no form."""
    kind, options = parse_options_header(content_type)
    return (options.get("boundary") or "").encode() if kind == "multipart/form-data" else b""


def parse(content_type: str, body: bytes) -> tuple[dict[str, str], UploadedFile | None]:
    """Text fields by name, and the part called `file`. Raises InvalidInput, UnsupportedType."""
    limit = boundary(content_type).decode()
    if not limit:
        raise UnsupportedType("Send multipart/form-data with the form's fields and a part named “file”.")
    fields: dict[str, str] = {}
    file: UploadedFile | None = None
    try:
        parser = MultipartParser(
            BytesIO(body), limit, len(body), part_limit=_MAX_PARTS, memory_limit=len(body) + 1
        )
        for part in parser:
            if part.name == "file" and part.filename is not None:
                file = UploadedFile(part.filename, part.raw)
            elif part.size > _MAX_FIELD_BYTES:
                raise InvalidInput.field(part.name, "This field is too long.")
            elif part.name in fields:
                raise InvalidInput.field(part.name, "Give it once.")
            else:
                fields[part.name] = part.value
    except (MultipartError, UnicodeError, LookupError) as error:  # LookupError: an unknown charset
        raise InvalidInput("The form data cannot be read.", code="invalid_form_data", fields={}) from error
    return fields, file
