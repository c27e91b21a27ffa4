"""From a link to a running slicer, and the log of every request."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

from opener import config, launching, link, paths
from opener.config import Config, Slicer
from opener.refusals import Refusal, bad_link

Ask = Callable[[str, str, Sequence[str]], int | None]

log = logging.getLogger("opener")

_LOG_BYTES = 1 << 20
_LOGS_KEPT = 5
_CLOSE = ("Close",)


def main(arguments: Sequence[str], ask: Ask) -> int:
    """Open the link that a browser gave. 0: opened, or nobody chose; 1: refused, and the person was told."""
    try:
        settings = config.load(_config_file())
    except Refusal as refusal:
        _log_to(config.default_log())
        return _tell(refusal, arguments, ask)
    _log_to(settings.log)
    if list(arguments) == ["--check"]:
        return _check(settings)
    try:
        open_link(arguments, settings, ask)
    except Refusal as refusal:
        return _tell(refusal, arguments, ask)
    return 0


def open_link(arguments: Sequence[str], settings: Config, ask: Ask) -> None:
    """Open what the only argument links to. Raises Refusal."""
    if len(arguments) != 1:  # a quote in the link has become several
        raise bad_link("several_arguments")
    parts = paths.parts_inside(link.path_in(arguments[0]), settings.base)
    file = paths.file_inside(settings.base, parts)
    slicer = _slicer_for(file, settings, ask)
    if slicer is None:
        log.info("cancelled: %r", str(file))
        return
    launching.start(slicer, file)
    log.info("opened in %s: %r", slicer.name, str(file))


def _slicer_for(file: Path, settings: Config, ask: Ask) -> Slicer | None:
    """The one slicer for such files, or the one that the person chooses. Raises Refusal."""
    fitting = [slicer for slicer in settings.slicers if slicer.opens(file.name)]
    if not fitting:
        raise Refusal(
            "no_slicer",
            "No slicer is set up for this file",
            f"config.ini of the slicer opener names no slicer for {file.suffix or 'such'} files: {file.name}",
        )
    if len(fitting) == 1:
        return fitting[0]
    chosen = ask("Which slicer?", f"{file.name} can be opened in several slicers.", [s.name for s in fitting])
    return None if chosen is None else fitting[chosen]


def _tell(refusal: Refusal, arguments: Sequence[str], ask: Ask) -> int:
    log.warning("refused, %s: %r", refusal.code, list(arguments))
    ask(refusal.title, refusal.message, _CLOSE)
    return 1


def _check(settings: Config) -> int:
    """For IT staff: whether share and slicers are where config.ini says. It opens no window."""
    missing = [str(s.path) for s in settings.slicers if not s.path.is_file()]
    missing += [] if settings.base.is_dir() else [str(settings.base)]
    for path in missing:
        log.warning("missing: %r", path)
        print(f"missing: {path}")
    log.info("checked, %d missing", len(missing))
    return 1 if missing else 0


def _config_file() -> Path:
    places = config.places()
    return next((place for place in places if place.is_file()), places[0])


def _log_to(file: Path) -> None:
    """Every request is logged; a log that cannot be written keeps nobody from work."""
    handler: logging.Handler
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
