"""Rules over what is held raise clues: each reads on from where it stopped, counts, and compares shares."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from qiying.capabilities.monitoring.models import Clue, RuleCount, RuleMark
from qiying.capabilities.monitoring.rules.clues import Rule, gift_words, rules, stands_out
from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.models import CaseEvent
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.forms.models import Response
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.viewer import system_viewer

ROWS = 20
"""Rows that a clue shows."""
SETTLED = timedelta(minutes=10)
"""Rows younger than this are left for the next run: another transaction may still write one before them."""
CHUNK, PAIRS = 400, 100
At = tuple[str, str]
"""Whose count: of a unit alone, of a handler with one firm, of a handler with all (an empty firm)."""
OPEN = (Clue.State.OPEN, Clue.State.CHECKING, Clue.State.DECIDING)


class Found(NamedTuple):
    """Somebody's share by a rule, with the rows behind its part."""

    key: str
    part: int
    whole: int
    unit_id: int | None = None
    rows: tuple[str, ...] = ()
    text: str = ""


def clues_run(now: datetime) -> int:
    """Let every rule read on in every district that has a discipline body; return how many clues were raised."""
    districts = [d for d in District.objects.values_list("pk", flat=True) if units_with(d, "discipline")]
    return sum(rule_run(rule, district_id=d, now=now) for d in districts for rule in rules().values())


@transaction.atomic
def rule_run(rule: Rule, *, district_id: int, now: datetime) -> int:
    """Read what came since the last run, add it up, raise what stands out; return how many clues are new."""
    today = local_date(now)
    if not int(parameter(f"integrity.clue_{rule.code}", district_id=district_id, on=today)):
        return 0
    RuleMark.objects.get_or_create(district_id=district_id, rule=rule.code)
    mark = RuleMark.objects.select_for_update().get(district_id=district_id, rule=rule.code)
    found: Iterable[Found]
    if rule.kind == "offered":
        found = _offered(rule, mark, now)
    elif rule.kind == "words":
        found = _worded(rule, mark, now)
    else:
        _count(rule, mark, now)
        found = _standing_out(rule, mark, today)
    mark.ran_at = now
    mark.save()
    return sum(_raise(rule, mark, one, now) for one in found)


# --- acts of cases --------------------------------------------------------------------------------


def _acts(rule: Rule, names: Iterable[str], district_id: int) -> QuerySet[CaseEvent]:
    wanted = Q()
    for name in names:
        procedure, _, action = name.partition(".")
        wanted |= Q(case__procedure=procedure, action=action)
    codes = {name.partition(".")[2] for name in names}
    # plus nothing: new acts are few and their cases found one by one, where SQLite would walk the district's cases
    return CaseEvent.objects.annotate(district=F("case__district_id") + 0).filter(
        wanted, action__in=codes, district=district_id
    )


def _top(rows: QuerySet[Any], before: datetime, field: str) -> int:
    last = rows.filter(**{f"{field}__lte": before}).order_by("-pk").values_list("pk", flat=True).first()
    return int(last or 0)


def _count(rule: Rule, mark: RuleMark, now: datetime) -> None:
    """Add the acts since the mark to the kept counts, by one grouped statement."""
    before = now - max(SETTLED, timedelta(days=rule.wait))
    top = _top(CaseEvent.objects.all(), before, "recorded_at")
    if top <= mark.last_id:
        return
    rows = _acts(rule, rule.whole, mark.district_id).filter(pk__gt=mark.last_id, pk__lte=top)
    mark.last_id = top
    if rule.kind == "pairs":
        pairs = rows.filter(actor_id__isnull=False, case__enterprise_id__isnull=False).order_by()
        pairs = pairs.values("actor_id", "case__enterprise_id").annotate(n=Count("pk"))  # type: ignore[assignment]
        told = {(f"p:{r['actor_id']}", f"e:{r['case__enterprise_id']}"): (0, r["n"]) for r in pairs}  # type: ignore[index]
    else:
        key = "on_behalf" if rule.by == "acting" else "case__lead_unit_id"
        grouped = rows.order_by().values(key).annotate(n=Count("pk"), m=Count("pk", filter=_is_part(rule)))
        told = {
            (unit, ""): (r["m"], r["n"])
            for r in grouped
            if (unit := r[key] if rule.by == "acting" else f"u:{r[key]}").startswith("u:") and r[key]
        }
    _add(rule, mark, told)


