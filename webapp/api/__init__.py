"""The JSON API for other systems: one module per noun, the same domain calls as the pages. Its OpenAPI document is
made from the contracts (contract.py) that the routes themselves are read and answered by.
"""

from importlib import import_module

from flask import Blueprint, Flask

from webapp.guards import csrf

PREFIX = "/api/v1"
NOUNS = ("tokens", "letters", "files", "documents")


def init_app(app: Flask) -> None:
    bp = Blueprint("api", __name__, url_prefix=PREFIX)
    csrf.exempt(bp)  # a browser sends no token along by itself, and its cookies mean nothing here (guards/tokens.py)
    for noun in NOUNS:
        import_module(f"webapp.api.{noun}").add_to(bp)
    app.register_blueprint(bp)
