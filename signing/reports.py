"""HTML that we wrote ourselves -> a tagged PDF/A-2a (ISO 19005-2, level A) by WeasyPrint, with our own typeface.

Whoever writes the HTML escapes what people typed. Nothing is fetched for it: no address, no file, no data: URL.
Import it where something is printed only: WeasyPrint takes half a second and 40 MB.
"""

from __future__ import annotations

from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = {f"font:{weight}": f"TekenSans-{weight}.ttf" for weight in ("Regular", "Semibold")}
TYPEFACE = "".join(
    f'@font-face {{ font-family: "Teken Sans"; font-weight: {weight}; src: url("{name}") format("truetype"); }}\n'
    for weight, name in zip((400, 600), FONTS, strict=True)
)


class OnlyFonts(URLFetcher):
    """Gives the two fonts that come with us, and refuses every other address (SSRF, files of the server)."""

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        if url not in FONTS:
            raise ValueError("nothing is fetched for a report")
        return URLFetcherResponse(url, (Path(__file__).with_name("fonts") / FONTS[url]).read_bytes())


def render(html: str) -> bytes:
    """The PDF of a whole HTML document; what would have to be fetched for it is left out. Takes up to seconds."""
    fetcher, fonts = OnlyFonts(), FontConfiguration()
    style = CSS(string=TYPEFACE, font_config=fonts, url_fetcher=fetcher)
    document = HTML(string=html, url_fetcher=fetcher)
    return document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-2a", pdf_tags=True)
