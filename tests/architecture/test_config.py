"""Weak or missing values are refused at the start, by name."""

import pytest

from webapp.config import Config, ConfigError

GOOD = {
    "SECRET_KEY": "a" * 43, "SERVER_KEY": "b" * 43, "PUBLIC_URL": "https://teken.example/", "MAIL_URL": "smtp://mail",
}  # fmt: skip


def test_a_production_configuration():
    config = Config.from_env(GOOD | {"DATABASE_URL": "postgresql://db/teken", "MAX_UPLOAD_MB": "5"})
    assert not config.development and config.public_url == "https://teken.example" and config.host == "teken.example"
    assert config.database_url == "postgresql+psycopg://db/teken" and config.max_upload_bytes == 5_000_000


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"), ({"SERVER_KEY": "short"}, "SERVER_KEY"),
        ({"SERVER_KEY": "a" * 43}, "differ"), ({"PUBLIC_URL": "http://teken.example"}, "https"),
        ({"BSRE_URL": "https://esign.example"}, "BSRE_USERNAME"),
        ({"BSRE_URL": "http://10.0.0.9", "BSRE_USERNAME": "u", "BSRE_PASSWORD": "p", "BSRE_ROOTS": "/r"}, "https"),
        ({"MAIL_URL": "file:mail"}, "smtp"), ({"MAIL_URL": ""}, "MAIL_URL"),
    ],
)  # fmt: skip
def test_what_is_refused(change, named):
    with pytest.raises(ConfigError, match=named):
        Config.from_env(GOOD | change)


def test_nothing_else_reads_the_environment():
    from tests.architecture.test_budgets import name_of, sources

    readers = {name_of(p) for p in sources("*.py", "webapp", "signing") if "os.environ" in p.read_text()}
    assert readers <= {"webapp/config.py"}
