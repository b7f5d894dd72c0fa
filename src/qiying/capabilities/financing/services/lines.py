"""Credit lines: agreed, drawn and repaid on the ledger; proposed without application, confirmed, taken or left.

无感授信: enterprises that certainly qualify are found by the product's table; the bank is told names and amounts, no
facts; it confirms or not; the enterprise is told and is free to take it, to decline it or to leave it unanswered.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from qiying.capabilities.financing.models import Line, Product
from qiying.capabilities.financing.rules.tables import book_of
from qiying.capabilities.financing.selectors import desk_of, products_in_force
from qiying.capabilities.financing.services.common import NOTICE, noted
from qiying.capabilities.financing.services.declaring import LINES
from qiying.decision.batch import Matcher
from qiying.decision.indicators import standard_registry
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.jobs import job_add
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.columns import register
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.ledger.services import entry_write, next_key
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import row_locked
from qiying.ui.humanize import money_words

YUAN = 100
LINE_DAYS = 365
State = Line.State
RUNNING = (State.PROPOSED, State.OFFERED, State.ACTIVE)


def _count(line: Line, on: date, **values: int) -> None:
    """Append what a line adds to the month's figures."""
    about: dict[str, Any] = {
        "district_id": line.district_id, "procedure": "financing_line", "month": on.replace(day=1), "case_id": 0,
        "event_seq": 0, "unit_id": line.institution.unit_id, "category": line.product.kind, "kind": line.security,
    }  # fmt: skip
    deltas_write([FigureDelta(**about, measure=m, value=v) for m, v in values.items() if v])


def _tell(line: Line, to: str, what: str, words: str, now: datetime) -> None:
    context = {"what": what, "title": str(line), "words": words, "case": ""}
    url = f"/financing/{'mine' if to.startswith('e:') else 'lines'}/{line.pk}/"
    spec = NoticeSpec(NOTICE, to, line.subject, f"{line.subject}:{to}:{now.isoformat()}", context, url)
    notices_queue([spec], district_id=line.district_id, at=now)


def _by_institution(actor: Viewer, line: Line, state: str) -> Line:
    if line.institution.unit_id is None or line.institution.unit_id not in actor.unit_ids:
        raise NotPermitted("只有这家机构的人能办")
    return row_locked(line, state)


def _by_firm(actor: Viewer, line: Line) -> Line:
    if line.enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有这家企业的人能办")
    if line.part_id is not None:
        raise ActionNotAvailable("这是您申请来的方案，请在那件申请里选")
    return row_locked(line, State.OFFERED)


def line_begin(*, line: Line, actor: Viewer, now: datetime) -> None:
    """Make an offered line usable: its ledger and its figures begin; call in the act's transaction."""
    today = local_date(now)
    line.state, line.agreed_on, line.valid_to = State.ACTIVE, today, today + timedelta(days=LINE_DAYS)
    line.save(update_fields=["state", "agreed_on", "valid_to"])
    moves = {"bank": -line.fen, "available": line.fen}
    entry_write(LINES, book=line, kind="grant", moves=moves, key=f"grant:{line.pk}", actor=actor, at=now)
    yuan = line.fen // YUAN
    _count(line, today, lines=1, line_yuan=yuan, unsecured_yuan=yuan if line.security == "none" else 0)
    noted(actor, "line_agree", line, now, fen=line.fen)


def agreed_event(line: Line, on: date, case: str = "") -> dict[str, Any]:
    """Return what others are told of an agreed loan."""
    return {
        "case": case, "line": line.pk, "enterprise_id": line.enterprise_id, "unit_id": line.institution.unit_id,
        "fen": line.fen, "product": line.product.code, "on": on.isoformat(),
    }  # fmt: skip


