"""Cross-site request forgery: a token in every form, or in the X-CSRFToken header of a script's request."""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

_protection = CSRFProtect()


def exempt(blueprint: Blueprint) -> None:
    """For protocols without cookies only: what a browser sends along must mean nothing there."""
    _protection.exempt(blueprint)


def init_app(app: Flask) -> None:
    _protection.init_app(app)
