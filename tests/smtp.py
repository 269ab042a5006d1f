"""A real SMTP server for tests: it keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import email
import email.policy
import socket
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Mailbox:
    """`mails`: (recipients of the envelope, mail). `refusals`: address -> answer at RCPT."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for told, mail in self.mails if told == [address]]

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, data_size_limit=30_000_000)
        self.controller.start()

    def stop(self) -> None:
        if self.controller.loop.is_running():
            self.controller.stop(no_assert=True)
