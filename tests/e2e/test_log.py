"""The browser itself proves that a letter is in the public log, and says so honestly when it cannot."""

import json

import pytest

from tests.e2e.watch import shot, wait

STATUS = "document.querySelector('[data-behaviour=log-proof] [data-part=status]')"
NO_ED25519 = """
  const real = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
    if (algorithm === 'Ed25519') return Promise.reject(new DOMException('unknown', 'NotSupportedError'));
    return real.call(this, format, data, algorithm, ...rest);
  };
"""


@pytest.fixture(scope="module")
def letters(product):
    """Several leaves, so that the proofs have steps; the address of the third letter."""
    ids = [product.letter("signed") for _ in range(5)]
    return product.verification_url(ids[2])


def said(page, url):
    page.goto(url)
    return wait(page, f"/notice/.test({STATUS}.className) && {STATUS}.textContent")


def test_the_browser_proves_it(open_page, letters):
    assert "Terbukti" in said(open_page("phone"), letters)


def test_without_ed25519_it_says_what_was_not_checked(open_page, letters):
    page = open_page("phone")
    page.add_init_script(NO_ED25519)
    assert "tidak dapat diperiksa oleh peramban ini" in said(page, letters)


def test_without_javascript_it_is_the_servers_word(open_page, letters):
    page = open_page("phone", java_script_enabled=False)
    page.goto(letters)
    assert "Ini keterangan peladen kami" in page.inner_text("[data-behaviour=log-proof]")


def other_leaf(answer):
    return answer | {"leaf": answer["leaf"].replace("kind signature", "kind signaturf")}


def other_file(answer):
    lines = ["file " + "0" * 64 if line.startswith("file ") else line for line in answer["leaf"].split("\n")]
    return answer | {"leaf": "\n".join(lines)}


def other_place(answer):
    return answer | {"index": answer["index"] + 1}


def shorter_proof(answer):
    return answer | {"proof": answer["proof"][:-1]}


def larger_log(answer):
    origin, size, *rest = answer["checkpoint"].split("\n")
    return answer | {"checkpoint": "\n".join([origin, str(int(size) + 1), *rest])}


def other_signature(answer):
    end = -3 - len("\n")
    return answer | {"checkpoint": answer["checkpoint"][: end - 8] + "AAAAAAAA" + answer["checkpoint"][end:]}


@pytest.mark.parametrize("lie", [other_leaf, other_file, other_place, shorter_proof, larger_log, other_signature])
def test_a_lying_server_is_not_believed(open_page, letters, lie):
    page = open_page("phone")

    def answer(route):
        route.fulfill(json=lie(json.loads(route.fetch().text())))

    page.route("**/log/leaves/*", answer)
    assert "Tidak cocok" in said(page, letters)


def test_a_log_that_is_away_accuses_nobody(open_page, letters, watch):
    page = open_page("phone")
    page.route("**/log/leaves/*", lambda route: route.fulfill(status=500))
    with watch.expect(500, "the proof of the log was not checked"):
        assert "belum dapat diambil" in said(page, letters)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_look_right(open_page, letters, product, device, scheme, language):
    page = open_page(device, color_scheme=scheme)
    page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
    for name, path in (("log", "/log"), ("log-absent", "/log?number=900/TIDAK-ADA/2026"), ("log-letter", letters)):
        page.goto(path if path.startswith("http") else product.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        shot(page, f"{name}-{device}-{scheme}-{language}", full=True)
