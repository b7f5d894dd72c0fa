"""Finished history: messages with replies, as intakes and answers at their own times, never counted as verified."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from pathlib import Path

from django.db import transaction

from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.capabilities.service_requests.services.setting_up import district_seed
from qiying.kernel.audit.clock import SHANGHAI, local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import CaseIntake, Channel
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.services import district_create
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import system_viewer
from qiying.statutes.workdays import workdays_between

COLUMNS = ("id", "user", "title", "received_at", "text", "reply", "replied_at")
FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
DISTRICT = ("history-messages", "历史留言（导入）")
LIMITS = (1, 3, 5, 10, 15, 30)
CHANNEL = "ledger"
CHUNK = 200


@dataclass
class Imported:
    """What an import of history did."""

    rows: int = 0
    cases: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_rows: list[tuple[str, str]] = field(default_factory=list)
    days: list[int] = field(default_factory=list)

    def skip(self, number: str, reason: str) -> None:
        self.skipped[reason] += 1
        self.skipped_rows.append((number, reason))

    def share_within(self, workdays: int) -> tuple[int, int]:
        """Return answered within so many workdays, and answered."""
        return sum(d <= workdays for d in self.days), len(self.days)


def read_moment(text: str) -> datetime | None:
    """Return a local time as written by the board in UTC; None when it cannot be read."""
    for form in FORMATS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=SHANGHAI).astimezone(UTC)
        except ValueError:
            continue
    return None


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, gzipped or not; raise `GuardFailed` when columns are missing."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    with StringIO(raw.decode("utf-8-sig"), newline="") as f:
        reader = csv.DictReader(f)
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if missing:
            raise GuardFailed([f"文件缺这几列：{'、'.join(missing)}。要有 {'、'.join(COLUMNS)}"])
        yield from reader


def history_district(now: datetime) -> District:
    """Return the district that holds imported messages, made when it is not there: they never blur live cases.

    It is marked as history: nobody works or registers in it, its figures are for officials and never public.
    """
    found = District.objects.filter(code=DISTRICT[0]).first()
    if found is None:
        found = district_create(
            actor=system_viewer("import_service"), code=DISTRICT[0], name=DISTRICT[1], at=now
        )
        district_seed(district_id=found.pk)
    if not found.settings.get("is_history"):
        found.settings = {**found.settings, "is_history": True}
        found.save(update_fields=["settings"])
    return found


def messages_import(
    *, path: Path, now: datetime, progress: Callable[[int], None] = lambda _: None
) -> Imported:
    """Load messages with replies as finished history; a message already there is skipped, so it can be repeated."""
    district = history_district(now)
    channel = Channel.objects.get(district_id=district.pk, code=CHANNEL)
    done = Imported()
    rows = read_rows(path)
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            known = set(
                CaseIntake.objects.filter(
                    intake__channel=channel, intake__source_id__in=[r["id"] for r in chunk]
                ).values_list("intake__source_id", flat=True)
            )
            for row in chunk:
                done.rows += 1
                _import_row(row, district.pk, known, done)
        progress(done.rows)
    return done


def _import_row(row: Mapping[str, str], district_id: int, known: set[str | None], done: Imported) -> None:
    number = row["id"].strip()
    received, replied = read_moment(row["received_at"]), read_moment(row["replied_at"])
    if not number:
        return done.skip("?", "没有编号")
    if number in known:
        return done.skip(number, "已经导入过")
    if received is None or replied is None:
        return done.skip(number, "时间读不懂")
    if len(row["replied_at"].strip()) <= 10 and local_date(replied) == local_date(received):
        replied = received  # only the day of the reply is known
    if replied < received:
        return done.skip(number, "答复早于来信")
    if not row["reply"].strip():
        return done.skip(number, "没有答复")
    maker = system_viewer("import_service", district_id=district_id)
    text = row["text"].strip() or row["title"].strip()
    try:
        case = request_submit(
            actor=maker,
            district_id=district_id,
            channel=CHANNEL,
            data={
                "text": text.ljust(5, "。"),
                "title": row["title"].strip()[:60],
                "source_id": number,
                "contact_name": row["user"].strip()[:40],
            },
            now=received,
        )
        case_act(
            case=case,
            action="import_history",
            actor=maker,
            data={"text": row["reply"].strip(), "given_on": local_date(replied).isoformat()},
            now=replied,
        )
    except GuardFailed as refused:
        return done.skip(number, refused.message)
    done.cases += 1
    calendar = calendar_for(district_id)
    done.days.append(workdays_between(local_date(received), local_date(replied), calendar))
    return None
