"""Cross-site request forgery: a token in every form, or in the X-CSRFToken header of a script's request."""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

_protection = CSRFProtect()


def exempt(blueprint: Blueprint) -> None:
    """For protocols without cookies only: what a browser sends along must mean nothing there."""
    _protection.exempt(blueprint)


def token() -> str:
    """This session's: what a page of it holds."""
    return generate_csrf()


def init_app(app: Flask) -> None:
    _protection.init_app(app)
