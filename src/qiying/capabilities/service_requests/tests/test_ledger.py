"""A ledger goes in as one batch, says what it did not take, can be undone, and comes out the same."""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiying.capabilities.service_requests.rules.ledger import SPEC
from qiying.capabilities.service_requests.services import ledger_jobs
from qiying.capabilities.service_requests.services.ledgers import (
    Checked,
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
from qiying.kernel.organisations.tests.factories import make_unit
from qiying.kernel.tables.files.sniff import read_sheets
from qiying.kernel.tables.reading import read_table

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
TABLES = os.environ.get("QIYING_TEST_TABLES", "")
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
    assert {p[:4] for p in checked.bad[0].problems} == {"收到日期", "诉求内容", "满意度“"}
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
    (faults,) = read_sheets(ledger_faults(checked))
    assert "收到日期" in str(faults.rows[1].cells[len(HEADS)])


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
    assert [h.field for h in read_table(ledger_template(world.district.pk), SPEC).heads] == [
        f.key for f in SPEC.fields
    ]
    assert known_of(world.district.pk).units.find("城南街道") == world.units["town"].pk


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
    assert client.get(f"/imports/{batch.pk}/progress/").status_code == 200
    assert client.get(f"/imports/{batch.pk}/nonsense/").status_code == 404
    assert client.post(f"/imports/{batch.pk}/undo/", {"reason": ""}).status_code == 422
    done = client.post(f"/imports/{batch.pk}/undo/", {"reason": "导错了文件"}, follow=True)
    assert "撤回了 2 件" in done.content.decode()


def test_a_file_that_is_no_table_is_refused_at_the_field(world: World, client: Client) -> None:
    client.force_login(world.people["desk"])
    answer = client.post("/imports/", {"table": SimpleUploadedFile("x.xlsx", b"PK nothing")})
    assert answer.status_code == 422
    assert "打不开" in answer.content.decode()


@pytest.mark.parametrize("who", ["handler", "clerk", "outsider"])
def test_others_do_not_find_the_import_pages(world: World, client: Client, who: str) -> None:
    client.force_login(world.people[who])
    assert client.get("/imports/").status_code == 404


def sheet(*rows: Sequence[object]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def check(world: World, content: bytes) -> Checked:
    return ledger_check(content=content, district_id=world.district.pk, today=NOW.date())


HOTLINE = ["工单编号", "来电时间", "诉求来源", "来电人", "联系电话", "企业名称", "诉求类型", "工单内容", "承办单位", "办结时间",
           "处理结果", "是否解决", "满意度"]  # fmt: skip


def test_a_hotline_export_is_read_as_it_is(world: World) -> None:
    make_unit(world.district, "明川供电公司", functions=["handling"])
    content = sheet(
        ["明川区12345工单明细表"],
        HOTLINE,
        ["20261103000123456", "2026/11/3 9:05:33", "热线电话", "王先生", "139****2222", world.enterprise.name, "投诉",
         "厂区近一周频繁跳闸，影响生产。", "住建", "2026-11-6 16:20", "已安排检修，更换了开关。", "是", "满意"],
        ["20261104000123999", "2026-11-04 08:30", "热线电话", "张总", "0571-88886666转801", "", "咨询",
         "咨询稳岗返还政策怎么申请", "城南街道、供电公司", "", "", "", ""],
        ["合计", "2件"],
        ["填表人：许静", "", "", "审核人：周正"],
    )  # fmt: skip
    checked = check(world, content)
    assert [r.problems for r in checked.rows] == [[], []]
    first, second = (r.values for r in checked.rows)
    assert (first["channel_code"], first["contact_phone"], first["verdict"], first["satisfaction"]) == (
        "hotline_12345",
        "",
        "解决了",
        "4",
    )
    assert first["unit_id"] == world.units["bureau"].pk
    assert (second["kind_code"], second["contact_phone"], second["contact_name"], second["unit_id"]) == (
        "question",
        "057188886666",
        "张总（转801）",
        None,
    )
    assert "留在受理台定谁牵头" in second_remarks(checked)


def second_remarks(checked: Checked) -> str:
    return "；".join(checked.rows[1].remarks)


def test_all_complaints_of_a_row_come_in_one_round(world: World) -> None:
    row = [
        2.02611030001234e16,
        "05/06/2025",
        "没这渠道",
        "",
        "12",
        "",
        "没这类型",
        "短",
        "没这单位",
        "",
        "答了",
        "也许",
        "100%",
    ]
    (found,) = check(world, sheet(HOTLINE, row)).rows
    told = "；".join(found.problems)
    for words in (
        "15 位",
        "分不清",
        "没这渠道",
        "读不出号码",
        "没这类型",
        "至少写 5 个字",
        "没有答复日期",
        "也许",
        "100%",
    ):
        assert words in told, words
    assert "platform" not in told
    assert len(found.problems) == 9


def test_the_returned_workbook_keeps_what_could_not_be_read(world: World) -> None:
    row = [
        "G1",
        "05/06/2025",
        "",
        "",
        "",
        "",
        "",
        "厂门口的路不平很久了",
        "",
        "2026-11-6",
        "修好了。",
        "是",
        "100%",
    ]
    (back,) = read_sheets(ledger_faults(check(world, sheet([*HOTLINE, "经办备注"], [*row, "要留着"]))))
    told = dict(
        zip(
            back.rows[0].cells.values(),
            [back.rows[1].cells.get(c, "") for c in back.rows[0].cells],
            strict=True,
        )
    )
    assert (told["来电时间"], told["满意度"], told["经办备注"]) == ("05/06/2025", "100%", "要留着")
    assert "分不清" in str(told["为什么没导入"])
    again = check(world, ledger_faults(check(world, sheet([*HOTLINE, "经办备注"], [*row, "要留着"]))))
    assert again.reading.signature == check(world, sheet([*HOTLINE, "经办备注"], row)).reading.signature


def test_a_ledger_without_numbers_imported_twice_is_recognised(world: World) -> None:
    content = sheet(["收到日期", "企业名称", "诉求内容"], ["2026-11-3", "甲公司", "厂门口的路不平很久了"],
                    ["2026-11-3", "甲公司", "厂门口的路不平很久了"], ["2026-11-4", "甲公司", "厂门口的路不平很久了"])  # fmt: skip
    checked = check(world, content)
    assert [r.problems for r in checked.rows] == [[], ["和第 2 行重复"], []]
    batch = ledger_import(
        checked=checked, name="x", actor=world.viewer("desk"), district_id=world.district.pk, now=NOW
    )
    assert all("以前导过" in r.problems[0] for r in check(world, content).rows)
    ledger_undo(batch=batch, actor=world.viewer("desk"), reason="导错了文件", now=NOW)
    assert len(check(world, content).good) == 2


def test_columns_and_words_are_settled_once_and_read_so_ever_after(world: World, client: Client) -> None:
    client.force_login(world.people["desk"])
    content = sheet(
        ["时点", "主体", "啥事", "归哪类"], ["2026-11-3", "甲公司", "厂门口的路不平很久了", "行路难"]
    )
    page = client.post("/imports/", {"table": SimpleUploadedFile("a.xlsx", content)}, follow=True)
    batch = ImportBatch.objects.get()
    assert "还不知道哪一列是 收到日期、诉求内容" in page.content.decode()
    address = f"/imports/{batch.pk}/mapping/"
    assert client.post(address, {"column_0": "received_on"}).status_code == 422
    chosen = {"column_0": "received_on", "column_1": "enterprise", "column_2": "text", "column_3": "category"}
    told = client.post(address, chosen, follow=True).content.decode()
    assert "有 1 个词不认识" in told
    assert "“行路难”" in client.get(address).content.decode()
    done = client.post(address, {**chosen, "word_0": "园区交通配套"}, follow=True).content.decode()
    assert "1 行可以导入" in done
    (row,) = check(world, content).rows
    assert (row.problems, row.values["category_code"]) == ([], "park_transport")
    client.force_login(world.people["handler"])
    assert client.get(address).status_code == 404


def test_trying_a_ledger_takes_no_lock_of_writers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    inside = []
    original = ledger_check
    depth = len(connection.savepoint_ids)

    def watched(**given: Any) -> Checked:
        inside.append(len(connection.savepoint_ids) - depth)
        return original(**given)

    monkeypatch.setattr(ledger_jobs, "ledger_check", watched)
    ledger_jobs.ledger_upload(
        content=book(*rows_for(world)),
        name="x.xlsx",
        actor=world.viewer("desk"),
        district_id=world.district.pk,
        now=NOW,
    )
    assert inside == [0]


@pytest.mark.skipif(
    not TABLES, reason="set QIYING_TEST_TABLES to a folder of ledgers and registers as offices send them"
)
def test_ledgers_from_outside_are_read_and_no_row_is_misread(world: World) -> None:
    for name, good, of in (("h_sheets.xlsx", 5, 5), ("a_longid.xlsx", 0, 3), ("l4_biff5.xls", 2, 2), ("l4_html.xls", 2, 2),
                           ("o_sat.xlsx", 6, 8), ("e_dates.xlsx", 13, 21)):  # fmt: skip
        checked = ledger_check(
            content=(Path(TABLES) / name).read_bytes(),
            district_id=world.district.pk,
            today=date(2026, 11, 29),
        )
        refused = [r.problems for r in checked.bad if "没有登记" not in r.problems[0]]
        assert (name, len(checked.rows), len(checked.rows) - len(refused)) == (name, of, good)
        assert all(len(problems) == 1 for problems in refused)
