"""Facts as JSON, and the picture: `python -m chalicelib.models3d FILE [-o picture.png]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import ModelRefused, facts, load, thumbnail


def main(arguments: list[str] | None = None) -> int:
    """Print the facts; write the picture where asked to. 1 and the refusal when the file is not a model."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.models3d", description="Look at a 3D model.")
    parser.add_argument("file", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="write the picture (PNG) here")
    parser.add_argument("--colour", help='like "#1d4fa0"')
    options = parser.parse_args(arguments)
    try:
        mesh = load(options.file.read_bytes(), options.file.suffix)
    except ModelRefused as refusal:
        print(json.dumps({"error": refusal.code, "message": refusal.message}), file=sys.stderr)
        return 1
    print(json.dumps(facts(mesh).as_dict(), indent=2, ensure_ascii=False))
    if options.output:
        options.output.write_bytes(thumbnail(mesh, options.colour))
    return 0


if __name__ == "__main__":
    sys.exit(main())
