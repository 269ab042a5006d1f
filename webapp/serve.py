"""What gunicorn loads before it forks: the app, warm, and out of the garbage collector's rounds."""

from __future__ import annotations

import gc

from flask import Flask

from signing import qr
from webapp.app import create_app
from webapp.domain import documents


def app() -> Flask:
    """The workers share this memory; a full collection would look through all of it, at the cost of many taps."""
    made = create_app()
    documents.make_folders(made.config["TEKEN"])
    for version in qr.SEALED_VERSIONS:  # tables that else the first approval in each worker would wait for
        qr.symbol(version)
    gc.collect()
    gc.freeze()
    return made
