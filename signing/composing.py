"""Inside the child: a letter's typed texts into HTML and on to PDF/A. The texts are values, never part of a template.

Three nets for what somebody types: values are escaped; the templates run in Jinja's sandbox; nothing is fetched, be it
from the net or from the disk, except the emblem that came with the question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from PIL import Image

from signing.errors import BadDocument
from signing.writing import PAPERS, long_date

try:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as cause:  # Pango is a library of the system's
    raise BadDocument("no_writer", str(cause)[:80]) from cause

EMBLEM = "emblem:"  # the one address there is
LANDSCAPE = frozenset({"sertifikat"})
_TYPES = Path(__file__).parent / "letter_types"
_MARKED = re.compile(r"(\d{1,3}[.)]|[a-z][.)]|[-\u2013\u2022])\s+(.+)", re.DOTALL)
_NAMED = re.compile(r"([^:]{1,40}?)\s*:\s+(.+)")
_LARGEST_EMBLEM, _MOST_PIXELS = 600, 20_000_000


@dataclass(frozen=True)
class Block:
    """A part of a text: kind "text", "item" (with its `mark` and `depth`) or "facts" (`rows` of name and value)."""

    kind: str
    text: str = ""
    mark: str = ""
    depth: int = 0
    rows: tuple[tuple[str, str], ...] = ()


class Nothing(URLFetcher):
    """Fetches the emblem and nothing else."""

    def __init__(self, emblem: bytes) -> None:
        super().__init__()
        self._emblem = emblem

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url != EMBLEM or not self._emblem:
            raise FatalURLFetchingError(url)
        return URLFetcherResponse(url, self._emblem, {"Content-Type": "image/png"})


def compose(emblem: bytes, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Verb `compose`: one PDF for each of `letters`, as writing.compose tells."""
    kind, letterhead = str(arguments["kind"]), arguments["letterhead"]
    template = _templates().get_template(f"{kind}.html")
    fonts, fetcher = FontConfiguration(), Nothing(emblem)
    sheet = CSS(string=_page(letterhead["paper"], kind) + (_TYPES / "page.css").read_text(), font_config=fonts)
    made = []
    for letter in arguments["letters"]:
        html = template.render(letter=letter, kop=letterhead, emblem=EMBLEM if emblem else "")
        page = HTML(string=html, url_fetcher=fetcher, base_url=None)
        made.append(page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-2u", pdf_tags=True))
    return {}, made


def blocks(text: str) -> list[Block]:
    """A typed text as paragraphs, numbered or dashed items, and lists of `name: value`, as they stand there."""
    found: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = [line.rstrip() for line in part.splitlines() if line.strip()]
        named = [_NAMED.fullmatch(line.strip()) for line in lines]
        if len(lines) > 1 and all(named) and not any(_MARKED.fullmatch(line.strip()) for line in lines):
            found.append(Block("facts", rows=tuple((match[1], match[2]) for match in named if match)))
        else:
            found += _flowing(lines)
    return found


def emblem(picture: bytes, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Verb `emblem`: on white, at most 600 pixels wide and high, all that the file said besides is gone."""
    try:
        Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
        with Image.open(BytesIO(picture), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise BadDocument("too_large", "pixels")
            drawn = opened.convert("RGBA")
    except BadDocument:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as cause:
        raise BadDocument("not_picture", type(cause).__name__) from cause
    drawn.thumbnail((_LARGEST_EMBLEM, _LARGEST_EMBLEM), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    out = BytesIO()
    paper.save(out, "PNG", optimize=True)
    return {}, [out.getvalue()]


def _flowing(lines: list[str]) -> list[Block]:
    """Lines that begin with a mark are items; any other continues what stands before it."""
    found: list[Block] = []
    for line in lines:
        if match := _MARKED.fullmatch(line.strip()):
            below = match[1][0].isalpha() and any(block.mark[:1].isdigit() for block in found)
            found.append(Block("item", match[2], match[1], 1 + below))
        elif found:
            last = found[-1]
            found[-1] = Block(last.kind, f"{last.text}\n{line.strip()}", last.mark, last.depth)
        else:
            found.append(Block("text", line.strip()))
    return found


def _templates() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        loader=FileSystemLoader(_TYPES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"blocks": blocks, "date": long_date}
    return environment


def _page(paper: str, kind: str) -> str:
    width, height = PAPERS[paper]
    if kind in LANDSCAPE:
        width, height = height, width
    return f"@page {{ size: {width}mm {height}mm }}\n"
