from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from qiying.kernel.enterprises.importing.heads import TEMPLATE_HEADS, enterprise_spec, fact_head_of
from qiying.kernel.enterprises.models import Enterprise, EnterpriseImport
from qiying.kernel.enterprises.selectors import profile
from qiying.kernel.enterprises.services import enterprises_import, import_step
from qiying.kernel.enterprises.tests.factories import make_code, make_enterprise, viewer
from qiying.kernel.organisations.tests.cast import client_of, make_cast
from qiying.kernel.organisations.tests.factories import NOW, importer, make_district, make_person, make_unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.tables.reading import read_table
from qiying.kernel.tables.spec import head_key
from qiying.kernel.tables.workbooks import workbook

pytestmark = pytest.mark.django_db
HEADS = [
    "企业名称",
    "统一社会信用代码",
    "所在镇街",
    "行业代码",
    "成立日期",
    "2025年从业人员(人)",
    "营业收入2025年（万元）",
]


@pytest.fixture
def district():
    district = make_district()
    make_unit(district, "武原街道", "town", short_name="武原")
    return district


def table(*rows, heads=HEADS):
    return workbook(heads, rows)


def run(district, content, name="企业.xlsx"):
    actor = importer(district.pk)
    batch = enterprises_import(actor=actor, district_id=district.pk, content=content, file_name=name, at=NOW)
    return import_step(actor=actor, batch=batch, at=NOW, rows=1000)


def test_a_row_becomes_an_enterprise_with_its_facts_and_size(district):
    code = make_code()
    batch = run(district, table(["甲公司", code.lower(), "武原", "3482", "2015.3.1", "１２０人", "5,200.50"]))
    row = Enterprise.objects.get()
    assert (row.name, row.credit_code, str(row.region_unit), str(row.established_on)) == (
        "甲公司",
        code,
        "武原街道",
        "2015-03-01",
    )
    assert (row.size_class, row.size_class_period, row.import_batch) == ("small", "2025", batch.batch)
    assert profile(row.pk)["revenue"].value == "5200.5"
    assert (batch.created_count, batch.updated_count, batch.state) == (1, 0, "done")


def test_trying_writes_nothing_and_names_every_problem_of_every_row(district):
    code = make_code()
    content = table(
        ["甲公司", code, "武原街道", "3482", "2015-03-01", "12", "1"],
        ["", "914403001922038217", "没有的镇", "ZZ", "2015-13-01", "十二", "1"],
        ["丙公司", code, "", "", "", "", ""],
    )
    batch = enterprises_import(
        actor=importer(district.pk), district_id=district.pk, content=content, file_name="a.xlsx", at=NOW
    )
    assert not Enterprise.objects.exists()
    assert list(batch.problems) == ["第 3 行", "第 4 行"]
    assert len(batch.problems["第 3 行"]) == 6
    assert batch.problems["第 4 行"] == ["代码和第 2 行重复"]


def test_the_same_table_twice_makes_no_second_enterprise_and_no_second_fact(district):
    content = table(["甲公司", make_code(), "武原", "3482", "", "120", "5200"])
    run(district, content)
    again = run(district, content)
    assert (again.created_count, again.updated_count) == (0, 1)
    assert Enterprise.objects.count() == 1
    assert Enterprise.objects.get().facts.count() == 2


def test_a_code_completes_the_enterprise_that_had_none(district):
    known = make_enterprise(district, "筹建公司", credit_code="")
    code = make_code()
    run(district, table(["筹建公司", code, "", "", "", "", ""]))
    known.refresh_from_db()
    assert known.credit_code == code


def test_a_code_of_another_district_is_left_out(district):
    foreign = make_enterprise(make_district())
    batch = run(district, table(["冒名公司", foreign.credit_code, "", "", "", "", ""]))
    assert "其他区县" in batch.problems["第 2 行"][0]
    assert Enterprise.objects.count() == 1


def test_a_code_kept_as_a_number_is_found_out(district):
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["企业名称", "统一社会信用代码"])
    sheet.write_row(1, 0, ["甲公司", 914403001922038216])
    book.close()
    batch = run(district, out.getvalue())
    assert "设成文本" in batch.problems["第 2 行"][0]
    assert not Enterprise.objects.exists()


