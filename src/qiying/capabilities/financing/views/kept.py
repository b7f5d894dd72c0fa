"""Registers of financing: institutions, products with their versions, batches, lines with their ledger, reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from qiying.capabilities.financing.forms import BatchForm, MoveForm, ReasonForm, confirm_form
from qiying.capabilities.financing.models import (
    WORDS,
    Institution,
    Line,
    LinePosting,
    Product,
    Report,
    choices_of,
)
from qiying.capabilities.financing.rules import tables
from qiying.capabilities.financing.selectors import (
    MILLION,
    desk_of,
    institutions_of,
    kept_institutions,
    lines_visible_to,
)
from qiying.capabilities.financing.services import lines
from qiying.capabilities.financing.services.declaring import KINDS
from qiying.capabilities.financing.services.keeping import may_keep, product_end, product_keep, row_keep
from qiying.capabilities.financing.services.requesting import fen_of
from qiying.kernel.organisations.listing import Column, Filter, choice, search, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept
from qiying.kernel.registers.register import Act, Panel, Register, does
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.terms import TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.statutes.loan_cost import IRR, SIMPLE
from qiying.ui.given import whole
from qiying.ui.humanize import money_words

SEES, KEEP = ("financing.view",), ("financing.keep",)
Choices = list[tuple[Any, str]]


def kept_register(name: str, model: Any, columns: Sequence[str | Column[Any]], **more: Any) -> Any:
    """Declare a register of the viewer's district at `financing:<name>`, called as its model is."""
    noun = str(model._meta.verbose_name)
    given = {"noun": noun, "keep": row_keep, "may_touch": may_keep, "edits_apart": True, "sees": SEES,
             "opens": SEES, "edits": KEEP, "imports": False, **more}  # fmt: skip
    return kept.kept_register("financing", name, noun, model, columns, **given)


INSTITUTIONS = kept_register(
    "institutions",
    Institution,
    ["name", "kind", "unit", "contact", "phone", "valid_from", "valid_to"],
    fields=("name", "kind", "unit", "contact", "phone", "valid_from", "valid_to"),
    hints={"unit": "没有单位的只能看、不能在平台上申请", "valid_to": "还在做就空着"},
    listing={
        "filters": [search("名称", "name")],
        "tabs": TERM_TABS,
        "empty_title": "还没有金融机构",
        "empty_text": "由融资协调单位登记；登记了单位的，企业才能在平台上向它申请。",
    },
    related=("unit",),
    unique="name",
    imports=True,
    links=(
        ("financing.view", "financing:products", "融资产品"),
        ("financing.view", "financing:lines", "授信"),
    ),
)


def _institutions(viewer: Viewer, today: date) -> Choices:
    return list(kept_institutions(viewer).filter(in_force(today)).values_list("pk", "name"))


def _table_field(viewer: Viewer, row: Any) -> forms.Field:
    return forms.CharField(
        label="条件（决策表）", max_length=20000, initial=WORDS["example"], widget=forms.Textarea(attrs={"rows": 12}),
        help_text="requires 是都要满足的，table 的每一行是一档，then 是最多给多少元；照着例子改，错在哪一行会说",
    )  # fmt: skip


PRODUCT_FIELDS = (
    "institution", "code", "name", "kind", "security", "about", "rate", "months", "way", "fees", "table", "is_sample",
    "valid_from",
)  # fmt: skip


def _product_save(actor: Viewer, row: Any, values: dict[str, Any], now: datetime) -> Product:
    values = {**values, "rate": values.get("rate") or 0}
    return product_keep(actor=actor, model=Product, row=row, values=values, names=list(values), now=now)


def _batch(actor: Viewer, row: Product, data: dict[str, Any], now: datetime) -> str:
    made = lines.batch_make(actor=actor, product=row, title=data["title"], most=data["most"], now=now)
    return f"找到 {len(made)} 家，交给{row.institution.name}确认。"


