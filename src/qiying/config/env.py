"""The environment of one installation: every `QIYING_…` variable, parsed and validated once."""

import ipaddress
import re
import secrets
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from qiying.config.supervising import WEB_WORKERS


class Env(BaseSettings):
    """Settings of one installation; a wrong value stops the start with its name and the remedy."""

    model_config = SettingsConfigDict(env_prefix="QIYING_", extra="ignore")

    # --- where things lie -------------------------------------------------
    data_dir: Path = Field(Path("var"), description="SQLite file, uploads, anchors, logs, fonts")
    database_url: str = Field("", description="postgres://user:password@host:port/name; empty means SQLite")
    blob_url: str = Field("", description="s3://… is left to an adapter; empty means data_dir/blobs")
    anchor_dir: Path | None = Field(None, description="where seal anchors go; off the database host")

    # --- what this installation is -----------------------------------------
    demo: bool = Field(False, description="demo mode: demo accounts exist and are shown at sign-in")
    debug: bool = Field(False, description="development only: tracebacks, no manifest")
    secret_key: SecretStr | None = Field(None, description="at least 50 characters; empty: kept in data_dir")
    allowed_hosts: str = Field("127.0.0.1,localhost,[::1]", description="comma separated host names")
    base_url: str = Field("http://127.0.0.1:8000", description="address that links in messages start with")
    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        description="addresses or networks of reverse proxies whose X-Forwarded-For is believed",
    )
    https: bool = Field(False, description="served over https: secure cookies and HSTS")

    # --- talking to others --------------------------------------------------
    email_url: str = Field("", description="smtp://user:password@host:port?tls=1; empty: data_dir/mail")
    email_from: str = Field("qiying@localhost", description="sender of e-mail")
    sms_url: str = Field("", description="generic HTTP SMS gateway; empty: codes go to the log and inbox")
    sms_token: SecretStr = Field(SecretStr(""), description="bearer token of the SMS gateway")

    # --- work ----------------------------------------------------------------
    web_workers: int = Field(WEB_WORKERS, ge=1, le=64, description="web processes; with SQLite at most 2")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="lowest level logged")
    api_rate: str = Field("600/m", description="calls one API token may make per web process: 600/m, 20/s")
    metrics_token: SecretStr = Field(SecretStr(""), description="bearer of /metrics; empty: loopback only")
    upload_limit_mb: int = Field(20, ge=1, le=500, description="largest single upload, MiB")

    @field_validator("data_dir", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"postgres", "postgresql", "sqlite"}:
            raise ValueError("只认 postgres:// 或 sqlite:// 开头的地址")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, value.split(",")):
            try:
                ipaddress.ip_network(part.strip(), strict=False)
            except ValueError:
                raise ValueError("写成地址或网段，用逗号隔开，例如 127.0.0.1,10.0.0.0/8") from None
        return value

    @field_validator("api_rate")
    @classmethod
    def _known_rate(cls, value: str) -> str:
        if not re.fullmatch(r"[1-9][0-9]*/[smhd]", value):
            raise ValueError("写成 600/m 这样：次数、斜杠、s 秒 m 分 h 时 d 天")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 50:
            raise ValueError("至少 50 个字符；不设就自动生成并存在数据目录")
        return value

    @field_validator("email_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        if value and urlsplit(value).scheme != "smtp":
            raise ValueError("写成 smtp://用户:密码@主机:端口?tls=1")
        return value

    @model_validator(mode="after")
    def _sqlite_writers(self) -> "Env":
        if not self.is_postgres and self.web_workers > 2:
            raise ValueError("SQLite 最多 2 个网页进程（加 1 个后台进程）；要更多请用 PostgreSQL")
        return self

    @property
    def is_postgres(self) -> bool:
        return self.database_url.startswith("postgres")

    @property
    def anchors(self) -> Path:
        return self.anchor_dir or self.data_dir / "anchors"

    def resolved_secret_key(self) -> str:
        """Return the configured key, or one made once and kept in `data_dir/secret_key` (mode 600)."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.data_dir / "secret_key"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            key = secrets.token_urlsafe(64)
            try:
                with path.open("x") as f:
                    path.chmod(0o600)
                    f.write(key)
            except FileExistsError:
                return path.read_text().strip()
            return key

    def django_email(self) -> dict[str, Any]:
        """Return Django's SMTP settings; `tls=1` means TLS from the first byte on 465, STARTTLS elsewhere."""
        u = urlsplit(self.email_url)
        is_tls = parse_qs(u.query).get("tls") == ["1"]
        return {
            "EMAIL_HOST": u.hostname or "localhost",
            "EMAIL_PORT": u.port or 25,
            "EMAIL_HOST_USER": unquote(u.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(u.password or ""),
            "EMAIL_USE_SSL": is_tls and u.port == 465,
            "EMAIL_USE_TLS": is_tls and u.port != 465,
        }

    def django_database(self) -> dict[str, Any]:
        """Return Django's `DATABASES['default']` for this installation."""
        if self.is_postgres:
            u = urlsplit(self.database_url)
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(u.path.lstrip("/")),
                "USER": unquote(u.username or ""),
                "PASSWORD": unquote(u.password or ""),
                "HOST": parse_qs(u.query).get("host", [u.hostname or ""])[0],  # ?host=/run/… is a socket
                "PORT": str(u.port or ""),
                "CONN_MAX_AGE": 600,
                "CONN_HEALTH_CHECKS": True,
                # statements of many small parts look dear to the planner; compiling one takes seconds, running it 10 ms
                "OPTIONS": {"options": "-c jit=off"},
            }
        path = self.database_url.removeprefix("sqlite:///") or str(self.data_dir / "qiying.sqlite3")
        return {
            "ENGINE": "qiying.config.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "cached_statements": 500,  # an act alone has some sixty; planning one costs what running it costs
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
                ),
            },
        }


def load_env() -> Env:
    """Read the environment; raise `SystemExit` naming each wrong `QIYING_…` variable."""
    try:
        return Env()
    except ValidationError as error:
        lines = ["配置有误，没有启动："]
        for e in error.errors():
            name = "QIYING_" + "_".join(str(p) for p in e["loc"]).upper() if e["loc"] else "QIYING_…"
            lines.append(f"  {name}: {e['msg']}")
        raise SystemExit("\n".join(lines)) from None
