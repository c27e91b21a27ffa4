"""Copies the browser libraries from node_modules/ to frontend_static/vendor/<name>@<version>/.

The pages load them as they are: ES modules with relative imports, no bundler. Their type declarations go
along for `tsc`. The version in the folder's name lets browsers keep the files forever.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# What the pages may import of each library; every file listed brings its .d.ts along.
LIBRARIES = {
    "lit-html": [
        "lit-html.js",
        "directive.js",
        "directive-helpers.js",
        "async-directive.js",
        "is-server.js",
        "directives/*.js",
    ],
    "@noble/hashes": ["sha2.js", "_md.js", "_u64.js", "utils.js"],
    "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css"],
}


def copy(modules: Path, vendor: Path) -> list[Path]:
    """Make `vendor` hold exactly the libraries that `modules` has; the folders written."""
    if vendor.exists():
        shutil.rmtree(vendor)
    return [_copy_library(modules / name, vendor, name, patterns) for name, patterns in LIBRARIES.items()]


def _copy_library(source: Path, vendor: Path, name: str, patterns: list[str]) -> Path:
    version = json.loads((source / "package.json").read_text())["version"]
    target = vendor / f"{name}@{version}"
    for pattern in [*patterns, "LICENSE"]:
        scripts = sorted(source.glob(pattern))
        if not scripts:
            raise FileNotFoundError(f"{name} {version} has no {pattern}")
        for script in scripts:
            for file in (script, script.with_suffix(".d.ts")):
                if file.exists():
                    copied = target / file.relative_to(source)
                    copied.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, copied)
    return target


if __name__ == "__main__":
    for folder in copy(ROOT / "node_modules", ROOT / "frontend_static" / "vendor"):
        print(folder.relative_to(ROOT), file=sys.stderr)
