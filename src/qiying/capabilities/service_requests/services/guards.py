"""Why something cannot be done now: sentences for a person, or None."""

from collections.abc import Iterable

from qiying.capabilities.service_requests.models import AnswerTemplate, RequestExtras
from qiying.capabilities.service_requests.rules import answering
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Intake
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.vocabulary import Check
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.statutes.workdays import short_date


def co_handlers_answered(context: CaseContext) -> str | None:
    """The lead answers when every co-handler has handed in his part."""
    missing = context.open_co_assignments
    if not missing:
        return None
    names = "、".join(a.unit.short_name or a.unit.name for a in missing)
    return f"还差 {len(missing)} 样：{names}的协办意见"


def lead_has_taken(context: CaseContext) -> str | None:
    lead = context.lead
    return None if lead and lead.taken_at else "主办单位还没签收"


def within_return_time(context: CaseContext) -> str | None:
    """An assignment can be given back within one workday of being sent, and once only after a ruling."""
    lead = next((a for a in context.own_assignments), None)
    if lead is None:
        return "这件事没有交给您单位"
    if RequestExtras.of(context.case).jurisdiction_decided:
        return "管辖已经裁定，不能再退"
    workdays = int(parameter("return.workdays", district_id=context.case.district_id, on=context.today))
    last = answering.return_deadline(lead.sent_on, workdays, context.calendar)
    if context.today > last:
        return f"签收已过 {workdays} 个工作日（截至{short_date(last)}），不能再退"
    return None


def own_part_waiting(context: CaseContext) -> str | None:
    """The viewer's unit has a part that is not handed in."""
    waiting = {a.no for a in context.open_co_assignments}
    return None if any(a.no in waiting for a in context.own_assignments) else "您单位没有待交的协办意见"


def own_part_unsigned(context: CaseContext) -> str | None:
    return None if any(a.state == "sent" for a in context.own_assignments) else "您单位已经签收"


def is_problem(context: CaseContext) -> str | None:
    return None if context.case.kind == "problem" else "只有问题要企业评价；这件由受理台下结论"


def is_no_problem(context: CaseContext) -> str | None:
    return "问题只能由企业评价来办结" if context.case.kind == "problem" else None


def unreached_often_enough(context: CaseContext) -> str | None:
    """Closing without a word needs attempts on three workdays within ten, by design section 7."""
    answer = context.current_answer
    attempts = int(parameter("contact.attempts", district_id=context.case.district_id, on=context.today))
    within = int(parameter("contact.within_workdays", district_id=context.case.district_id, on=context.today))
    tried = [
        c.on
        for c in context.contacts
        if not c.reached and c.purpose == "verdict" and answer and c.answer_no == answer.no
    ]
    if answering.contact_attempts_suffice(
        tried, context.today, context.calendar, attempts=attempts, within=within
    ):
        return None
    days = len(set(tried))
    return f"要在 {within} 个工作日内的 {attempts} 个工作日各联系一次，现在只有 {days} 天"


def extension_left(context: CaseContext) -> str | None:
    most = int(parameter("extension.times", district_id=context.case.district_id, on=context.today))
    done = sum(1 for a in context.approvals if a.kind == "extension" and a.decision == "approved")
    return f"已经延过 {done} 次，不能再延" if done >= most else None


def handling_clock_runs(context: CaseContext) -> str | None:
    return None if context.clock("handle") else "办理期限没有在走"


def can_be_reopened(context: CaseContext) -> str | None:
    """A written-off case can be reopened within the district's limit, a filed one whenever its obstacle changes."""
    closed = context.case.closed_on
    if closed is None or context.case.state == "filed":
        return None
    days = int(parameter("reopen.days", district_id=context.case.district_id, on=context.today))
    if (context.today - closed).days > days:
        return f"办结已过 {days} 天，请另提一件，我们会关联起来"
    return None


def was_accepted(context: CaseContext) -> str | None:
    """Only what was handled can be taken up again."""
    return None if context.case.promised_by else "这件事没有受理过，请另提一件"


