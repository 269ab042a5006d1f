"""A link that is passed on: its preview says nothing of the letter, and the visit of a crawler changes nothing."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from webapp.domain import personal_links, recipients
from webapp.models import Base, Confidentiality, DeliveryState, RecipientKind

CRAWLERS = ("WhatsApp/2.23.20.0 A", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)")
SAYS = "Surat bertanda tangan elektronik. Buka untuk memeriksa keasliannya."
SUBJECT = "Mutasi jabatan eselon"


@pytest.fixture
def addresses(make, session, work):
    """The public pages of an open and of a restricted letter, and a personal link to the second."""
    opened = make.signed(subject=SUBJECT)
    closed = make.signed(confidentiality=Confidentiality.RESTRICTED, subject=SUBJECT, number="800/1/UM-2026")
    one = recipients.add(make.person("budi"), closed, RecipientKind.COPY, "Camat", "camat@kubung.example")
    one.deliveries[0].state = DeliveryState.SENT
    session.flush()
    link = f"/copies/{personal_links.token(work, one.deliveries[0])}"
    secrets = (SUBJECT, opened.number, closed.number, opened.code, closed.code, "Sari", "Camat", link)
    found = [f"/v/{opened.code}", f"/V/{opened.code}", f"/v/{closed.code}", link]
    session.commit()
    return found, secrets


def everything(session):
    """Every row of every table."""
    tables = Base.metadata.sorted_tables
    rows = {table.name: session.execute(text(f'SELECT * FROM "{table.name}"')).all() for table in tables}
    session.commit()
    return rows


def preview(answer):
    html = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return {tag["property"]: tag["content"] for tag in html.select("meta[property^='og:']")}


def test_a_crawler_sees_the_product_and_no_letter_and_leaves_no_trace(app, addresses, session):
    found, secrets = addresses
    before = everything(session)
    for path in found:
        for crawler in CRAWLERS:
            client = app.test_client()  # without cookies
            for method in ("HEAD", "GET"):
                answer = client.open(path, method=method, headers={"User-Agent": crawler, "Accept": "*/*"})
                assert answer.status_code == 200
            told = preview(answer)
            assert told["og:site_name"] == "Teken · Pemerintah Kabupaten Solok"
            assert not [s for s in secrets if s.lower() in " ".join(told.values()).lower()], path
            if path.lower().startswith("/v/"):
                assert told["og:description"] == SAYS
            head = answer.get_data(as_text=True).partition("</head>")[0]
            assert len(head.encode()) < 8000, "crawlers read the beginning of a page"
    assert everything(session) == before


def test_the_picture_is_the_product_s_and_its_address_is_whole(app, addresses):
    (path, *_), _ = addresses
    address = preview(app.test_client().get(path, headers={"Host": "localhost"}))["og:image"]
    picture = app.test_client().get(address.removeprefix("http://localhost"))
    assert address.startswith("http://localhost/static/") and picture.status_code == 200
    assert picture.mimetype == "image/png" and len(picture.data) < 300_000


def test_a_code_that_nobody_has_and_a_forged_link_look_the_same(app, addresses):
    (path, _, _, link), _ = addresses
    client = app.test_client()
    assert preview(client.get("/v/000000000000")) == preview(client.get(path))
    assert preview(client.get("/copies/1-" + "0" * 32)).get("og:title") != "Tautan pribadi"
    assert preview(client.get(link))["og:title"] == "Tautan pribadi"


@pytest.mark.parametrize("path", ["/v", "/v/upload", "/login", "/scan", "/guide", "/v/000000000000"])
def test_every_public_page_has_a_preview_and_the_other_language(page, path):
    page.get(path, status=404 if path.endswith("0" * 12) else 200)
    assert page.html.select_one("meta[property='og:title']")["content"]
    page.get(path + page.html.select_one("a[hreflang=en]")["href"], status=page.status)
    assert page.html.html["lang"] == "en" and page.html.select_one("a[hreflang=id]")
    page.get(path, status=page.status)  # kept on the device
    assert page.html.html["lang"] == "en"


def test_only_an_open_letter_is_offered_as_a_file_to_be_shared(page, addresses, make, session):
    (opened, _, closed, _), _ = addresses
    secret = make.signed(confidentiality=Confidentiality.SECRET, number="800/2/UM-2026")
    plain = make.signed(number="800/3/UM-2026")
    ids = secret.id, plain.id
    session.commit()
    for path, count in ((opened, 1), (closed, 0)):
        page.get(path)
        assert len(page.html.select("[data-behaviour=share-file]")) == count
        (link,) = page.html.select("[data-behaviour=share]")
        assert SUBJECT not in str(link) and link["data-url"].startswith("http://localhost/v/")
    page.log_in("sari")
    for letter_id, count in zip(ids, (0, 1), strict=True):
        page.get(f"/letters/{letter_id}")
        assert len(page.html.select("[data-behaviour=share-file]")) == count
