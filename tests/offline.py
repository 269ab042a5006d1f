"""What a device asks that keeps letters: JSON, its token in a header, as the script of a page sends it."""

from __future__ import annotations

import uuid

JSON = {"Accept": "application/json"}


def ask(page, path, sent=None, *, status=200):
    """As the script of a page asks: JSON, its token in a header."""
    headers = JSON | {"X-CSRFToken": page.csrf_token()}
    answer = page.client.get(path, headers=JSON) if sent is None else page.client.post(path, json=sent, headers=headers)
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.json


def decide(page, letter, kind, *, status=200, **sent):
    """sent: digest, and perhaps text, key, to."""
    sent = {"kind": kind, "text": "", "key": str(uuid.uuid4())} | {name: str(value) for name, value in sent.items()}
    return ask(page, f"/offline/letters/{getattr(letter, 'id', letter)}/decisions", sent, status=status)