@transaction.atomic
def line_move(*, actor: Viewer, line: Line, kind: str, fen: int, memo: str, now: datetime) -> Line:
    """Record what the institution paid out within the line (`draw`) or the firm paid back (`repay`)."""
    row, today = _by_institution(actor, line, State.ACTIVE), local_date(now)
    is_draw = kind == "draw"
    wrong = ["要大于 0"] if fen <= 0 else []
    if is_draw and row.valid_to and row.valid_to < today:
        wrong = [f"额度 {row.valid_to:%Y-%m-%d} 到期了"]
    refuse({"amount": wrong} if wrong else {})
    moved = -fen if is_draw else fen
    entry = entry_write(
        LINES, book=row, kind=kind, moves={"available": moved, "used": -moved}, actor=actor, at=now, memo=memo,
        key=next_key(LINES, kind, line_id=row.pk),
    )  # fmt: skip
    if entry is None:
        refuse({"amount": [f"最多 {money_words(row.available_fen if is_draw else row.used_fen)}"]})
    noted(actor, f"line_{kind}", row, now, fen=fen, memo=memo)
    row.refresh_from_db()
    if is_draw:
        _count(row, today, drawn_yuan=fen // YUAN, draws=1)
        _tell(
            row, row.enterprise.key, "放款了", f"{row.institution.name}放款 {money_words(fen)}。{memo}", now
        )
    else:
        _count(row, today, repaid_yuan=fen // YUAN)
    return row


# --- without application ----------------------------------------------------------------------------
def limits(product: Product, on: date) -> list[tuple[int, int]]:
    """Return the enterprises of a district that certainly qualify, each with the most it may get in fen."""
    book = book_of(product.table, product.name, on)
    rows = register(product.district_id, standard_registry(), book.indicators)
    paid = Matcher(book, rows.columns).paid(0)
    known = zip(rows.ids[paid.rows].tolist(), paid.fen.tolist(), paid.known.tolist(), strict=True)
    return [(pk, fen) for pk, fen, is_known in known if is_known and fen > 0]


@transaction.atomic
def batch_make(*, actor: Viewer, product: Product, title: str, most: int, now: datetime) -> list[Line]:
    """Put before an institution the enterprises that certainly qualify, the largest limit first.

    Left out: who has a line of this product that runs or is being asked about, and who wants no more of this.
    """
    desk, today = desk_of(product.district_id), local_date(now)
    if desk is None or desk not in actor.unit_ids:
        raise NotPermitted("无感授信由融资协调单位发起")
    fields: dict[str, list[str]] = {}
    if not product.is_loan or not products_in_force(product.district_id, today).filter(pk=product.pk):
        fields["title"] = ["只有还在办的贷款产品能发起"]
    elif product.institution.unit_id is None:
        fields["title"] = ["这家机构还没上平台，确认不了"]
    elif Line.objects.filter(
        product__code=product.code, district_id=product.district_id, batch=title
    ).exists():
        fields["title"] = ["这个产品已经有同名的批次"]
    refuse(fields)
    rows = Line.objects.filter(district_id=product.district_id)
    left_out = Q(product__code=product.code, state__in=RUNNING) | Q(wants_no_more=True)
    taken = set(rows.filter(left_out).values_list("enterprise_id", flat=True))
    found = [(pk, fen) for pk, fen in limits(product, today) if pk not in taken]
    found = sorted(found, key=lambda x: (-x[1], x[0]))[:most]
    refuse({} if found else {"title": ["没有找到能确定符合条件的企业"]})
    made = Line.objects.bulk_create(
        Line(
            district_id=product.district_id, product=product, institution=product.institution, enterprise_id=pk,
            rate=product.rate, months=min(12, product.months), way=product.way, fees=product.fees, batch=title,
            security=product.security, state=State.PROPOSED, fen=fen, asked_on=today,
        )
        for pk, fen in found
    )  # fmt: skip
    noted(actor, "batch", product, now, product=str(product), title=title, found=len(found))
    words = f"{len(found)} 家，{money_words(sum(fen for _, fen in found))}。"
    context = {"what": "请确认无感授信", "title": title, "words": words, "case": ""}
    key, url = f"{product.subject}:batch:{title}", "/financing/lines/?show=proposed"
    spec = NoticeSpec(NOTICE, f"u:{product.institution.unit_id}", product.subject, key, context, url)
    notices_queue([spec], district_id=product.district_id, at=now)
    return made


@transaction.atomic
def line_confirm(*, actor: Viewer, line: Line, fen: int, rate: Decimal, now: datetime) -> Line:
    """An institution confirms a line nobody applied for, at its own amount and rate; the enterprise is told."""
    row, today = _by_institution(actor, line, State.PROPOSED), local_date(now)
    days = int(parameter("financing.silent_answer", district_id=row.district_id, on=today))
    row.state, row.fen, row.rate, row.answer_until = State.OFFERED, fen, rate, today + timedelta(days=days)
    cost = row.cost
    if cost is None:
        refuse({"amount": ["放款前的费用比本金还多，请写大一点"]})
    assert cost is not None
    row.save()
    noted(actor, "line_confirm", row, now, fen=fen, rate=str(rate))
    _count(row, today, confirmed=1)
    words = (
        f"{row.institution.name}按公开条件给了您 {row.money} 的额度，一年综合成本 {cost.simple}%（单利）。"
        f"不用申请；要用就点一下，不要、不理都可以，{row.answer_until:%Y-%m-%d} 以后自动作罢。"
    )
    _tell(row, row.enterprise.key, "有一笔可以直接用的授信", words, now)
    return row


@transaction.atomic
def line_unconfirm(*, actor: Viewer, line: Line, reason: str, now: datetime) -> Line:
    """An institution does not confirm, with the reason; the enterprise never heard of it."""
    row = _by_institution(actor, line, State.PROPOSED)
    row.state, row.reason = State.NOT_CONFIRMED, reason
    row.save(update_fields=["state", "reason"])
    noted(actor, "line_unconfirm", row, now, reason=reason)
    _count(row, local_date(now), unconfirmed=1)
    return row


@transaction.atomic
def line_take(*, actor: Viewer, line: Line, now: datetime) -> Line:
    """An enterprise takes the line it was offered without applying."""
    row, today = _by_firm(actor, line), local_date(now)
    if row.answer_until and row.answer_until < today:
        raise ActionNotAvailable(f"这笔授信 {row.answer_until:%Y-%m-%d} 已经作罢，可以在产品里自己申请")
    line_begin(line=row, actor=actor, now=now)
    job_add(kind="event:loan_agreed", payload=agreed_event(row, today), at=now, district_id=row.district_id)
    _tell(row, f"u:{row.institution.unit_id}", "企业要用这笔授信", f"{row.money}，请登记放款。", now)
    return row


@transaction.atomic
def line_decline(*, actor: Viewer, line: Line, reason: str, wants_no_more: bool, now: datetime) -> Line:
    """An enterprise does not want the line, and perhaps none like it any more."""
    row = _by_firm(actor, line)
    row.state, row.reason, row.wants_no_more = State.DECLINED, reason, wants_no_more
    row.save(update_fields=["state", "reason", "wants_no_more"])
    noted(actor, "line_decline", row, now, reason=reason, wants_no_more=wants_no_more)
    _count(row, local_date(now), declined=1)
    return row


@transaction.atomic
def lines_lapse(now: datetime) -> int:
    """Let lapse what nobody answered by its day, which is no refusal, and end lines that are over and repaid."""
    today = local_date(now)
    rows = Line.objects.select_for_update().order_by("pk")
    ignored = list(rows.filter(state=State.OFFERED, part=None, answer_until__lt=today)[:500])
    for row in ignored:
        _count(row, today, ignored=1)
    Line.objects.filter(pk__in=[row.pk for row in ignored]).update(state=State.LAPSED)
    over = Line.objects.filter(state=State.ACTIVE, valid_to__lt=today, used_fen=0)
    return len(ignored) + over.update(state=State.CLOSED)
