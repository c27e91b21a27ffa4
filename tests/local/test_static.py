"""Pages and files: addresses, caching, and nothing from outside the folder."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from infra.http_client import HttpClient
from infra.local.answers import Answer, Environ, problem
from infra.local.gateway import FRONTEND, Gateway, Server
from infra.local.ports import free_port, listen
from infra.local.static import PAGES, StaticFiles
from infra.security_headers import SECURITY_HEADERS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpClient]:
    root = tmp_path_factory.mktemp("web") / "frontend"
    for name, content in {
        "index.html": "<h1>form</h1>",
        "expired.html": "<h1>expired</h1>",
        "404.html": "<h1>lost</h1>",
        "js/app.js": "export const long = 1;\n" * 200,
        "css/base.css": "body {}",
        "vendor/lib@1.0.0/lib.js": "export {};",
        ".secret": "hidden",
        "vendor/.installed": "hidden",
        "../outside.txt": "outside",
    }.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (root / "link.txt").symlink_to(root.parent / "outside.txt")
    server = Server(listen(free_port()))

    def nothing(_environ: Environ) -> Answer:
        return problem(404, "not_found", "not under test")

    server.start(Gateway(nothing, StaticFiles(root).handle, nothing, None))
    yield HttpClient(f"http://127.0.0.1:{server.port}")
    server.stop()


@pytest.mark.parametrize("path", ["/", "/submit", "/submit/", "/index.html", "/?campaign=x"])
def test_the_form_by_its_addresses(site: HttpClient, path: str) -> None:
    answer = site.get(path)
    assert (answer.status, answer.text) == (200, "<h1>form</h1>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_page_below_a_page(site: HttpClient) -> None:
    assert site.get("/confirm/expired?job_id=1").text == "<h1>expired</h1>"


def test_every_page_of_the_product_that_is_declared_and_there_is_a_whole_document() -> None:
    there = [FRONTEND / name for name in PAGES.values() if (FRONTEND / name).exists()]
    assert FRONTEND / "index.html" in there
    assert all(page.read_text().lower().startswith("<!doctype html>") for page in there)


def test_pages_are_revalidated_and_libraries_kept_forever(site: HttpClient) -> None:
    assert site.get("/").headers["Cache-Control"] == "no-cache"
    assert site.get("/js/app.js").headers["Cache-Control"] == "no-cache"
    assert site.get("/vendor/lib@1.0.0/lib.js").headers["Cache-Control"] == (
        "public, max-age=31536000, immutable"
    )


def test_an_unchanged_file_is_not_sent_again(site: HttpClient) -> None:
    etag = site.get("/css/base.css").headers["ETag"]
    again = site.request("GET", "/css/base.css", headers={"If-None-Match": etag})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
    assert site.request("GET", "/css/base.css", headers={"If-None-Match": '"other"'}).status == 200


def test_text_is_compressed_for_those_who_can_read_it(site: HttpClient) -> None:
    plain = site.get("/js/app.js")
    packed = site.request("GET", "/js/app.js", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 10
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_scripts_have_a_type_that_browsers_run(site: HttpClient) -> None:
    assert site.get("/js/app.js").headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert site.get("/css/base.css").headers["Content-Type"] == "text/css; charset=utf-8"


def test_head_answers_without_a_body(site: HttpClient) -> None:
    answer = site.request("HEAD", "/js/app.js")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(site.get("/js/app.js").body)


def test_pages_cannot_be_written(site: HttpClient) -> None:
    answer = site.post("/")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.json()["error"] == "method_not_allowed"


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/js/../../outside.txt",
        "/js/%2e%2e%2f%2e%2e%2foutside.txt", "//outside.txt", "/..%5coutside.txt", "/link.txt", "/.secret",
        "/%2esecret", "/vendor/.installed", "/index.html%00.txt", "/js", "/js/", "/missing.js",
    ],
)  # fmt: skip
def test_nothing_but_the_files_of_the_folder(site: HttpClient, path: str) -> None:
    answer = site.request("GET", site.base_url + path)
    assert answer.status == 404
    assert b"outside" not in answer.body.replace(b"outside.txt", b"")
    assert b"hidden" not in answer.body


def test_an_unknown_address_shows_the_page_for_that(site: HttpClient) -> None:
    answer = site.get("/no/such/page")
    assert (answer.status, answer.text) == (404, "<h1>lost</h1>")


def test_every_answer_has_the_security_headers(site: HttpClient) -> None:
    for path in ("/", "/js/app.js", "/no/such/page", "/api/v1/anything"):
        headers = site.get(path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
