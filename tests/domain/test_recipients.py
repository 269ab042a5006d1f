"""Who may be listed, by whom and when; and what a personal link and its code stand."""

from datetime import timedelta

import pytest

from tests.factories import later
from webapp.domain import deliveries, letters, personal_links, recipients
from webapp.domain.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from webapp.models import Confidentiality, DeliveryState, RecipientKind

COPY = RecipientKind.COPY
HOSTILE = (
    "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@b.example;c@d.example", "<a@b.example>", "a@b",
    "Camat <a@b.example>", "a b@c.example", "a@b..example", "a@-b.example", '"a"@b.example', "a@b.example\0",
    "@b.example", "a@[127.0.0.1]", "a@b.example ?subject=x", "ä@b.example", "a@bäh.example", f"{'a' * 65}@b.example",
    "a@b.example.", "a@b.example\u2028c@d.example", f"a@{'b.' * 120}example",
)  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_what_is_no_plain_address_is_refused(make, address):
    letter = make.draft()
    with pytest.raises(Invalid):
        recipients.add(make.person("budi"), letter, COPY, "Camat", address)
    assert deliveries.of(make.work, letter) == []


@pytest.mark.parametrize("address", ["a@b.example", "arsip+surat@sub.solok-kab.example", "A.B@C.example", ""])
def test_plain_addresses_are_taken(make, address):
    made = recipients.add(make.person("budi"), make.draft(), COPY, "  Camat \n Kubung ", f" {address} ")
    assert (made.name, made.email) == ("Camat Kubung", address)


