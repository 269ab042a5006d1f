"""What the browser is told to refuse, and what nobody may keep."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = {
    # No inline script or style anywhere: text that slipped through escaping still cannot run.
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",  # nobody can lay a page over the approval button
    "require-trusted-types-for": "'script'",  # no script writes text into the page as markup
    "trusted-types": "teken",
}
# A style sheet or module has no policy of its own, and whoever opens a drawing by its address needs nothing else.
STATIC = {"default-src": "'none'", "frame-ancestors": "'none'"}
SCANNER = {**POLICY, "media-src": "'self' blob: mediastream:"}
# A worker has the policy of its own file: this one compiles the reader of QR codes, and touches no page.
QR_WORKER = {**POLICY, "script-src": "'self' 'wasm-unsafe-eval'"}


def _policy(parts: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def init_app(app: Flask) -> None:
    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        scans = request.endpoint == "scanner.show"
        headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint == "static_file" and response.status_code in (200, 304):
            works = request.view_args["name"] == "js/qr-worker.js"
            headers["Content-Security-Policy"] = _policy(QR_WORKER if works else STATIC)
            return response  # the rest is about pages, and would double what a small module costs on the line
        headers.setdefault("Content-Security-Policy", _policy(SCANNER if scans else POLICY))
        headers["Referrer-Policy"] = "same-origin"  # the code of a letter is not told to other sites
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = f"camera={'(self)' if scans else '()'}, microphone=(), geolocation=()"
        headers.setdefault("Cache-Control", "no-store")
        if app.config["TEKEN"].is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response