def _is_part(rule: Rule) -> Q | Any:
    """Return the condition by which an act belongs to the part."""
    if rule.kind == "share":
        return Q(action__in=[name.partition(".")[2] for name in rule.part])
    codes = [name.partition(".")[2] for name in rule.part]
    return ~Exists(CaseEvent.objects.filter(case=OuterRef("case_id"), action__in=codes))


def _add(rule: Rule, mark: RuleMark, told: Mapping[At, tuple[int, int]]) -> None:
    """Add what was counted to what is kept, of pairs to each handler's total too: his most with one firm, and all."""
    held = _held(rule, mark, told)
    kept = {at: (part + held[at][0], whole + held[at][1]) for at, (part, whole) in told.items()}
    if rule.kind == "pairs":
        totals = _held(rule, mark, {(key, "") for key, _ in told})
        for (key, firm), (_, whole) in told.items():
            most, every = totals[key, ""]
            totals[key, ""] = max(most, kept[key, firm][1]), every + whole
        kept |= totals
    of: dict[str, Any] = {"district_id": mark.district_id, "rule": rule.code}
    RuleCount.objects.bulk_create(
        [RuleCount(**of, key=key, other=other, part=p, whole=w) for (key, other), (p, w) in kept.items()],
        batch_size=CHUNK, update_conflicts=True, unique_fields=["district", "rule", "key", "other"],
        update_fields=["part", "whole"],
    )  # fmt: skip


def _held(rule: Rule, mark: RuleMark, ats: Collection[At]) -> dict[At, tuple[int, int]]:
    """Return what is kept of each, nothing counted yet where it is new."""
    rows = RuleCount.objects.filter(district_id=mark.district_id, rule=rule.code)
    held, wanted = dict.fromkeys(ats, (0, 0)), sorted(ats)
    for start in range(0, len(wanted), PAIRS):
        keys, others = map(set, zip(*wanted[start : start + PAIRS], strict=True))
        found = rows.filter(key__in=keys, other__in=others).values_list("key", "other", "part", "whole")
        held |= {(key, other): (part, whole) for key, other, part, whole in found if (key, other) in held}
    return held


def _standing_out(rule: Rule, mark: RuleMark, today: Any) -> Iterator[Found]:
    least = int(parameter("integrity.clue_least", district_id=mark.district_id, on=today))
    kept = RuleCount.objects.filter(district_id=mark.district_id, rule=rule.code, other="")
    shares = list(kept.order_by().values_list("key", "part", "whole"))
    mark.part, mark.whole = sum(s[1] for s in shares), sum(s[2] for s in shares)
    for key, part, whole in shares:
        if not stands_out(part, whole, mark.part, mark.whole, least) or not _is_news(rule, mark, key, part):
            continue
        rows, text = _behind(rule, mark, key)
        unit_id = int(key[2:]) if key.startswith("u:") else None
        yield Found(key, part, whole, unit_id, rows, text)


def _behind(rule: Rule, mark: RuleMark, key: str) -> tuple[tuple[str, ...], str]:
    """Return the last rows behind a share, and whom it is about."""
    names = rule.part if rule.kind == "share" else rule.whole
    acts = _acts(rule, names, mark.district_id).filter(pk__lte=mark.last_id)
    if rule.kind == "pairs":
        counts = RuleCount.objects.filter(district_id=mark.district_id, rule=rule.code, key=key).exclude(
            other=""
        )
        most = counts.order_by("-whole", "pk").values_list("other", flat=True)[0]
        acts = acts.filter(actor_id=int(key[2:]), case__enterprise_id=int(most[2:]))
        who, firm = Person.objects.get(pk=int(key[2:])), Enterprise.objects.get(pk=int(most[2:]))
        text = f"{who.name}，{firm.name}"
    else:
        acts = acts.filter(**({"on_behalf": key} if rule.by == "acting" else {"case__lead_unit": key[2:]}))
        acts = acts.filter(_is_part(rule))
        text = Unit.objects.get(pk=int(key[2:])).label
    shown = acts.order_by("-pk").values_list("case__number", "at", "actor_name")[:ROWS]
    return tuple(f"{local_time(at):%Y-%m-%d} {number} {who}" for number, at, who in shown), text


