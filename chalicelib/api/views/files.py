"""What staff see of a job's files."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.domain import filenames
from chalicelib.slicers import Facts


class SlicerFacts(BaseModel):
    """What a slicer wrote of the print into its file; null for what it does not say. Unrounded."""

    slicer: str | None
    weight_g: float | None
    time_hours: float | None
    filament_mm: float | None
    layers: int | None
    material: str | None


class CandidateView(BaseModel):
    """A file that could be printed; size in bytes; `slicer_facts` where it is sliced and says something."""

    name: str
    size: int
    modified_at: Time
    is_original: bool
    recommended: bool
    slicer_facts: SlicerFacts | None


class CandidateList(BaseModel):
    """The job's files, and the one that the form selects."""

    files: list[CandidateView]
    recommended: str | None

    @classmethod
    def of(cls, files: list[filenames.Candidate], known: Mapping[str, Facts]) -> CandidateList:
        """From the files in the job's folder, and what is known of them by name."""
        best = filenames.recommended(files)
        views = [
            CandidateView(
                **vars(file),
                recommended=file.name == best,
                slicer_facts=SlicerFacts(**vars(known[file.name])) if file.name in known else None,
            )
            for file in files
        ]
        return cls(files=views, recommended=best)


class FileLink(BaseModel):
    """A download that ends."""

    url: str
    expires_at: Time
