"""A mail server and a push service, both real and on loopback."""

import email
import email.policy
import socket

import pytest
from aiosmtpd.controller import Controller

from tests.jobs.push_service import PushService


class Mailbox:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 kept"


@pytest.fixture
def mailbox():
    made = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        made.port = free.getsockname()[1]
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    made.stop = controller.stop
    yield made
    if controller.loop.is_running():
        controller.stop(no_assert=True)


@pytest.fixture
def service():
    made = PushService()
    yield made
    made.close()
