"""How administrators ask for the repairs of what an audit found."""

from __future__ import annotations

from infra.http_client import HttpClient, Response
from tests.steps import API, SAM

AUDIT = f"{API}/admin/audit"


def orphaned(admin: HttpClient, key: str) -> Response:
    """Put an orphan aside."""
    return admin.delete(f"{AUDIT}/orphaned-file", {"staff_name": SAM, "key": key})


def stale(admin: HttpClient, key: str) -> Response:
    """Delete what a job left behind."""
    return admin.delete(f"{AUDIT}/stale-file", {"staff_name": SAM, "key": key})


def record(admin: HttpClient, job_id: str) -> Response:
    """Write a record anew."""
    return admin.post(f"{AUDIT}/repair-metadata", {"staff_name": SAM, "job_id": job_id})


def location(admin: HttpClient, job_id: str) -> Response:
    """Bring files home."""
    return admin.post(f"{AUDIT}/repair-location", {"staff_name": SAM, "job_id": job_id})


def link(admin: HttpClient, job_id: str) -> Response:
    """Bring lost files back."""
    return admin.post(f"{AUDIT}/repair-link", {"staff_name": SAM, "job_id": job_id})


def counter(admin: HttpClient, key: str) -> Response:
    """Put a counter right."""
    return admin.post(f"{AUDIT}/repair-counter", {"staff_name": SAM, "key": key})
