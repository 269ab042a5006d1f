"""A PDF from HTML of our own: nothing in it is fetched, from the network or from this machine's files."""

from __future__ import annotations

from typing import Any, NoReturn

from signing.overprint import draw


def compose(html: str, *, watermark: bool = False) -> bytes:
    """The pages of a document as PDF, with LATIHAN across each if asked for. What it refers to is left out.

    In this very process: the words are ours, unlike an upload's.
    """
    import weasyprint  # noqa: PLC0415  # half a second that no approval needs

    pdf = weasyprint.HTML(string=html, url_fetcher=_refuse).write_pdf()
    return draw(pdf, {})[1][0] if watermark else pdf


def _refuse(url: str, *_args: Any, **_kwargs: Any) -> NoReturn:
    raise ValueError(f"nothing is fetched: {url[:80]}")
