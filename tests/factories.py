"""Letters in any state, made as people would make them: through the domain, with real PDFs and real codes."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import update

import signing
from tests import people
from webapp.config import Config
from webapp.demo.office import LETTERS
from webapp.domain import (
    approvals,
    chains,
    delegations,
    documents,
    grants,
    intake,
    keys,
    letters,
    marks,
    reviews,
    signatures,
    signers,
)  # fmt: skip
from webapp.domain.work import Work
from webapp.models import (
    Confidentiality,
    Letter,
    Mandate,
    MandateKind,
    Membership,
    Office,
    Person,
    Role,
    SecondFactor,
    StepKind,
    Urgency,
)  # fmt: skip

ONE_PAGE, THREE_PAGES, LIBREOFFICE = "undangan.pdf", "edaran.pdf", "tugas.pdf"
NUMBERS = count(20_001)  # far from what tests and the demo office write themselves: a number is given once
# Free places of ONE_PAGE, for the marks of several signers.
PLACES = tuple(signing.Placement(1, x, y, 220, 92) for x, y in ((318.5, 576), (60, 545), (318.5, 672)))


@lru_cache
def examined(file: str) -> intake.Intake:
    """Examining starts a child process, so each demo letter is examined once."""
    config = Config(True, b"", b"", "", LETTERS, "http://localhost", "file:x", "")
    return intake.examine(config, (LETTERS / file).read_bytes(), file)


class Factory:
    def __init__(self, work: Work) -> None:
        self.work = work

    def person(self, login: str) -> Work:
        """The Work of somebody."""
        return people.as_person(self.work, people.find(self.work, login))

    def draft(self, file: str = ONE_PAGE, *, drafter: str = "budi", signer: str = "sari", **facts: object) -> Letter:
        work = self.person(drafter)
        office = next(m.office for m in work.person.memberships)
        known = {
            "number": f"000.1.5/{next(NUMBERS)}/UM-2026", "subject": "Undangan Rapat Koordinasi SPBE",
            "classification": "000.1.5", "urgency": Urgency.NORMAL, "confidentiality": Confidentiality.NORMAL,
            "addressee": "Kepala Perangkat Daerah", "dated_on": date(2026, 11, 23),
        }  # fmt: skip
        return letters.create(work, office, people.find(work, signer), examined(file), known | facts)

    def placed(self, **kind: object) -> Letter:
        """A draft with its mark, ready to submit."""
        letter = self.draft(**kind)
        self.place(letter)
        return letter

    def place(self, letter: Letter, placement: signing.Placement | None = None) -> None:
        config = self.work.config
        chosen = placement or self.suggested(letter)
        prepared = signing.prepare(
            documents.get(config, letter.version.sha256), marks.stamp(config, letter), chosen,
            field=f"Teken-{letter.code}-1", name=letter.signer.full_name, reason="uji", location="uji",
        )  # fmt: skip
        documents.put(config, prepared.pdf)
        mark = marks.PlacedMark(
            letter.version.id, letter.signer_id, asdict(chosen), "", prepared.sha256, prepared.holes
        )
        letters.place_mark(people.as_person(self.work, letter.drafter), letter, mark)

    def cosigned(self, *logins: str, together: bool = False, **kind: object) -> Letter:
        """A draft that these sign, in this order, each with a mark of his own; ready to submit."""
        letter, drafter = self.draft(**kind), self.person("budi")
        for login in logins:
            allow_to_sign(self.work, login, letter.office)
        found = [chains.Planned(people.find(self.work, login).id, StepKind.SIGNATURE, together) for login in logins]
        signers.arrange(drafter, letter, found)
        self.place_all(letter)
        return letter

    def place_all(self, letter: Letter) -> None:
        """A mark for each signer; as `place` without looking what lies under them."""
        if letter.signer_count == 1:
            self.place(letter)
            return
        config, found = self.work.config, list(zip(letter.signers, PLACES, strict=False))
        later = tuple({"person_id": person.id, **asdict(place)} for person, place in found[1:])
        letter.version.placement, letter.version.later_placements = asdict(PLACES[0]), list(later)
        prepared = marks.prepare_first(config, letter, letter.signers[0])
        mark = marks.PlacedMark(
            letter.version.id, letter.signer_id, asdict(PLACES[0]), "", prepared.sha256, prepared.holes, later=later
        )
        letters.place_mark(self.person("budi"), letter, mark)

    def with_first(self, *logins: str, **kind: object) -> Letter:
        """Submitted to several signers; the first of them has signed."""
        letter = self.cosigned(*logins, **kind)
        letters.submit(self.person("budi"), letter)
        return self.sign(letter)

    def suggested(self, letter: Letter) -> signing.Placement:
        place = letter.version.suggestion or {"page": 1, "x": 60, "y": 60, "width": 220, "height": 92}
        return signing.Placement(**{name: value for name, value in place.items() if name != "by"})

    def submitted(self, **kind: object) -> Letter:
        letter = self.placed(**kind)
        letters.submit(people.as_person(self.work, letter.drafter), letter)
        return letter

    def planned(self, *reviewers: str, together: bool = False, **kind: object) -> Letter:
        """A draft that is ready to submit, with these people to initial it."""
        letter = self.placed(**kind)
        found = [people.find(self.work, login) for login in reviewers]
        chain = [chains.Planned(one.id, StepKind.HIERARCHY, together) for one in found]
        chains.arrange(people.as_person(self.work, letter.drafter), letter, chain)
        return letter

    def in_review(self, *reviewers: str, together: bool = False, **kind: object) -> Letter:
        """Waits for the initial of the first of them; of Dewi where nobody is named."""
        letter = self.planned(*(reviewers or ("dewi",)), together=together, **kind)
        letters.submit(people.as_person(self.work, letter.drafter), letter)
        return letter

    def initial(self, letter: Letter, login: str, note: str = "") -> Letter:
        reviews.initial(self.person(login), letter, digest=marks.digest(letter), note=note)
        return letter

    def returned(self, **kind: object) -> Letter:
        letter = self.submitted(**kind)
        letters.send_back(people.as_person(self.work, letter.signer), letter, "Tanggalnya keliru.")
        return letter

    def withdrawn(self, **kind: object) -> Letter:
        letter = self.submitted(**kind)
        letters.withdraw(people.as_person(self.work, letter.drafter), letter)
        return letter

    def rejected(self, **kind: object) -> Letter:
        letter = self.submitted(**kind)
        letters.reject(people.as_person(self.work, letter.signer), letter, "Tidak sesuai kebijakan.")
        return letter

    def signed(self, **kind: object) -> Letter:
        return self.sign(self.submitted(**kind))

    def sign(
        self, letter: Letter, *, code: str | None = None, digest: str | None = None, login: str | None = None
    ) -> Letter:  # fmt: skip
        """Approve as the signer does, or as this person. His code's time step is forgotten: tests sign many letters."""
        signer = people.find(self.work, login) if login else letter.signer
        forget_code(self.work, signer)
        work = people.as_person(self.work, signer)
        approval = approvals.begin(work, letter, digest=digest or marks.digest(letter), secret=people.secret_of(signer))
        approvals.consent(work, approval, code or people.code_of(work, signer))
        forget_code(work, signer)
        return signatures.complete(work, approval, signatures.make(work, approval))

    def revoked(self, **kind: object) -> Letter:
        letter = self.signed(**kind)
        letters.revoke(people.as_person(self.work, letter.signer), letter, "Dicabut karena keliru.")
        return letter

    def replaced(self, **kind: object) -> Letter:
        letter, successor = self.signed(**kind), self.signed(**kind)
        letters.replace(people.as_person(self.work, letter.signer), letter, successor.number, "Diganti yang baru.")
        return letter

    def mandate(
        self, deputy: str = "hadi", *, principal: str = "sari", by: str | None = None, accepted: bool = True,
        starts: int = 0, days: int = 7, **terms: object,
    ) -> Mandate:  # fmt: skip
        """A mandate from `starts` days from today, for so many days; given by the official unless `by` somebody."""
        giver, official = self.person(by or principal), people.find(self.work, principal)
        today = self.work.now.astimezone(ZoneInfo("Asia/Jakarta")).date()
        known = {
            "kind": MandateKind.PLH, "principal_id": official.id, "deputy_id": people.find(self.work, deputy).id,
            "office_id": official.memberships[0].office_id, "starts_on": today + timedelta(days=starts),
            "ends_on": today + timedelta(days=starts + days - 1), "decree": "SK 800.1.3/12/BKPSDM-2026",
            "confidentiality": Confidentiality.RESTRICTED,
        }  # fmt: skip
        forget_code(self.work, giver.person)
        code = people.code_of(self.work, giver.person)
        made = grants.grant(giver, grants.Terms(**known | terms), code)  # type: ignore[arg-type]
        forget_code(self.work, giver.person)
        if accepted:
            delegations.accept(self.person(deputy), made)
        return made

    def deputy(self, login: str, **terms: object) -> Mandate:
        """A mandate for somebody who needs a key for it: asked, verified, certified, accepted."""
        made, person, rina = self.mandate(login, accepted=False, **terms), self.person(login), self.person("rina")
        if not delegations.can_sign(person, person.person):
            keys.verify_identity(rina, person.person, documents="KTP elektronik", method="tatap_muka", note="")
            key = keys.create(person, people.secret_of(person.person), "vault")
            keys.issue(rina, key, keys.control_code(key), people.secret_of(rina.person))
        delegations.accept(person, made)
        return made

    def take_over(self, letter: Letter, deputy: str = "hadi") -> Letter:
        by_deputy = self.person(deputy)
        delegations.take_over(by_deputy, letter, *delegations.draw(by_deputy, letter))
        return letter

    def in_state(self, state: str, **kind: object) -> Letter:
        """A letter in the state of this name."""
        return getattr(self, state)(**kind)


def allow_to_sign(work: Work, login: str, office: Office) -> None:
    """Make somebody who has a key a signer for this office too."""
    person = people.find(work, login)
    if not any(m.office_id == office.id and m.role == Role.SIGNER for m in person.memberships):
        person.memberships.append(Membership(office=office, role=Role.SIGNER))
        work.session.flush()


def forget_code(work: Work, person: Person) -> None:
    """Let the person's present code count once more."""
    work.session.execute(update(SecondFactor).where(SecondFactor.person_id == person.id).values(last_step=0))


def later(work: Work, seconds: float) -> Work:
    return replace(work, now=work.now + timedelta(seconds=seconds))
