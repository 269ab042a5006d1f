"""A request handler that writes no log: paths of V1 hold a NIK."""

from werkzeug.serving import WSGIRequestHandler


class Quiet(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        """Nothing."""
