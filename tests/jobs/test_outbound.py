"""The POST to a stranger's address: never inside, only to the address that was judged, by TLS for the name."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.jobs.webhook_receiver import Receiver
from webapp import outbound
from webapp.domain import webhooks

INNER = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "fec0::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch, address):
    connected = []
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "create_connection", lambda *told, **_: connected.append(told))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(outbound.Unreachable, match="inner address") as told:
        outbound.post("https://harmless.example/", b"", headers={}, may_reach=webhooks.is_outside)
    assert connected == [] and address not in str(told.value)


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.215.14", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(outbound.Unreachable, match="inner address"):
        outbound.post("https://harmless.example/", b"", headers={}, may_reach=webhooks.is_outside)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "103.10.1.1"])
def test_public_addresses_are_outside(address):
    assert webhooks.is_outside(ipaddress.ip_address(address))


def test_the_judged_address_is_the_one_connected_to(monkeypatch):
    """DNS rebinding: the name answers with an outer address first and with ours afterwards. It is asked once."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    asked, connected = [], []

    def resolve(host, port, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(answers)]

    def connect(where, *_, **__):
        connected.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outbound.Unreachable):
        outbound.post("https://rebinding.example:8443/", b"", headers={}, may_reach=webhooks.is_outside)
    assert asked == ["rebinding.example"] and connected == [("93.184.215.14", 8443)]


def test_tls_is_for_the_name_and_its_certificate_is_checked(monkeypatch, tmp_path):
    """By a real handshake: SNI, Host and certificate are the name's, though the connection goes to an address."""
    certificate, key = _self_signed("surat.example", tmp_path)
    names = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    secured = Receiver(context)
    monkeypatch.setattr(outbound, "_resolve", lambda *_: "127.0.0.1")
    send = {"headers": {"webhook-id": "x"}, "may_reach": webhooks.is_outside}
    with pytest.raises(outbound.Unreachable, match="certificate"):
        outbound.post(f"https://surat.example:{secured.port}/", b"", **send)
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(outbound, "context", lambda: trusting)
    status = outbound.post(f"https://surat.example:{secured.port}/", b"{}", **send)
    assert status == 401 and names[-1] == "surat.example", "reached; the message was not signed for it"
    with pytest.raises(outbound.Unreachable, match="certificate"):
        outbound.post(f"https://other.example:{secured.port}/", b"", **send)
    secured.close()


def _self_signed(name, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "c.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "k.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(folder / "c.pem"), str(folder / "k.pem")
