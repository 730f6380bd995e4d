"""What every answer must tell the browser."""

from typing import Any


def lacking(response: Any) -> list[str]:
    """Headers that are missing or too weak; [] is what it should be. Views may make the policy stricter."""
    policy = {
        words.split(" ")[0] for words in response.headers.get("Content-Security-Policy", "").split("; ")
    }
    checks = {
        "Content-Security-Policy": "default-src" in policy
        and ("sandbox" in policy or {"frame-ancestors", "base-uri", "object-src", "report-uri"} <= policy),
        "X-Content-Type-Options": response.headers.get("X-Content-Type-Options") == "nosniff",
        "Referrer-Policy": response.headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
        "Cross-Origin-Opener-Policy": response.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "Cross-Origin-Resource-Policy": "Cross-Origin-Resource-Policy" in response.headers,
        "Permissions-Policy": "microphone=()" in response.headers.get("Permissions-Policy", ""),
        "Reporting-Endpoints": "policy=" in response.headers.get("Reporting-Endpoints", ""),
    }
    return [name for name, is_there in checks.items() if not is_there]