def check_units(*fields: str) -> Check:
    """Return a check that named units exist in the district and are in use."""

    def check(act: Act) -> Iterable[tuple[str, str]]:
        from qiying.kernel.organisations.models import Unit

        wanted: dict[str, list[int]] = {}
        for f in fields:
            value = getattr(act.data, f)
            wanted[f] = list(value) if isinstance(value, list | tuple) else [value] if value else []
        ids = {i for found in wanted.values() for i in found}
        known = set(
            Unit.objects.filter(pk__in=ids, district_id=act.case.district_id, is_active=True).values_list(
                "pk", flat=True
            )
        )
        for f, found in wanted.items():
            if set(found) - known:
                yield f, "选的单位不在本区或已停用，请重选"

    return check


def check_category(act: Act) -> Iterable[tuple[str, str]]:
    from qiying.capabilities.service_requests.selectors import category_codes

    value = act.data.category
    if value and value not in category_codes(act.case.district_id):
        yield "category", "没有这个类别，请从列表里选"


def check_handler(act: Act) -> Iterable[tuple[str, str]]:
    """A handler is a member of the unit he handles for."""
    from qiying.kernel.organisations.selectors import people_with_role
    from qiying.kernel.permissions.registry import acting_as

    handler = act.data.handler_id
    if handler is None:
        return
    units = [a.unit_id for a in act.own_assignments]
    people = people_with_role(units, acting_as(("handler", "liaison", "leader")), act.today)
    if not any(m.person_id == handler for m in people):
        yield "handler_id", "经办人要是本单位的人，请重选"


def check_enterprise(act: Act) -> Iterable[tuple[str, str]]:
    from qiying.kernel.enterprises.models import Enterprise

    value = act.data.enterprise_id
    if not value:
        return
    found = Enterprise.objects.filter(pk=value, district_id=act.case.district_id).first()
    if found is None:
        yield "enterprise_id", "没有找到这家企业，请重选"
    elif act.case.enterprise_id in {None, found.pk}:
        act.enterprise = found


def check_intake(act: Act) -> Iterable[tuple[str, str]]:
    """A verdict names one of the case's intakes when several were joined."""
    live = {r.intake_id for r in act.rows.of("intake").values() if r.until is None}
    given = act.data.intake_id
    if given is not None and given not in live:
        yield "intake_id", "这份来件不在这件事里，请重选"


def own_intakes(act: Act) -> list[int]:
    """Return the case's live intakes for which the viewer himself speaks."""
    keys = set(act.viewer.keys)
    found = live_intakes(act)
    mine = [i.pk for i in found if f"i:{i.pk}" in keys]
    return mine or [i.pk for i in found if {f"p:{i.person_id}", f"e:{i.enterprise_id}"} & keys]


def live_intakes(act: Act) -> list[Intake]:
    """Return the intakes the case answers now, read once an act."""
    if act.intakes is None:
        ids = [r.intake_id for r in act.rows.of("intake").values() if r.until is None]
        act.intakes = list(Intake.objects.filter(pk__in=ids).order_by("id"))
    found: list[Intake] = act.intakes
    return found


def check_own_intake(act: Act) -> Iterable[tuple[str, str]]:
    """Nobody judges for another asker of the same case."""
    act.own_intakes = own_intakes(act)
    if not act.own_intakes:
        yield "intake_id", "这件事里没有您的来件"
    elif act.data.intake_id is not None and act.data.intake_id not in act.own_intakes:
        yield "intake_id", "这份来件不是您的，请只评价自己的"


def check_same_answer(act: Act) -> Iterable[tuple[str, str]]:
    """A verdict is of the version that was read; refuse it when the unit answered anew meanwhile (409)."""
    current = act.current_answer
    if act.data.answer_no is not None and current is not None and act.data.answer_no != current.no:
        raise ActionNotAvailable("您看的时候有了新的答复。请看过再评价，写的话还在。")
    return ()


def check_blanks(act: Act) -> Iterable[tuple[str, str]]:
    """Words of a template that were to be filled in do not go to the enterprise as they are."""
    if "【" not in act.data.text:
        return
    units = AnswerTemplate.objects.filter(unit_id__in=act.viewer.unit_ids, is_active=True)
    left = answering.blanks_left(act.data.text, units.values_list("text", flat=True))
    if left:
        yield "text", f"还有没填的空：{'、'.join(left)}。填好，或者连括号一起删掉再提交"


def check_document_date(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.on > act.today:
        yield "on", "日期还没到，开完了再记"


def check_workdays(act: Act) -> Iterable[tuple[str, str]]:
    most = int(act.parameter("extension.max_workdays"))
    if act.data.workdays > most:
        yield "workdays", f"最多延 {most} 个工作日"
