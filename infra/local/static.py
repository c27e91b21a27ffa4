"""The pages of frontend_static/ under their public addresses, cached as CloudFront and S3 would have it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from infra.local.answers import Answer, Environ, problem

# Every page by the address that people see.
PAGES = {
    "/": "index.html",
    "/submit": "index.html",
    "/submit/success": "submitted.html",
    "/confirm": "confirm.html",
    "/confirm/expired": "expired.html",
    "/track": "track.html",
    "/dashboard": "dashboard.html",
    "/admin": "admin.html",
    "/analytics": "analytics.html",
    "/docs": "docs.html",
}
NOT_FOUND_PAGE = "404.html"

# Not the machine's own table: Windows often says that JavaScript is text/plain, and browsers refuse it then.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def cache_control(name: str) -> str:
    """How long browsers and CloudFront may keep the file `name`.

    The name of a folder under vendor/ holds the version: what is in there never changes.
    """
    return "public, max-age=31536000, immutable" if name.startswith("vendor/") else "no-cache"


class StaticFiles:
    """The files under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def handle(self, environ: Environ) -> Answer:
        """Answer a GET or HEAD request for a page or a file."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            answer = problem(405, "method_not_allowed", "Pages can only be read.")
            answer.headers["Allow"] = "GET, HEAD"
            return answer
        path = unquote(environ["REQUEST_URI"].partition("?")[0])
        if path != "/" and path.rstrip("/") in PAGES:
            path = path.rstrip("/")
        file = self._file(PAGES.get(path, path.lstrip("/")))
        if not file:
            return self._not_found(path)
        return _answer(file, environ, cache_control(path.lstrip("/")))

    def _file(self, name: str) -> Path | None:
        """The file `name` below the folder, None when there is none (or it lies elsewhere, or is hidden)."""
        if "\0" in name or "\\" in name or any(part.startswith(".") for part in name.split("/")):
            return None
        file = (self._root / name).resolve()
        return file if file.is_relative_to(self._root) and file.is_file() else None

    def _not_found(self, path: str) -> Answer:
        page = self._file(NOT_FOUND_PAGE)
        if not page or path.rpartition("/")[2].count("."):
            return problem(404, "not_found", f"There is nothing at {path}.")
        return Answer(404, {"Content-Type": TYPES[".html"], "Cache-Control": "no-cache"}, page.read_bytes())


def _answer(file: Path, environ: Environ, cache_control: str) -> Answer:
    etag = _etag(file, file.stat().st_mtime_ns)
    headers = {"ETag": etag, "Cache-Control": cache_control}
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return Answer(304, headers)
    headers["Content-Type"] = TYPES.get(file.suffix, "application/octet-stream")
    return Answer(200, headers, file.read_bytes())


@lru_cache(maxsize=512)
def _etag(file: Path, _mtime_ns: int) -> str:
    """A weak tag, because the same content goes out compressed or not; made anew when the file changes."""
    return f'W/"{hashlib.sha256(file.read_bytes()).hexdigest()[:20]}"'
