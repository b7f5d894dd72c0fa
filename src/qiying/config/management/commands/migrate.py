"""Django's `migrate`, which on an empty database makes the tables at once."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.commands.migrate import Command as Migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections

from qiying.config.first_tables import first_tables_make


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        is_whole = not (options["app_label"] or options["plan"] or options["check_unapplied"])
        if is_whole and first_tables_make(connections[options["database"]]):
            # nothing is left to migrate: finding that out would render the states of all models once more
            emit_post_migrate_signal(
                options["verbosity"], options["interactive"], options["database"], apps=apps, plan=[]
            )
            return
        super().handle(*args, **options)
