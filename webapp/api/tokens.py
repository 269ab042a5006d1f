"""The caller itself, and what its office offers it to choose from."""

from __future__ import annotations

from flask import Blueprint

from webapp.api import shapes
from webapp.api.contract import Contract, route
from webapp.domain import number_patterns, people
from webapp.domain.errors import N_
from webapp.domain.tokens import Scope
from webapp.guards.access import work
from webapp.guards.tokens import token


def add_to(bp: Blueprint) -> None:
    route(bp, "get", "/token", Contract(N_("Token yang dipakai ini"), None, shapes.Token))(show)
    route(bp, "get", "/signers", Contract(N_("Siapa yang dapat menandatangani"), Scope.SUBMIT, shapes.Signers))(signers)
    route(bp, "get", "/patterns", Contract(N_("Pola nomor surat kantor"), Scope.SUBMIT, shapes.Patterns))(patterns)


def show() -> shapes.Token:
    mine = token()
    return shapes.Token(mine.person.name, mine.office.code, list(mine.scopes), mine.expires_at)


def signers() -> shapes.Signers:
    found = people.signers_for(work(), token().office)
    return shapes.Signers([shapes.Signer(p.id, p.full_name, p.position, p.email) for p in found])


def patterns() -> shapes.Patterns:
    found = number_patterns.of(work(), token().office)
    return shapes.Patterns([shapes.Pattern(one.id, one.name, one.pattern) for one in found])
