"""`qiying catalogue_load`: the shipped service items, boards and lists into a district."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiying.capabilities.catalogue.services.loading import catalogue_load
from qiying.kernel.audit.clock import local_date, utc_now
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.viewer import system_viewer


class Command(BaseCommand):
    """Load the shipped catalogue into a district."""

    help = "把随产品带的服务事项、板块和一件事清单装进一个区县；已有的不动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("district", help="区划代码，如 330499")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            raise CommandError(f"没有区划代码 {options['district']} 的区县")
        now = utc_now()
        actor = system_viewer("import_service", district_id=district.pk)
        left = catalogue_load(actor=actor, now=now, since=local_date(now))
        self.stdout.write("\n".join([*left, f"装好了，{len(left)} 项没装。"]))