def test_the_head_may_stand_below_a_title_and_a_csv_may_be_of_either_encoding(district):
    text = "企业台账,,\n填报单位：发改局,,\n名称,信用代码,从业人员2024\n甲公司,{code},7\n,,\n"
    for encoding in ["utf-8-sig", "gb18030", "utf-16"]:
        found = read_table(text.format(code=make_code()).encode(encoding), enterprise_spec(2026))
        fields = [h.field for h in found.heads]
        assert (fields, [r.number for r in found.rows]) == (["name", "credit_code", "2024年从业人员"], [4])


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"not a workbook", "a.xlsx"),
        (b"\xff\xff\xff", "a.csv"),
        ("甲,乙\n1,2".encode(), "a.csv"),
        (b"", "a.xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(district, content, name):
    with pytest.raises(GuardFailed):
        run(district, content, name)


def test_unknown_columns_are_named_and_known_ones_recognised():
    keys = enterprise_spec(2026).keys
    assert [head_key(h) in keys or bool(fact_head_of(h)) for h in TEMPLATE_HEADS].count(False) == 0
    assert keys[head_key(" *统一社会\n信用代码（18位） ")] == "credit_code"
    found = fact_head_of("2024 年营业收入（万元）")
    assert found is not None
    assert (found.indicator.code, found.period) == ("revenue", "2024")
    assert fact_head_of("营业收入") is None
    assert fact_head_of("备注") is None


def test_writing_goes_in_steps_and_a_repeated_step_after_the_end_is_refused(district):
    content = table(*[[f"公司{i}", make_code(), "", "", "", "", ""] for i in range(7)])
    actor = importer(district.pk)
    batch = enterprises_import(
        actor=actor, district_id=district.pk, content=content, file_name="a.xlsx", at=NOW
    )
    seen = []
    while batch.state != "done":
        batch = import_step(actor=actor, batch=batch, at=NOW, rows=3)
        seen.append((batch.done_rows, Enterprise.objects.count()))
    assert seen == [(3, 3), (6, 6), (7, 7)]
    assert batch.rows == [[]] * 7
    with pytest.raises(ActionNotAvailable):
        import_step(actor=actor, batch=batch, at=NOW)


def test_only_those_who_may_enter_enterprises_may_import(district):
    handler = viewer(make_person("经办", make_unit(district), "handler"))
    with pytest.raises(NotPermitted):
        enterprises_import(
            actor=handler, district_id=district.pk, content=table(), file_name="a.xlsx", at=NOW
        )


def test_the_page_tries_writes_and_gives_the_bad_rows_back():
    people = make_cast()
    client = client_of(people.desk)
    template = client.get(reverse("enterprises:imports_template"))
    heads = CalamineWorkbook.from_filelike(BytesIO(template.content)).get_sheet_by_index(0).to_python()[0]
    assert tuple(heads) == TEMPLATE_HEADS
    content = table(["甲公司", make_code(), "", "", "", "", ""], ["乙公司", "91", "", "", "", "", ""])
    upload = SimpleUploadedFile("企业.xlsx", content)
    page = client.post(reverse("enterprises:imports"), {"table": upload}, follow=True).content.decode()
    assert "共 2 行，1 行可以导入" in page
    batch = EnterpriseImport.objects.get()
    for other in [people.foreign_desk, people.handler, people.clerk]:
        assert client_of(other).get(reverse("enterprises:imports_one", args=[batch.pk])).status_code == 404
        assert (
            client_of(other).post(reverse("enterprises:imports_step", args=[batch.pk, "step"])).status_code
            == 404
        )
    client.post(reverse("enterprises:imports_step", args=[batch.pk, "step"]))
    assert Enterprise.objects.filter(name="甲公司").exists()
    bad = client.get(reverse("enterprises:imports_step", args=[batch.pk, "faults"]))
    rows = CalamineWorkbook.from_filelike(BytesIO(bad.content)).get_sheet_by_index(0).to_python()
    assert [r[0] for r in rows] == ["企业名称", "乙公司"]
    assert "少 16 位" in str(rows[1][-2])
    broken = SimpleUploadedFile("企业.xlsx", b"garbage")
    answer = client.post(reverse("enterprises:imports"), {"table": broken})
    assert (answer.status_code, "没找到表头" in answer.content.decode()) == (422, True)


def test_the_command_tries_first_and_writes_only_when_asked(district, tmp_path, capsys):
    from django.core.management import CommandError, call_command

    path = tmp_path / "企业.xlsx"
    path.write_bytes(table(["甲公司", make_code(), "", "", "", "", ""], ["乙", "1", "", "", "", "", ""]))
    call_command("enterprises_import", str(path), "--district", district.code, "--dry-run")
    assert "共 2 行，1 行有问题" in capsys.readouterr().out
    assert not Enterprise.objects.exists()
    call_command("enterprises_import", str(path), "--district", district.code)
    assert "新建 1 家" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有区划代码"):
        call_command("enterprises_import", str(path), "--district", "000000")


REGISTER = ["序号", "企业名称(全称)*", "统一社会信用代码", "企业类型", "所属行业", "所属乡镇", "成立日期", "登记状态", "联系人", "联系电话",
            "2025年营业收入（元）", "备注"]  # fmt: skip


def test_a_register_is_read_in_the_words_registers_use(district):
    code = make_code()
    content = table(
        [1, "　甲　公司 ", code, "有限责任公司（自然人独资）", "C34 通用设备制造业", "武原街道办事处", 42005, "存续（在营、开业、在册）",
         "李明", "13911110005，13911110006", "35,605,000", "规上"],
        ["", "小计", "", "", "", "", "", "", "", "", "", ""],
        [2, "乙公司", "", "个体户", "通用设备制造业", "-", "2015/3/2 0:00:00", "吊销，未注销", "", "无", "无", ""],
        ["", "7家", "", "", "", "", "", "", "", "", "", ""],
        ["注：数据截至十月底。", "", "", "", "", "", "", "", "", "", "", ""],
        heads=REGISTER,
    )  # fmt: skip
    batch = run(district, content)
    assert batch.problems == {}
    first, second = Enterprise.objects.order_by("pk")
    assert (first.name, first.body_kind, first.industry, first.status, str(first.established_on)) == (
        "甲公司",
        "enterprise",
        "C34",
        "active",
        "2015-01-01",
    )
    assert str(first.region_unit) == "武原街道"
    assert profile(first.pk)["revenue"].value == "3560.5"
    assert [c.phone for c in first.contacts.order_by("pk")] == ["13911110005", "13911110006"]
    assert (second.body_kind, second.status, second.industry) == ("individual", "cancelled", "C34")
    assert any("合计、小计 2 行没导入" in words for words in batch.remarks)


def test_what_cannot_be_read_is_told_in_one_round(district):
    content = table(
        [
            1,
            "甲公司",
            "",
            "奇怪的",
            "外星业",
            "没有的镇",
            "2012年5月",
            "迁出",
            "李明",
            "139****2222",
            "三百",
            "",
        ],
        [2, "甲公司", make_code(), "", "", "", "", "", "", "", "", ""],
        [3, "共 3 家，其中规上 1 家。", "", "", "", "", "", "", "", "", "", ""],
        heads=REGISTER,
    )
    batch = enterprises_import(
        actor=importer(district.pk), district_id=district.pk, content=content, file_name="a.xlsx", at=NOW
    )
    told = "；".join(batch.problems["第 2 行"])
    for words in ("奇怪的", "外星业", "没有的镇", "没写哪一天", "迁出", "星号", "三百"):
        assert words in told, words
    assert "名称和第 2 行相同" in batch.problems["第 3 行"][0]
    assert "不像企业名称" in batch.problems["第 4 行"][0]


def test_columns_are_settled_once_and_the_file_is_kept_meanwhile():
    people = make_cast()
    client = client_of(people.desk)
    content = table(["甲公司", "城关", "x"], heads=["主体", "片区", "旁注"])
    page = client.post(
        reverse("enterprises:imports"), {"table": SimpleUploadedFile("a.xlsx", content)}, follow=True
    )
    batch = EnterpriseImport.objects.get()
    assert "还不知道哪一列是 企业名称" in page.content.decode()
    address = reverse("enterprises:imports_mapping", args=[batch.pk])
    assert client_of(people.handler).get(address).status_code == 404
    assert client.post(address, {"column_1": "address"}).status_code == 422
    done = client.post(address, {"column_0": "name", "column_1": "address"}, follow=True).content.decode()
    assert "共 1 行，1 行可以导入" in done
    client.post(reverse("enterprises:imports_step", args=[batch.pk, "step"]))
    assert Enterprise.objects.get(name="甲公司").address == "城关"
    batch.refresh_from_db()
    assert bytes(batch.content) == b""
