"""Copies the browser libraries from node_modules/ to frontend_static/vendor/<name>@<version>/.

The pages load them as they are: ES modules with relative imports, no bundler. Their type declarations go
along for `tsc`. The version in the folder's name lets browsers keep the files forever. Two are
bundled first: three.js, to what the 3D view uses of it, because its add-ons import the bare name `three`,
and uPlot, which comes large.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
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
    "uplot": ["dist/uPlot.min.css"],
}

# What is bundled: one module for each library, exporting exactly this.
BUNDLES = {
    "three": """
        export {
          BoxGeometry, BufferAttribute, BufferGeometry, Color, DirectionalLight, DoubleSide, EdgesGeometry,
          Group, HemisphereLight, LineBasicMaterial, LineSegments, Matrix4, Mesh, MeshBasicMaterial,
          MeshStandardMaterial, PerspectiveCamera, PlaneGeometry, Scene, Sphere, Vector3, WebGLRenderer,
        } from 'three';
        export { OrbitControls } from 'three/addons/controls/OrbitControls.js';
    """,
    "uplot": "export { default } from 'uplot';",
}


def copy(modules: Path, vendor: Path) -> list[Path]:
    """Make `vendor` hold exactly the libraries that `modules` has; the folders written."""
    if vendor.exists():
        shutil.rmtree(vendor)
    copied = [_copy_library(modules / name, vendor, name, patterns) for name, patterns in LIBRARIES.items()]
    bundled = [_bundle(modules, vendor, name, exports) for name, exports in BUNDLES.items()]
    return sorted({*copied, *bundled})


def _folder(source: Path, vendor: Path, name: str) -> Path:
    version = json.loads((source / "package.json").read_text())["version"]
    return vendor / f"{name}@{version}"


def _bundle(modules: Path, vendor: Path, name: str, exports: str) -> Path:
    target = _folder(modules / name, vendor, name)
    script = target / f"{name}.js"
    here = Path(sys.executable).parent
    node = shutil.which("node", path=f"{here}{os.pathsep}{os.environ.get('PATH', '')}") or "node"
    form = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
    subprocess.run(
        [node, modules / "esbuild" / "bin" / "esbuild", *form, f"--outfile={script}", "--log-level=warning"],
        input=exports,
        text=True,
        check=True,
        cwd=modules.parent,
    )
    script.with_suffix(".d.ts").write_text(exports)
    shutil.copyfile(modules / name / "LICENSE", target / "LICENSE")
    return target


def _copy_library(source: Path, vendor: Path, name: str, patterns: list[str]) -> Path:
    target = _folder(source, vendor, name)
    for pattern in [*patterns, "LICENSE"]:
        scripts = sorted(source.glob(pattern))
        if not scripts:
            raise FileNotFoundError(f"{target.name} has no {pattern}")
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
