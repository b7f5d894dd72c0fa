"""`qiying setup`: make database and static files what this version needs; safe to repeat."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.config.collecting import collect_if_changed
from qiying.kernel.audit.append_only import missing_protections, protect_all


class Command(BaseCommand):
    help = "执行数据库迁移、建立防篡改触发器、收集静态文件；可以反复运行"
    requires_system_checks = ()  # the triggers the checks ask for are made here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="只在出错时说话")
        parser.add_argument("--no-static", action="store_true", help="不收集静态文件")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.QIYING_ENV.data_dir.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        protected = protect_all()
        if missing := missing_protections():
            raise CommandError(f"防篡改触发器没有建成：{'、'.join(missing)}")
        collected = False if settings.DEBUG or options["no_static"] else collect_if_changed()
        self.check(databases=["default"])
        if not options["quiet"]:
            self.stdout.write(f"数据库已是最新，{protected} 张表受触发器保护")
            self.stdout.write("静态文件已更新" if collected else "静态文件没有变化")
