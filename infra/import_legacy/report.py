"""What the import found and did, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from infra.import_legacy.values import Problem


@dataclass
class Report:
    """Counts by kind, and every problem with its place. A dry run gives the same as the import itself."""

    found: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    there_already: Counter[str] = field(default_factory=Counter)
    jobs_by_status: Mapping[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many jobs could not be written, though nothing was wrong with them."""
        return self.new["jobs not written"]

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values; the problems in order, each once."""
        return {
            "found": dict(sorted(self.found.items())),
            "new": dict(sorted(self.new.items())),
            "there_already": dict(sorted(self.there_already.items())),
            "jobs_by_status": dict(self.jobs_by_status),
            "problems": [asdict(problem) for problem in sorted(set(self.problems))],
        }

    def as_json(self) -> str:
        """The report as a JSON document."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"

    def as_text(self) -> str:
        """The report as lines to read."""
        said = self.as_dict()
        lines = [
            f"{title}: {', '.join(f'{number:,} {name}' for name, number in said[part].items()) or 'nothing'}"
            for part, title in (
                ("found", "In the old system"),
                ("new", "New"),
                ("there_already", "There already"),
                ("jobs_by_status", "New jobs"),
            )
        ]
        for problem in sorted(set(self.problems)):
            place = " ".join(filter(None, (problem.table, problem.row, problem.column)))
            lines.append(f"problem: {place}: {problem.wrong}; {problem.done}")
        return "\n".join([*lines, f"{len(said['problems'])} problems."])
