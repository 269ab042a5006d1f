"""One module per job: its arguments (ids only), then one domain call or one call to the outside.

Each may run twice (a worker can die after the call and before the note of it), so each first looks whether there is
still something to do.
"""

from importlib import import_module

from flask import Flask

KINDS = ("mail", "push", "pages", "bsre_status", "bsre_recovery", "archive", "nightly")


def run(app: Flask, kind: str, args: dict) -> None:
    """Run one job. Raises whatever went wrong; the worker tries again later."""
    if kind not in KINDS:
        raise LookupError(f"no job of the kind {kind}")
    import_module(f"webapp.jobs.{kind}").run(app, **args)