def _product_about(request: ViewerRequest, row: Product) -> dict[str, Any]:
    others = Product.objects.filter(district_id=row.district_id, code=row.code).order_by("-version")
    words = tables.in_words(row.table, row.name, request.today)
    cost = row.cost(MILLION)
    return {"row": row, "words": words, "versions": others, "cost": cost, "simple": SIMPLE, "irr": IRR}


PRODUCTS: Register[Any] = kept_register(
    "products",
    Product,
    [
        Column("产品", lambda p: p.name, "name", ("name",), url=lambda p: PRODUCTS.row_url(p),
               sub=lambda p: p.institution.name),
        Column("机构", lambda p: p.institution.name, in_page=False),
        "kind", "security",
        Column("年利率", lambda p: f"{p.rate}%" if p.is_loan else "—", "rate", ("rate",)),
        "months",
        Column("版本", lambda p: f"第 {p.version} 版"),
        "valid_from", "valid_to",
        Column("样例", lambda p: "样例" if p.is_sample else ""),
    ],
    form=row_form(Product, *PRODUCT_FIELDS, offers={"institution": _institutions}, fields={"table": _table_field},
                  once=("institution", "code"),
                  hints={"code": "换版时不变，如 sci-index", "fees": "一行一项：担保费，1%，明川担保公司，每年一次",
                         "rate": "不是贷款的不用写", "valid_from": "改了从这天起是新的一版，旧版到前一天止"}),
    save=_product_save,
    related=("institution",),
    listing={
        "filters": [
            search("产品、机构", "name", "institution__name"),
            choice("kind", "种类", choices_of("products")),
        ],
        "tabs": TERM_TABS,
        "empty_title": "还没有融资产品",
        "empty_text": "登记一个：条件写成决策表，企业马上看到自己符不符合、一年的综合成本。",
    },
    panels=(Panel("financing/_product.html", _product_about),),
    acts=(
        end_act(product_end, label="停办", sentence="已经收到的申请照原来的条件答复。"),
        Act("batch", "发起无感授信", _batch, form=BatchForm,
            sentence="按这个产品的条件找出能确定符合的企业，交给机构确认；机构只看到名称和额度。",
            applies=lambda viewer, p: p.is_loan and p.valid_to is None
            and desk_of(viewer.district_id or 0) in viewer.unit_ids),
    ),
    links=(("financing.view", "financing:institutions", "金融机构"), ("financing.view", "financing:lines", "授信")),
)  # fmt: skip


def _moves(kind: str) -> Any:
    def run(actor: Viewer, row: Line, data: dict[str, Any], now: datetime) -> str:
        told = {"fen": fen_of(data["amount"]), "memo": data["memo"]}
        made = lines.line_move(actor=actor, line=row, kind=kind, now=now, **told)
        return f"记下了：在用 {money_words(made.used_fen)}，还可用 {money_words(made.available_fen)}。"

    return run


def _confirm(actor: Viewer, row: Line, data: dict[str, Any], now: datetime) -> str:
    made = lines.line_confirm(actor=actor, line=row, fen=fen_of(data["amount"]), rate=data["rate"], now=now)
    return f"确认了，已经告诉{made.enterprise.name}。"


_unconfirm = does(lines.line_unconfirm, "line", "记下了，企业不会知道这件事。")


def movements(row: Line) -> dict[str, Any]:
    """Return what moved on a line with what it costs, as its pages draw it."""
    rows = LinePosting.objects.filter(entry__line=row, account="available").select_related("entry")
    moved = [(p.entry, KINDS.get(p.entry.kind, ""), abs(p.amount)) for p in rows.order_by("entry_id")]
    return {"row": row, "moved": moved, "cost": row.cost, "simple": SIMPLE, "irr": IRR}


def _is_own(viewer: Viewer, row: Line) -> bool:
    return row.institution.unit_id is not None and row.institution.unit_id in viewer.unit_ids


