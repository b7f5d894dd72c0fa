"""Lists of industries and divisions, checked against what another package carries."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yaml

from qiying.statutes import divisions, industries

# 临平区 and 钱塘区 were set up in 2021, after the table; 100000 is no division but the national register.
NOT_IN_THE_TABLE = {"330113", "330114", "100000"}


def _wikipedia_names() -> dict[str, list[str]]:
    """Return code → names, oldest first, from the table that python-stdnum ships."""
    found: dict[str, list[str]] = {}
    prefix = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(\d\d) province", line):
            prefix = match[1]
        elif match := re.match(r'  (\d{4}) county="(.*)"', line):
            found[prefix + match[1]] = match[2].split(",")
    return found


def test_every_listed_division_has_the_name_the_other_package_knows() -> None:
    known = _wikipedia_names()
    text = (files("qiying.statutes") / "data" / "divisions.yaml").read_text(encoding="utf-8")
    listed = yaml.safe_load(text)
    for code, name in {**listed["provinces"], **listed["places"]}.items():
        if code in NOT_IN_THE_TABLE:
            continue
        current = [re.sub(r"^\[.*?\]", "", part) for part in known[code]]
        assert name in current, (code, name, known[code])
    for code, row in listed["abolished"].items():
        assert any(row["name"] in part and f"-{row['to']}]" in part for part in known[code]), known[code]


def test_all_of_zhejiang_is_listed() -> None:
    known = _wikipedia_names()
    existing = {
        code
        for code, names in known.items()
        if code.startswith("33") and any(not re.match(r"\[.*-\d+\]", part) for part in names)
    }
    existing = {code for code in existing if not code.endswith("01") and known[code] != ["县级行政区划"]}
    missing = {code: known[code] for code in existing if divisions.name(code) is None}
    assert not missing


def test_names_of_divisions() -> None:
    assert divisions.full_name("330106") == "浙江省杭州市西湖区"
    assert divisions.full_name("350205") == "福建省厦门市海沧区"
    assert divisions.full_name("330000") == "浙江省"
    assert divisions.name("999999") is None
    assert divisions.full_name("999999") is None
    assert divisions.province("440399") == "广东省"
    assert divisions.abolished_in("330322") == 2015
    assert divisions.abolished_in("330305") is None
    assert len(divisions.children("330000")) == 11
    assert "330305" in divisions.children("330300")


def test_industries_are_twenty_sections_and_ninety_seven_divisions() -> None:
    assert "".join(industries.sections()) == "ABCDEFGHIJKLMNOPQRST"
    assert sorted(industries.divisions()) == [f"{i:02}" for i in range(1, 98)]
    order = [industries.divisions()[f"{i:02}"].section for i in range(1, 98)]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("code", "name", "parents"),
    [
        ("C", "制造业", ()),
        ("39", "计算机、通信和其他电子设备制造业", ("C",)),
        ("C39", "计算机、通信和其他电子设备制造业", ("C",)),
        ("3911", "计算机、通信和其他电子设备制造业", ("C", "39")),
        ("i65", "软件和信息技术服务业", ("I",)),
        ("A39", None, ()),
        ("98", None, ()),
        ("1", None, ()),
        ("", None, ()),
    ],
)
def test_an_industry_has_a_name_and_parents(code: str, name: str | None, parents: tuple[str, ...]) -> None:
    assert industries.name(code) == name
    assert industries.parents(code) == parents
