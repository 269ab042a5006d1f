"""Only browsers' push services are called, and only as long as the log-in lives."""

import pytest

from tests import people
from webapp.domain import accounts, subscriptions
from webapp.domain.errors import Invalid

GOOD = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com.evil.test/x", "https://fcm.googleapis.com@127.0.0.1/x",
        "https://127.0.0.1/x", "https://fcm.googleapis.com:8443/x", "file:///etc/passwd", "", "https://[::1]/",
        "https://notify.windows.com.evil/x",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(work, sari, endpoint):
    login = people.log_in(work, "sari").login
    with pytest.raises(Invalid):
        subscriptions.add(people.as_person(work, sari), login, endpoint=endpoint, p256dh="k", auth="a")


def test_one_device_is_one_row_and_ends_with_its_log_in(work, sari):
    login = people.log_in(work, "sari").login
    by_sari = people.as_person(work, sari)
    for auth in ("a", "b"):
        subscriptions.add(by_sari, login, endpoint=GOOD, p256dh="k", auth=auth)
    (only,) = subscriptions.of(work, sari)
    assert only.auth == "b"
    accounts.log_out(by_sari, login)
    assert subscriptions.of(work, sari) == []


def test_nobody_removes_anothers_device(work, sari, budi):
    login = people.log_in(work, "sari").login
    subscriptions.add(people.as_person(work, sari), login, endpoint=GOOD, p256dh="k", auth="a")
    subscriptions.remove(people.as_person(work, budi), GOOD)
    assert len(subscriptions.of(work, sari)) == 1