def _when(*states: str) -> Any:
    return lambda viewer, row: row.state in states and _is_own(viewer, row)


LINES: Register[Any] = kept_register(
    "lines",
    Line,
    [
        Column("企业", lambda x: x.enterprise.name, "enterprise", ("enterprise__name",),
               url=lambda x: LINES.row_url(x), sub=lambda x: x.product.name),
        Column("产品", lambda x: x.product.name, in_page=False),
        Column("机构", lambda x: x.institution.name, "institution", ("institution__name",)),
        "state",
        Column("额度", lambda x: x.fen / 100, "fen", ("fen",), numeric=True, shown=lambda x: x.money),
        Column("在用", lambda x: x.used_fen / 100, "used", ("used_fen",), numeric=True,
               shown=lambda x: money_words(x.used_fen)),
        Column("年利率", lambda x: f"{x.rate}%", "rate", ("rate",)),
        Column("一年综合成本", lambda x: f"{x.cost.irr}%" if x.cost else "", sub=lambda x: "内部收益率"),
        Column("怎么来的", lambda x: x.whole.number if x.whole else f"无感授信：{x.batch}"),
        "asked_on", "agreed_on",
        Column("为什么", lambda x: x.reason, in_page=False),
    ],
    rows=lambda viewer, today: lines_visible_to(viewer),
    may_touch=_is_own,
    listing={
        "filters": [
            search("企业", "enterprise__name"),
            search("无感授信批次", "batch", name="batch"),
            Filter("bank", "机构", lambda rows, v: rows.filter(institution_id=whole(v) or 0),
                   lambda r: [(str(i.pk), i.name) for i in institutions_of(r.viewer)]),
        ],
        "tabs": state_tabs(
            *((code, label, f"没有“{label}”的", "企业选了方案或者要了无感授信，就会在这里。")
              for code, label in Line.State.choices)
        ),
        "empty_title": "还没有授信",
    },
    panels=(Panel("financing/_line.html", lambda request, row: movements(row)),),
    acts=(
        Act("confirm", "确认额度", _confirm, form=confirm_form, applies=_when("proposed"), on_page=True),
        Act("unconfirm", "不确认", _unconfirm, form=ReasonForm, applies=_when("proposed")),
        Act("draw", "登记放款", _moves("draw"), form=MoveForm, applies=_when("active")),
        Act("repay", "登记还款", _moves("repay"), form=MoveForm,
            applies=lambda viewer, x: x.state == "active" and x.used_fen > 0 and _is_own(viewer, x)),
    ),
    links=(("financing.view", "financing:products", "融资产品"), ("financing.view", "financing:figures", "融资成效")),
)  # fmt: skip

REPORTS: Register[Any] = kept_register(
    "reports",
    Report,
    [
        Column("机构", lambda r: r.institution.name, "institution", ("institution__name",),
               url=lambda r: REPORTS.row_url(r)),
        "kind", "until", "firms", "lines", "drawn", "unsecured", "source",
    ],
    fields=("institution", "kind", "until", "firms", "lines", "drawn", "unsecured", "source"),
    offers={"institution": _institutions},
    rows=lambda viewer, today: Report.objects.filter(institution__in=kept_institutions(viewer)).select_related(
        "institution"
    ),
    listing={
        "filters": [choice("kind", "哪一类", choices_of("reports"))],
        "empty_title": "还没有报送",
        "empty_text": "平台以外谈成的，机构按截至日期报总数；和平台自己数的分开，不相加。",
    },
    imports=True,
    links=(("financing.view", "financing:figures", "融资成效"),),
)  # fmt: skip

urlpatterns = [
    *register_urls(INSTITUTIONS, "financing/institutions/"),
    *register_urls(PRODUCTS, "financing/products/"),
    *register_urls(LINES, "financing/lines/"),
    *register_urls(REPORTS, "financing/reports/"),
]
