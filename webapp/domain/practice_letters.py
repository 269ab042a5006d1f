"""The invented letters of practice: their facts, and their pages. Nothing in them is anybody's, and all say LATIHAN."""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from string import Template

from signing.leaflets import compose
from webapp.domain.work import Work
from webapp.models import Confidentiality, Urgency

_PAGE = Template((Path(__file__).parent / "practice_files/letter.html").read_text())
PLACE = {"page": 1, "x": 312.0, "y": 412.0, "width": 220.0, "height": 92.0}  # under the position, always there
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
TALES = (
    ("Undangan Rapat Koordinasi Latihan", "Kepala Bagian Contoh",
     "Dengan hormat kami mengundang Saudara menghadiri rapat yang akan diadakan pada:",
     ("Tempat", "Aula Contoh"), "Demikian undangan ini disampaikan untuk dilaksanakan."),
    ("Permintaan Data Kepegawaian Latihan", "Kepala Dinas Contoh",
     "Untuk keperluan latihan, kami meminta Saudara menyampaikan data berikut paling lambat pada:",
     ("Jumlah pegawai", "dua belas orang"), "Atas perhatian Saudara kami ucapkan terima kasih."),
    ("Izin Pemakaian Ruang Latihan", "Ketua Panitia Contoh",
     "Sehubungan dengan surat Saudara, kami memberi izin memakai ruang rapat pada:",
     ("Ruang", "Ruang Rapat Contoh"), "Izin ini berlaku untuk satu hari itu saja."),
    ("Pembayaran Honor Narasumber Latihan", "Bendahara Contoh",
     "Bersama ini kami minta honor narasumber dibayarkan dengan keterangan sebagai berikut:",
     ("Jumlah", "Rp1.250.000,00"), "Demikian untuk dibayarkan."),
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """What an invented letter says; `told` are lines of its body."""

    number: str
    subject: str
    addressee: str
    dated_on: date
    opening: str
    closing: str
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict:
        """As letters are created with."""
        return {
            "number": self.number, "subject": self.subject, "classification": "000.0", "urgency": Urgency.NORMAL,
            "confidentiality": Confidentiality.NORMAL, "addressee": self.addressee, "dated_on": self.dated_on,
        }  # fmt: skip


def invent(work: Work, which: int) -> Sample:
    """Another letter each time: a number and a day that nobody can have learnt by heart."""
    subject, addressee, opening, row, closing = TALES[which % len(TALES)]
    today = work.now.date()
    held_on = today + timedelta(days=3 + secrets.randbelow(20))
    return Sample(
        number=f"LATIHAN/{secrets.randbelow(900) + 100}/{today.year}", subject=subject, addressee=addressee,
        dated_on=today - timedelta(days=secrets.randbelow(5)), opening=opening, closing=closing,
        told={"Hari": shown(held_on), row[0]: row[1]},
    )  # fmt: skip


def draw(work: Work, sample: Sample, *, watermark: bool = True) -> bytes:
    """Its page as a PDF, marked LATIHAN unless it is to be uploaded; PLACE is free for a mark. Takes 0.1 s."""
    office = next((one.office.name for one in work.person.memberships), work.config.instance_name)
    texts = {
        "number": sample.number, "subject": sample.subject, "addressee": sample.addressee,
        "date": shown(sample.dated_on), "opening": sample.opening, "closing": sample.closing,
        "parent": work.config.instance_name, "office": office, "position": work.person.position or "Pejabat Latihan",
    }  # fmt: skip
    rows = "".join(f"<tr><td>{html.escape(a)}</td><td>: {html.escape(b)}</td></tr>" for a, b in sample.told.items())
    escaped = {name: html.escape(text) for name, text in texts.items()}
    return compose(_PAGE.substitute(escaped, rows=rows), watermark=watermark)


def shown(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