@pytest.mark.parametrize("login", ["sari", "dewi", "agus", "rudi", "admin", "rina"])
@pytest.mark.parametrize("state", ["draft", "signed"])
def test_only_its_drafters_list_send_and_make_codes(work, make, login, state):
    letter = make.in_state(state)
    one = recipients.add(make.person("budi"), letter, COPY, "Camat", "camat@kubung.example")
    actor = make.person(login)
    for act in (
        lambda: recipients.add(actor, letter, COPY, "Lain", "lain@kubung.example"),
        lambda: recipients.add_person(actor, letter, COPY, actor.person.id),
        lambda: recipients.remove(actor, letter, one.id), lambda: recipients.search(actor, letter, "contoh"),
        lambda: deliveries.send_again(actor, letter, one.id), lambda: personal_links.make_code(actor, letter, 1),
        lambda: personal_links.close(actor, letter, 1),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            act()
    assert len(deliveries.of(work, letter)) == 1


@pytest.mark.parametrize("state", ["submitted", "in_review", "rejected", "revoked", "replaced"])
def test_while_others_judge_it_and_after_its_end_the_list_stays(make, state):
    letter = make.in_state(state)
    with pytest.raises((Conflict, Forbidden)):
        recipients.add(make.person("budi"), letter, COPY, "Camat", "camat@kubung.example")


def test_the_same_address_is_listed_once_and_the_list_ends(make, monkeypatch, rudi):
    letter, budi = make.draft(), make.person("budi")
    recipients.add(budi, letter, COPY, "Camat", "camat@kubung.example")
    with pytest.raises(Invalid):
        recipients.add(budi, letter, RecipientKind.ADDRESSEE, "Camat", "CAMAT@kubung.example")
    recipients.add_person(budi, letter, COPY, rudi.id)
    with pytest.raises(Invalid):
        recipients.add(budi, letter, COPY, "Rudi", "rudi@solok.example")
    monkeypatch.setattr(recipients, "MOST", 2)
    with pytest.raises(Invalid):
        recipients.add(budi, letter, COPY, "Satu lagi")


def test_whom_nothing_was_sent_to_can_be_taken_off(work, make):
    letter, budi = make.draft(), make.person("budi")
    one = recipients.add(budi, letter, COPY, "Camat", "camat@kubung.example")
    with pytest.raises(NotFound):
        recipients.remove(budi, make.draft(), one.id)
    recipients.remove(budi, letter, one.id)
    work.session.flush()
    assert deliveries.of(work, letter) == []
    signed = make.signed()
    sent = recipients.add(budi, signed, COPY, "Camat", "camat@kubung.example")
    with pytest.raises(Conflict):
        recipients.remove(budi, signed, sent.id)


def test_people_are_found_by_name_and_a_percent_sign_finds_nobody(make):
    letter, budi = make.draft(), make.person("budi")
    assert [one.name for one in recipients.search(budi, letter, "rudi")] == ["Rudi Contoh"]
    assert recipients.search(budi, letter, "%%") == [] and recipients.search(budi, letter, "r") == []


def test_sending_again_has_an_end_and_waits_for_the_one_before(work, make):
    letter, budi = make.signed(), make.person("budi")
    one = recipients.add(budi, letter, COPY, "Camat", "camat@kubung.example")
    with pytest.raises(Conflict):
        deliveries.send_again(budi, letter, one.id)
    for _ in range(deliveries.MOST_SENDINGS - 1):
        one.deliveries[-1].state = DeliveryState.SENT
        deliveries.send_again(budi, letter, one.id)
    one.deliveries[-1].state = DeliveryState.SENT
    with pytest.raises(Invalid):
        deliveries.send_again(budi, letter, one.id)
    with pytest.raises(NotFound):
        deliveries.send_again(budi, make.signed(), one.id)


@pytest.fixture
def link(make):
    """A restricted letter, and the delivery with its personal link."""
    letter = make.signed(confidentiality=Confidentiality.RESTRICTED)
    one = recipients.add(make.person("budi"), letter, COPY, "Camat", "camat@kubung.example")
    return letter, one.deliveries[0]


def test_a_link_opens_with_its_own_code_alone(work, make, link):
    letter, delivery = link
    budi = make.person("budi")
    with pytest.raises(Invalid):
        personal_links.fetch(work, delivery, "")  # no code was made
    first, second = (personal_links.make_code(budi, letter, delivery.id) for _ in range(2))
    for wrong in (first if first != second else "0", "", "00000000 ", second[:-1], second + "0", "²" * 8):
        with pytest.raises(Invalid):
            personal_links.fetch(work, delivery, wrong)
    assert personal_links.fetch(work, delivery, second).startswith(b"%PDF-") and delivery.fetched_at == work.now


def test_forged_old_and_closed_links_look_alike(work, make, link):
    letter, delivery = link
    token = personal_links.token(work, delivery)
    assert personal_links.find(work, token) is delivery
    number, tag = token.split("-")
    forged = (f"{number}-{'0' * 32}", f"{int(number) + 1}-{tag}", f"{number}", "", "-", "x-y", f"{'9' * 40}-{tag}",
              f"{token} ", f"²-{tag}", f"{number}-{tag}é")  # fmt: skip
    seen = set()
    for wrong in forged:
        with pytest.raises(NotFound) as caught:
            personal_links.find(work, wrong)
        seen.add(caught.value.message)
    with pytest.raises(NotFound) as caught:
        personal_links.find(later(work, timedelta(days=15).total_seconds()), token)
    seen.add(caught.value.message)
    personal_links.close(make.person("budi"), letter, delivery.id)
    with pytest.raises(NotFound) as caught:
        personal_links.find(work, token)
    assert seen | {caught.value.message} == {personal_links.GONE}
    with pytest.raises(Conflict):
        personal_links.make_code(make.person("budi"), letter, delivery.id)


def test_sending_again_closes_the_link_before(work, make, link):
    letter, delivery = link
    token = personal_links.token(work, delivery)
    delivery.state = DeliveryState.SENT
    deliveries.send_again(make.person("budi"), letter, delivery.recipient_id)
    with pytest.raises(NotFound):
        personal_links.find(work, token)
    newest = delivery.recipient.deliveries[-1]
    assert personal_links.find(work, personal_links.token(work, newest)) is newest


def test_another_letters_link_cannot_be_managed_by_way_of_ones_own(make, link):
    _, delivery = link
    own = make.signed()
    for act in (personal_links.make_code, personal_links.close):
        with pytest.raises(NotFound):
            act(make.person("budi"), own, delivery.id)


def test_an_ordinary_letter_has_no_personal_link(work, make):
    one = recipients.add(make.person("budi"), make.signed(), COPY, "Camat", "camat@kubung.example")
    with pytest.raises(NotFound):
        personal_links.find(work, personal_links.token(work, one.deliveries[0]))


def test_a_secret_letters_list_is_its_authors_alone(make):
    letter = make.draft(confidentiality=Confidentiality.SECRET)
    recipients.add(make.person("budi"), letter, COPY, "Camat", "camat@kubung.example")
    with pytest.raises(DomainError):
        letters.get(make.person("agus"), letter.id)
