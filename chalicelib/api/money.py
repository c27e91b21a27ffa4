"""Money for the university's books."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import PaymentsExport
from chalicelib.api.views.money import ExportLink
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import exports
from chalicelib.services.exports import Export

routes = Routes()

# Lambda answers at most 6 MB, which is 4.5 MB of a binary file; text grows when it is put into JSON.
MAX_ANSWER_BYTES = 2 * 1024 * 1024
FILES = (exports.CSV, exports.XLSX)


@routes.post("/export/payments", allow={Actor.STAFF}, keeps_answer=False, answers=ExportLink, files=FILES)
def export_payments(call: Call, wanted: PaymentsExport) -> Response:
    """The payments of a range of UTC days, both included: the file itself, or a link to it.

    The file comes with Content-Disposition, as text/csv or as an Excel workbook. A workbook needs an Accept
    header that names its type first. What is larger than 2 MB, or a workbook that was not
    accepted, stays in the store for a day: the answer is then JSON with its url.
    """
    export = exports.payments_between(wanted.start_date, wanted.end_date, wanted.format, call.staff)
    if len(export.content) > MAX_ANSWER_BYTES or not _takes(call, export):
        return _link(export)
    body = export.content if export.content_type == exports.XLSX else export.content.decode()
    disposition = f'attachment; filename="{export.filename}"'
    return _response(body, export.content_type, disposition)


def _takes(call: Call, export: Export) -> bool:
    """API Gateway hands out bytes only to callers whose Accept begins with a binary type of ours."""
    first = (call.headers.get("accept") or "").partition(",")[0].partition(";")[0].strip().lower()
    return export.content_type != exports.XLSX or first == exports.XLSX


def _link(export: Export) -> Response:
    url, expires_at = exports.link(export)
    view = ExportLink(url=url, expires_at=expires_at, filename=export.filename, rows=export.rows)
    return _response(view.model_dump_json(), "application/json")


def _response(body: str | bytes, content_type: str, disposition: str | None = None) -> Response:
    headers: dict[str, str | list[str]] = {"Content-Type": content_type, "Cache-Control": "no-store"}
    if disposition:
        headers["Content-Disposition"] = disposition
    return Response(body, headers, 200)
