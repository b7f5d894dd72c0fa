"""A plan as a workbook: a row for each branch and leaf by number, or for each leaf below environment and project."""

from __future__ import annotations

from qiying.capabilities.programmes.services.reading.lines import Line, Plan, UnreadablePlan
from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.grid import Cell, UnreadableSheet
from qiying.kernel.tables.reading import TableRow, read_table
from qiying.kernel.tables.spec import Field, Spec

SECTION = "分段标题"
"""What the kernel's reader calls a row with one cell only: here it is a branch."""
SPEC = Spec(
    "programme",
    "方案",
    (
        Field("code", "编号", ("序号", "任务编号"), note="像 2.1.3：前面的是它上面的"),
        Field("top", "环境或行动", ("一级", "环境", "行动", "专项行动", "领域", "板块"), width=18),
        Field("middle", "项目", ("二级", "改革项目", "重点项目", "主要任务"), width=24),
        Field(
            "title",
            "任务",
            ("名称", "具体任务", "任务名称", "措施", "改革任务", "工作任务"),
            width=40,
            is_required=True,
        ),
        Field("text", "要做什么", ("具体内容", "工作内容", "任务内容", "说明"), width=40),
        Field("result", "要看到的结果", ("预期成果", "工作目标", "目标", "成果"), width=30),
        Field("unit", "责任单位", ("牵头单位", "责任部门", "牵头部门", "主办单位"), width=18),
        Field("person", "责任人", ("负责人",)),
        Field("co", "配合单位", ("协办单位", "配合部门", "参与单位"), width=24),
        Field("due", "完成期限", ("完成时限", "完成时间", "时限", "期限"), kind="date"),
        Field("waits", "要等的任务", ("前置任务",), note="写编号，用顿号隔开"),
    ),
)


def read_workbook(content: bytes) -> Plan:
    """Return the plan a workbook holds; raise `UnreadablePlan` with the cause."""
    try:
        found = read_table(content, SPEC)
    except UnreadableSheet as error:
        raise UnreadablePlan(str(error)) from None
    if found.missing:
        raise UnreadablePlan(f"没有这一列：{'、'.join(found.missing)}。可以下载模板对照。")
    plan = Plan(told=[s for s in found.sentences if not s.startswith(("读了", SECTION))])
    above = ["", ""]
    sections = [(sheet, number, text) for sheet, number, text, why in found.left_out if why == SECTION]
    for row in found.rows:
        while sections and sections[0][0] == row.sheet and sections[0][1] < row.number:
            _, number, text = sections.pop(0)
            above = [text, ""]
            plan.add(Line(1, text, f"第 {number} 行"))
        _read(plan, row, above, found.label(row))
    if not plan.lines:
        raise UnreadablePlan("表里没有任务。")
    return plan


def _read(plan: Plan, row: TableRow, above: list[str], where: str) -> None:
    values = row.values
    code, title = _said(values, "code"), _said(values, "title")
    if not any(_said(values, name) for name in ("title", "top", "middle")):
        return
    depth = 1
    for level, name in enumerate(("top", "middle")):
        said = _said(values, name)
        if said and said != above[level]:  # merged cells and repeated words are one branch
            above[level:] = [said, *[""] * (1 - level)]
            plan.add(Line(1 + sum(bool(a) for a in above[:level]), said, where))
    depth += sum(bool(a) for a in above)
    is_path = "." in code or not any(above)
    if not any(above) and code:
        depth = code.strip(".").count(".") + 1
    if title:
        line = plan.add(Line(depth, title, where, code if is_path else ""))
        for name in ("text", "result", "unit", "person", "co", "waits"):
            setattr(line, name, _said(values, name))
        line.due = values.get("due") or ""


def _said(values: dict[str, Cell], name: str) -> str:
    return clean_text(values.get(name) or "").strip()
