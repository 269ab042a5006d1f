"""Cross-site request forgery: a token in every form, or in the X-CSRFToken header of a script's request."""

from flask import Flask
from flask_wtf import CSRFProtect


def init_app(app: Flask) -> None:
    CSRFProtect(app)
