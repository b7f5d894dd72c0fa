"""`qiying policies_load`: the national and sample policies, or files of one's own, into a district's catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qiying.capabilities.policies.services.catalogue.loading import (
    NEW,
    WRONG,
    Read,
    file_import,
    file_publish,
    files_in,
    files_read,
)
from qiying.decision.commands.policy_files import shipped_policies
from qiying.kernel.audit.clock import local_date, utc_now
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer, system_viewer


class Command(BaseCommand):
    """Load policy files; those that are there already and the same are left alone."""

    help = "把政策文件（YAML、DMN）装进政策库：自带的全国政策、样例，或自己的文件；装过的不会重复"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="政策文件或文件夹")
        parser.add_argument("--district", default="", help="区县代码；只有一个区县时不用写")
        parser.add_argument("--national", action="store_true", help="装自带的全国政策")
        parser.add_argument("--samples", action="store_true", help="装自带的区县样例")
        parser.add_argument("--publish", action="store_true", help="装好就发布；不写则是草稿，等人审核")
        parser.add_argument("--dry-run", action="store_true", help="只说会怎样，什么都不写")

    def handle(self, *args: Any, **options: Any) -> None:
        district = self._district(options["district"])
        paths = list(options["paths"])
        for flag, folder in (("national", "national"), ("samples", "patterns")):
            if options[flag]:
                paths.append(shipped_policies() / folder)
        if not paths:
            raise CommandError("没说装哪些：写上 --national、--samples，或政策文件的路径")
        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            raise CommandError(f"找不到：{'、'.join(missing)}")
        now = utc_now()
        read = files_read(district.pk, files_in(paths), local_date(now))
        counts = dict.fromkeys(("new", "changed", "same", "wrong", "others", "published"), 0)
        actor = system_viewer("import_service", district_id=district.pk)
        for one in read:
            counts[one.outcome] += 1
            self._told(one)
            if not options["dry_run"]:
                counts["published"] += self._enter(one, actor, district.pk, now, bool(options["publish"]))
        done = "会" if options["dry_run"] else ""
        self.stdout.write(
            f"{district.name}：{done}新装 {counts['new']} 项，{done}改成新草稿 {counts['changed']} 项，"
            f"没变 {counts['same']} 项，读不了 {counts['wrong']} 项；发布 {counts['published']} 项"
        )
        if counts[WRONG]:
            raise CommandError(f"有 {counts[WRONG]} 个文件读不了，见上面")

    def _district(self, code: str) -> District:
        found = District.objects.filter(code=code) if code else District.objects.all()
        if len(found) != 1:
            codes = "、".join(District.objects.order_by("code").values_list("code", flat=True)[:20])
            raise CommandError(f"请用 --district 写明区县代码，现有：{codes or '还没有区县'}")
        return found[0]

    def _told(self, one: Read) -> None:
        for problem in one.problems:
            stream = self.stderr if problem.severity == "error" else self.stdout
            stream.write(str(problem))

    def _enter(self, one: Read, actor: Viewer, district_id: int, now: Any, publish: bool) -> int:
        try:
            version = file_import(actor=actor, district_id=district_id, read=one, at=now)
        except GuardFailed as error:
            raise CommandError(f"{one.file}：{'；'.join(error.reasons)}") from None
        errors = [p for p in one.problems if p.severity == "error"]
        if version is None or not publish or errors or one.outcome != NEW:
            return 0
        file_publish(actor=actor, version=version, at=now)
        return 1
