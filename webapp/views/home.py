"""The first page: straight to what the person is here for."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from webapp.guards.access import work
from webapp.views.navigation import navigation, waiting_count

bp = Blueprint("home", __name__)
FIRST = ("inbox", "letters", "shield", "people", "history")  # the work of a role; the rest is no reason to come


@bp.get("/")
def show() -> ResponseReturnValue:
    links = [link for link in navigation() if link.icon in FIRST]
    busy = [link for link in links if link.icon != "inbox" or waiting_count()]
    if links:
        return redirect((busy or links)[0].url, 303)
    return render_template("home/show.html", person=work().person)
