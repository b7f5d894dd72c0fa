"""A ledger goes in as one batch, says what it did not take, can be undone, and comes out the same."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiying.capabilities.service_requests.ledger import ALIASES
from qiying.capabilities.service_requests.services.ledgers import (
    batch_cases,
    known_of,
    ledger_check,
    ledger_export,
    ledger_faults,
    ledger_import,
    ledger_template,
    ledger_undo,
)
from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.audit.clock import utc_now
from qiying.kernel.cases.jobs import jobs_run
from qiying.kernel.cases.models import Case, CaseIntake, ImportBatch
from qiying.kernel.documents.spreadsheets import read_rows

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
HEADS = [
    "编号",
    "收到日期",
    "来源",
    "企业",
    "信用代码",
    "电话",
    "问题内容",
    "类别",
    "级别",
    "责任单位",
    "答复日期",
    "答复内容",
    "满意度",
]


def book(*rows: list[object], title: str = "") -> bytes:
    """Return a workbook as districts send them: a merged title, headings, rows."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        top = 0
        if title:
            page.merge_range(0, 0, 0, len(HEADS) - 1, title)
            top = 1
        page.write_row(top, 0, HEADS)
        for i, row in enumerate(rows):
            page.write_row(top + 1 + i, 0, row)
    return out.getvalue()


@pytest.fixture
def world() -> World:
    return make_world()


def rows_for(world: World) -> list[list[object]]:
    return [
        ["A1", "2026.2.13", "走访", world.enterprise.name, "", "１３８００００１１１１", "厂门口停车太难，没有车位", "厂区停车难",
         "一般", "城南街道", "2月25日", "划了四十个车位", 5],
        ["A2", "2026-11-16", "", "", "", "", "夜里没有路灯，工人不安全", "设施配套", "复杂", "区住建局", "", "", ""],
        ["A3", "不知道", "", "", "", "", "短", "", "", "", "", "", 9],
    ]  # fmt: skip


def test_good_rows_become_cases_and_bad_ones_say_why(world: World) -> None:
    checked = ledger_check(
        content=book(*rows_for(world), title="2026 年问题台账"),
        district_id=world.district.pk,
        today=NOW.date(),
    )
    assert [r.is_good for r in checked.rows] == [True, True, False]
    assert {p[:4] for p in checked.bad[0].problems} == {"收到日期", "诉求内容", "满意度写"}
    batch = ledger_import(
        checked=checked, name="台账.xlsx", actor=world.viewer("desk"), district_id=world.district.pk, now=NOW
    )
    first, second = batch_cases(batch)
    assert (first.outcome, str(first.answered_on), first.enterprise_id) == (
        "imported",
        "2026-02-25",
        world.enterprise.pk,
    )
    assert (second.state, second.level, str(second.promised_by)) == ("assigned", "complex", "2026-11-23")
    faults = read_rows(ledger_faults(checked), {**ALIASES, "why": ["为什么没导入"]})
    assert "收到日期" in str(faults.rows[0].values["why"])


def test_importing_the_same_ledger_again_takes_nothing_twice(world: World) -> None:
    content = book(*rows_for(world)[:2])
    for _ in range(2):
        checked = ledger_check(content=content, district_id=world.district.pk, today=NOW.date())
        ledger_import(
            checked=checked, name="x", actor=world.viewer("desk"), district_id=world.district.pk, now=NOW
        )
    assert Case.objects.count() == 2


def test_a_batch_can_be_undone_by_acts_and_imported_again(world: World) -> None:
    content = book(*rows_for(world)[:2])
    checked = ledger_check(content=content, district_id=world.district.pk, today=NOW.date())
    batch = ledger_import(
        checked=checked, name="x", actor=world.viewer("desk"), district_id=world.district.pk, now=NOW
    )
    assert ledger_undo(batch=batch, actor=world.viewer("desk"), reason="导错了文件", now=NOW) == 2
    assert set(Case.objects.values_list("outcome", flat=True)) == {"voided"}
    again = ledger_check(content=content, district_id=world.district.pk, today=NOW.date())
    assert len(again.good) == 2


def test_what_went_in_comes_out_in_the_same_columns(world: World) -> None:
    checked = ledger_check(
        content=book(*rows_for(world)[:2]), district_id=world.district.pk, today=NOW.date()
    )
    batch = ledger_import(
        checked=checked, name="x", actor=world.viewer("desk"), district_id=world.district.pk, now=NOW
    )
    links = (
        CaseIntake.objects.filter(intake__batch=batch)
        .select_related("case__enterprise", "case__lead_unit", "intake__channel")
        .prefetch_related("case__answers", "case__verdicts")
        .order_by("intake_id")
    )
    exported = ledger_export(links, world.district.pk)
    ledger_undo(batch=batch, actor=world.viewer("desk"), reason="再导一遍", now=NOW)
    again = ledger_check(content=exported, district_id=world.district.pk, today=NOW.date())
    kept = ("source_id", "received_on", "enterprise_id", "contact_phone", "text", "category_code", "level_code",
            "unit_id", "answered_on", "answer", "satisfaction")  # fmt: skip
    for before, after in zip(checked.rows, again.rows, strict=True):
        assert after.is_good, after.problems
        told = {k: (before.values[k], after.values[k]) for k in kept if before.values[k] != after.values[k]}
        assert told == {}


def test_the_template_has_every_column(world: World) -> None:
    assert len(read_rows(ledger_template(world.district.pk), ALIASES).headings) == len(ALIASES)
    assert known_of(world.district.pk).units["城南街道"] == world.units["town"].pk


def test_the_pages_try_write_and_take_back_a_ledger(world: World, client: Client) -> None:
    client.force_login(world.people["desk"])
    upload = SimpleUploadedFile("台账.xlsx", book(*rows_for(world)))
    tried = client.post("/imports/", {"table": upload}, follow=True)
    assert "2 行可以导入" in tried.content.decode()
    batch = ImportBatch.objects.get()
    assert Case.objects.count() == 0
    client.post(f"/imports/{batch.pk}/start/")
    jobs_run(utc_now())
    assert "写完了：2 件" in client.get(f"/imports/{batch.pk}/").content.decode()
    assert client.get(f"/imports/{batch.pk}/faults/").status_code == 200
    assert client.get(f"/imports/{batch.pk}/export/").status_code == 200
    assert client.post(f"/imports/{batch.pk}/undo/", {"reason": ""}).status_code == 422
    done = client.post(f"/imports/{batch.pk}/undo/", {"reason": "导错了文件"}, follow=True)
    assert "撤回了 2 件" in done.content.decode()


def test_a_file_that_is_no_table_is_refused_at_the_field(world: World, client: Client) -> None:
    client.force_login(world.people["desk"])
    answer = client.post("/imports/", {"table": SimpleUploadedFile("x.xlsx", b"nothing")})
    assert answer.status_code == 422
    assert "打不开" in answer.content.decode()


@pytest.mark.parametrize("who", ["handler", "clerk", "outsider"])
def test_others_do_not_find_the_import_pages(world: World, client: Client, who: str) -> None:
    client.force_login(world.people[who])
    assert client.get("/imports/").status_code == 404
