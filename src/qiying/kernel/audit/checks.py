"""Qiying refuses to start while the database would let a record be changed."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register

from qiying.kernel.audit.append_only import missing_protections


@register(Tags.database)
def records_are_protected(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Name every append-only table whose triggers are missing or changed."""
    return [
        Error(
            f"表 {table} 没有防篡改触发器",
            hint="运行 qiying protect 重建；若不是刚升级过，先查清是谁删的，再运行 qiying verify。",
            id="audit.E001",
        )
        for alias in databases or ()
        for table in missing_protections(alias)
    ]
