"""Django's `migrate`, which on an empty database makes the tables at once."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from qiying.config.first_tables import first_tables_make


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        if not options["app_label"] and not options["plan"] and not options["check_unapplied"]:
            first_tables_make(connections[options["database"]])
        super().handle(*args, **options)
