"""The installed PrusaSlicer: on the command line to slice, on a screen to look."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

MISSING = "no prusa-slicer with its viewer: apt-get install prusa-slicer"
PROFILE = {
    "filament_type": "PLA",
    "filament_density": "1.24",
    "filament_diameter": "1.75",
    "printer_model": "MK4S",
    "bed_shape": "0x0,250x0,250x210,0x210",
    "max_print_height": "220",
    "nozzle_diameter": "0.4",
    "layer_height": "0.2",
    "output_filename_format": "{input_filename_base}_{layer_height}mm_{filament_type[0]}.gcode",
}
_PATIENCE_S = 300


def find() -> str | None:
    """The program's path."""
    return shutil.which("prusa-slicer")


def find_viewer() -> str | None:
    """The path of its other name, under which it shows G-code."""
    return shutil.which("prusa-gcodeviewer")


def slice_beside(model: Path, profile: Path, **changes: str) -> Path:
    """The G-code that it saves beside the model, under the name that it chooses itself.

    Its settings are written to `profile`. Raises FileNotFoundError, and CalledProcessError when it fails.
    """
    program = find()
    if not program:
        raise FileNotFoundError(MISSING)
    profile.write_text("".join(f"{key} = {value}\n" for key, value in {**PROFILE, **changes}.items()))
    before = set(model.parent.iterdir())
    command = [program, "--loglevel", "0", "--export-gcode", "--load", str(profile), "--center", "125,105"]
    subprocess.run([*command, str(model)], check=True, timeout=_PATIENCE_S, capture_output=True)
    (saved,) = {path for path in model.parent.iterdir() if path.suffix == ".gcode"} - before
    return saved
