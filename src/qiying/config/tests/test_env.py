"""The environment: right values become settings, wrong ones stop the start with their name."""

from pathlib import Path

import pytest

from qiying.config.env import Env, load_env


def test_sqlite_in_the_data_folder_is_the_default(tmp_path):
    database = Env(data_dir=tmp_path).django_database()
    assert database["NAME"] == str(tmp_path / "qiying.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]


def test_a_postgres_address_is_taken_apart():
    database = Env(database_url="postgres://me:p%40ss@db.local:5433/gov").django_database()
    assert database["ENGINE"].endswith("postgresql")
    taken = {name: database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert taken == {"NAME": "gov", "USER": "me", "PASSWORD": "p@ss", "HOST": "db.local", "PORT": "5433"}


def test_a_postgres_socket_is_named_by_host():
    assert (
        Env(database_url="postgres://me@/gov?host=/run/postgresql").django_database()["HOST"]
        == "/run/postgresql"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QIYING_DATABASE_URL", "mysql://somewhere/x"),
        ("QIYING_WEB_WORKERS", "3"),
        ("QIYING_WEB_WORKERS", "none"),
        ("QIYING_API_RATE", "fast"),
        ("QIYING_SECRET_KEY", "short"),
        ("QIYING_DEMO", "perhaps"),
        ("QIYING_EMAIL_URL", "imap://somewhere"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="QIYING_"):
        load_env()


def test_the_secret_key_is_made_once_and_kept_unreadable_to_others(tmp_path):
    env = Env(data_dir=tmp_path, secret_key=None)
    first = env.resolved_secret_key()
    assert len(first) >= 50
    assert Env(data_dir=tmp_path, secret_key=None).resolved_secret_key() == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_email_settings_come_from_one_address():
    assert Env(email_url="smtp://u:p%2F@mail.local:465?tls=1").django_email() == {
        "EMAIL_HOST": "mail.local",
        "EMAIL_PORT": 465,
        "EMAIL_HOST_USER": "u",
        "EMAIL_HOST_PASSWORD": "p/",
        "EMAIL_USE_SSL": True,
        "EMAIL_USE_TLS": False,
    }


def test_every_setting_says_what_it_is():
    for name, field in Env.model_fields.items():
        assert field.description, name


def test_relative_folders_become_absolute():
    assert Env(data_dir=Path("somewhere")).data_dir.is_absolute()
