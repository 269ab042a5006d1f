"""One way in for files: no form of a logged-in person asks for one that could not resume after a cut."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from flask_wtf.file import FileField

import webapp.forms
from webapp.forms.base import Form
from webapp.forms.uploads import UploadField
from webapp.views.transfers import SENDERS

WEBAPP = Path(__file__).parents[2] / "webapp"
# Of strangers, whose files are kept nowhere: they are sent again (js/behaviours/send-again.js).
STRANGERS = {"CheckForm.file", "PhotographForm.photo"}
READERS = re.compile(r"\buploads\.(read|take)\(")


def forms(kind: type = Form):
    for one in kind.__subclasses__():
        yield one
        yield from forms(one)


def test_files_come_through_one_kind_of_field():
    for found in pkgutil.iter_modules(webapp.forms.__path__):
        importlib.import_module(f"webapp.forms.{found.name}")
    plain, resuming = set(), set()
    for form in forms():
        for name, field in ((name, getattr(form, name)) for name in dir(form) if not name.startswith("_")):
            made = getattr(field, "field_class", None)
            if made and issubclass(made, FileField):
                (resuming if issubclass(made, UploadField) else plain).add(f"{form.__name__}.{name}")
    assert plain == STRANGERS
    assert {"LetterForm.file", "MandateForm.file", "PdfMergeForm.template", "ImportForm.file"} <= resuming


def test_no_view_reads_a_file_by_itself():
    for path in sorted((WEBAPP / "views").glob("*.py")):
        if path.name not in ("uploads.py", "checks.py", "comparisons.py"):
            assert not re.search(r"request\.files|\.data\.stream", path.read_text()), path.name


def test_pages_draw_their_file_fields_with_the_one_macro():
    """It is what puts the pieces' box beside them."""
    for path in sorted((WEBAPP / "templates").rglob("*.html")):
        text = path.read_text()
        assert not re.search(r"kit\.field\(form\.(file|emblem|table|template)\b", text), path.name
        if 'enctype="multipart/form-data"' in text and path.parent.name != "comparisons":
            assert "file_input(" in text or "upload(" in text, path.name


def test_whoever_has_such_a_form_may_send_pieces(app):
    """The roles of every view that takes a file; letters' versions ask the letter, whose drafters are drafters."""
    asked = set()
    for name, view in app.view_functions.items():
        module = WEBAPP / f"views/{name.partition('.')[0]}.py"
        if module.exists() and READERS.search(module.read_text()) and name.endswith((".create", ".update")):
            asked |= set(getattr(view, "roles", ()))
    assert asked == set(SENDERS)
