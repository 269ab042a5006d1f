"""The seal checked by a browser alone: the vectors of the specification, and the same verdicts as Python."""

from __future__ import annotations

import json
import mimetypes
import random
from pathlib import Path

import pytest

from signing import seal
from signing.errors import NotTrusted
from webapp.assets import STATIC

VECTORS = json.loads((Path(__file__).parents[1] / "signing/vectors/seal.json").read_text())
JUDGE = """async ([vectors, texts]) => {
  const { read } = await import("/js/lib/seal.js");
  const { open, judge } = await import("/js/lib/seal-lists.js");
  const roots = [vectors.root_sha256];
  const lists = {
    directory: await open(vectors.directory, "directory", roots), status: await open(vectors.status, "status", roots),
  };
  return Promise.all(texts.map(async (text) => {
    let sealed;
    try { sealed = read(text); } catch { return { state: "refused" }; }
    const { state, isOffice, isOld } = await judge(sealed, lists, roots, new Date(vectors.now));
    return { state, isOffice, isOld, number: sealed.number, signer: sealed.signer, pages: sealed.pages,
      datedOn: sealed.datedOn.toISOString().slice(0, 10), at: sealed.at.toISOString() };
  }));
}"""


@pytest.fixture
def modules(browser):
    """A page that may import the product's modules, with no server behind it."""
    context = browser.new_context()
    page = context.new_page()

    def answer(route):
        path = STATIC / route.request.url.removeprefix("https://seal.test/")
        kind = mimetypes.guess_type(path.name)[0] or "text/html"
        route.fulfill(body=path.read_bytes() if path.is_file() else b"<title>x</title>", content_type=kind)

    page.route("https://seal.test/**", answer)
    page.goto("https://seal.test/")
    yield page
    context.close()


def test_the_browser_gives_every_vector_its_state(modules):
    found = modules.evaluate(JUDGE, [VECTORS, [case["text"] for case in VECTORS["cases"]]])
    for case, got in zip(VECTORS["cases"], found, strict=True):
        if case["state"] == "any but valid":
            assert got["state"] != "valid", case["name"]
        else:
            assert got["state"] == case["state"], case["name"]
        if case.get("is_office"):
            assert got["isOffice"], case["name"]
    facts = VECTORS["cases"][0]
    assert (found[0]["number"], found[0]["signer"], found[0]["pages"]) == (facts["number"], facts["signer"], 1)
    assert found[0]["datedOn"] == facts["dated_on"] and found[0]["at"].startswith(facts["at"][:-1])


def test_lists_that_the_office_did_not_sign_are_refused(modules):
    opened = """async ([text, root]) => {
      const { open } = await import("/js/lib/seal-lists.js");
      try { await open(text, "directory", [root]); return "opened"; } catch (error) { return String(error); }
    }"""
    assert modules.evaluate(opened, [VECTORS["directory"], VECTORS["root_sha256"]]) == "opened"
    for name, text in VECTORS["lists_refused"].items():
        assert modules.evaluate(opened, [text, VECTORS["root_sha256"]]) != "opened", name
    assert modules.evaluate(opened, [VECTORS["directory"], "00" * 32]) != "opened", "a root that is not pinned"


def test_old_lists_are_called_old(modules):
    later = VECTORS | {"now": "2027-01-01T00:00:00Z"}
    (got,) = modules.evaluate(JUDGE, [later, [VECTORS["cases"][0]["text"]]])
    assert got["state"] == "valid" and got["isOld"]


def test_browser_and_python_read_the_same_seals(modules):
    """Whatever one refuses the other refuses: 400 damaged seals, damaged as numbers and as bytes."""
    dice, texts = random.Random(7), []
    address, digits = VECTORS["cases"][0]["text"].split("#")
    good = int(digits).to_bytes((int(digits).bit_length() + 7) // 8, "big")
    for _ in range(400):
        data = bytearray(good)
        for _ in range(dice.choice((1, 1, 2, 5))):
            change = dice.randrange(3)
            # Structure more often than signature: heads and short fields are where two parsers part.
            at = dice.randrange(len(data) if dice.randrange(4) == 0 else 24)
            if change == 0:
                data[at] ^= 1 << dice.randrange(8)
            elif change == 1:
                data[at:at] = bytes([dice.randrange(256)])
            else:
                del data[at]
        texts.append(f"{address}#{int.from_bytes(data, 'big')}")
    found = modules.evaluate(JUDGE, [VECTORS, texts])
    for text, got in zip(texts, found, strict=True):
        try:
            sealed = seal.read(text)
        except NotTrusted:
            sealed = None
        assert (sealed is None) == (got["state"] == "refused"), text
        if sealed:
            assert sealed.claim.number == got["number"] and got["state"] != "valid"
