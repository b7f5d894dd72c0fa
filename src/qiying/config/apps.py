from threading import local
from typing import Any

from django.apps import AppConfig
from django.db import connections


class ConfigConfig(AppConfig):
    name = "qiying.config"

    def ready(self) -> None:
        """Give the worker the house's own upkeep, which belongs to no single app; write SQL the quick way."""
        from qiying.config.conditions import resolve_once
        from qiying.config.selecting import select_quickly
        from qiying.config.shapes import write_once
        from qiying.config.upkeep import register
        from qiying.kernel.audit.statements import saves_kept

        register()
        handler: Any = connections
        if not isinstance(handler._connections, local):
            # no event loop runs here: asking for one took longer than finding a thread's connection
            handler._connections = local()
        select_quickly()
        write_once()
        resolve_once()
        saves_kept()
