"""What CloudFront does to requests and answers, from the sources that the local gateway has it from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.local.static import NOT_FOUND_PAGE, PAGES
from infra.security_headers import SECURITY_HEADERS, content_security_policy

ROOT = Path(__file__).parents[2]
_EDGE = ROOT / "infra" / "edge"
_FILES = "https://s3.${AWS::Region}.${AWS::URLSuffix}/${FilesBucket}"
_YEAR_S = 31_536_000


def resources() -> dict[str, Any]:
    """The CloudFront functions and the policy of headers, by their logical ids."""
    return {
        "PagesFunction": _function("pages", pages_code()),
        "ClientFunction": _function("client", (_EDGE / "client.js").read_text()),
        "SecurityHeaders": _headers_policy(),
    }


def pages_code() -> str:
    """The function before the pages, with what it knows of them."""
    headers = SECURITY_HEADERS | {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}
    known = {
        "PAGES": PAGES,
        "NOT_FOUND": (ROOT / "frontend_static" / NOT_FOUND_PAGE).read_text("utf-8"),
        "HEADERS": {name.lower(): {"value": value} for name, value in headers.items()},
    }
    constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    return constants + (_EDGE / "pages.js").read_text()


def _function(name: str, code: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": {"Fn::Sub": f"printlab-${{Stage}}-{name}"},
            "AutoPublish": True,
            "FunctionCode": code,
            "FunctionConfig": {"Comment": f"infra/edge/{name}.js", "Runtime": "cloudfront-js-2.0"},
        },
    }


def _headers_policy() -> dict[str, Any]:
    # Uploads go to the bucket itself; what is read lies below it, and a source without slash means itself.
    policy = content_security_policy([_FILES, f"{_FILES}/"])
    return {
        "Type": "AWS::CloudFront::ResponseHeadersPolicy",
        "Properties": {
            "ResponseHeadersPolicyConfig": {
                "Name": {"Fn::Sub": "printlab-${Stage}"},
                "SecurityHeadersConfig": {
                    "ContentSecurityPolicy": {
                        "ContentSecurityPolicy": {"Fn::Sub": policy},
                        "Override": True,
                    },
                    "ContentTypeOptions": {"Override": True},
                    "ReferrerPolicy": {
                        "ReferrerPolicy": SECURITY_HEADERS["Referrer-Policy"],
                        "Override": True,
                    },
                    "StrictTransportSecurity": {
                        "AccessControlMaxAgeSec": _YEAR_S,
                        "IncludeSubdomains": False,
                        "Override": True,
                    },
                },
                "CustomHeadersConfig": {
                    "Items": [
                        {
                            "Header": "Permissions-Policy",
                            "Value": SECURITY_HEADERS["Permissions-Policy"],
                            "Override": True,
                        }
                    ]
                },
            }
        },
    }
