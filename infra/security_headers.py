"""What browsers are told with every answer: by CloudFront on AWS, by the gateway locally."""

from __future__ import annotations

from collections.abc import Sequence


def content_security_policy(files: Sequence[str] = ()) -> str:
    """Pages load nothing from elsewhere and hold no inline script or style.

    `files` names where models and pictures come from and go to, when that is another origin.
    """
    store = "".join(f" {source}" for source in files)
    return "; ".join(
        [
            "default-src 'self'",
            f"img-src 'self' blob: data:{store}",
            *([f"connect-src 'self'{store}"] if store else []),
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


SECURITY_HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