# --- what another module offers, and answers of forms ------------------------------------------------


def _offered(rule: Rule, mark: RuleMark, now: datetime) -> list[Found]:
    """Ask a named reading about this quarter: each row is a unit, its part, its whole and the rows behind."""
    read = provided(rule.reading)
    if read is None:
        return []
    today = local_date(now)
    first = months_later(month_of(today), -((today.month - 1) % 3))
    told = list(read(district_id=mark.district_id, first=first, last=today))
    mark.part, mark.whole = sum(r[1] for r in told), sum(r[2] for r in told)
    quarter = f"{first:%Y}Q{(first.month + 2) // 3}"
    labels = dict(Unit.objects.filter(pk__in=[r[0] for r in told]).values_list("pk", "name"))
    found = [
        Found(f"u:{u}@{quarter}", p, w, u, tuple(rows[:ROWS]), labels.get(u, "")) for u, p, w, rows in told
    ]
    return [one for one in found if one.part and _is_news(rule, mark, one.key, one.part, least=1)]


def _worded(rule: Rule, mark: RuleMark, now: datetime) -> list[Found]:
    """Read answers handed in since; each that names a gift is a clue, without who gave it."""
    answers = Response.objects.filter(district_id=mark.district_id)
    top = _top(answers, now - SETTLED, "answered_at")
    fresh = (
        answers.filter(pk__gt=mark.last_id, pk__lte=top).select_related("version__form__unit").order_by("pk")
    )
    found = []
    for row in fresh.iterator(CHUNK):
        mark.whole += 1
        said = next(
            (w for text in _texts(row.answers) if (w := gift_words(text, rule.names, rule.unless))), ""
        )
        if said:
            mark.part += 1
            form = row.version.form
            found.append(Found(f"r:{row.pk}", 0, 0, None, (f"{form.title}：{said}"[:300],), form.title))
    mark.last_id = max(mark.last_id, top)
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


# --- raising ----------------------------------------------------------------------------------------


def _is_news(rule: Rule, mark: RuleMark, key: str, part: int, *, least: int = 3) -> bool:
    """Tell whether enough came since it was last looked into; while somebody is at it, whether anything did."""
    last = Clue.objects.filter(district_id=mark.district_id, rule=rule.code, key=key).order_by("-pk").first()
    return last is None or part - last.part >= (1 if last.state in OPEN else least)


def _raise(rule: Rule, mark: RuleMark, found: Found, now: datetime) -> int:
    """Raise a clue; one that somebody is at learns of the new rows instead."""
    part, whole = (found.part, found.whole) if found.whole else (1, 1)
    told = {
        "part": part,
        "whole": whole,
        "base_part": mark.part,
        "base_whole": mark.whole,
        "rows": list(found.rows),
    }
    of: dict[str, Any] = {"district_id": mark.district_id, "rule": rule.code, "key": found.key}
    if Clue.objects.filter(**of, state__in=OPEN).update(**told):
        return 0
    row = Clue.objects.create(
        **of, **told, unit_id=found.unit_id, text=found.text[:500], raised_at=now, raised_on=local_date(now)
    )
    program = system_viewer("worker", district_id=mark.district_id)
    record_act(actor=program, action="integrity.clue", subject=row.subject, data={}, at=now)
    return 1


def founded_share(district_id: int) -> dict[str, tuple[int, int, int]]:
    """Return by rule how many clues there are, how many were looked into, and how many of these were founded."""
    rows = Clue.objects.filter(district_id=district_id).order_by().values("rule")
    told = rows.annotate(
        n=Count("pk"),
        settled=Count("pk", filter=Q(state__in=("founded", "unfounded"))),
        founded=Count("pk", filter=Q(state="founded")),
    )
    return {r["rule"]: (r["n"], r["settled"], r["founded"]) for r in told}
