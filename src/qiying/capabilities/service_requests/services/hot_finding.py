"""Finding hot issues: many askers about one matter in a window, whatever the category; later ones join if alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from qiying.capabilities.service_requests.models import HotIssue
from qiying.capabilities.service_requests.rules.reading import places_in
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.models import Case, CaseIntake, Intake
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.search.tokens import reduced

if TYPE_CHECKING:
    from qiying.capabilities.service_requests.rules.text.clustering import Space

MOST, KNOWN_BY, EXAMPLES = 20_000, 30, 3
"""Cases looked at, members an issue is known by, and cases shown as typical."""
State = HotIssue.State
LIVE = (State.FOUND, State.OPEN)
CATCH_ALL = "other"
SHORTEST_TITLE = 4


@dataclass(frozen=True)
class Said:
    """A case of the window with its words and who asked: keys of askers, never shown."""

    case: Case
    text: str
    askers: frozenset[str]


def hot_issues_find(now: datetime) -> int:
    """Look in every district for matters that come again and again; return how many are new."""
    ids = list(District.objects.values_list("pk", flat=True))
    return sum(district_find(district_id=pk, now=now) for pk in ids)


def district_find(*, district_id: int, now: datetime) -> int:
    """Find a district's new hot issues and let new cases join those that are live.

    10,000 cases take about 10 s of one processor; they are compared outside the transaction that writes.
    """
    today = local_date(now)
    count = int(parameter("hot.count", district_id=district_id, on=today))
    days = int(parameter("hot.days", district_id=district_id, on=today))
    cases = list(_window(district_id, days, today))
    if len(cases) < 2:
        return 0
    live = HotIssue.objects.filter(district_id=district_id, state__in=LIVE)
    members = _members(live, cases)
    said = _said([*cases, *(c for c in members["cases"].values() if c not in cases)])
    space = _space(said)
    place = {s.case.pk: i for i, s in enumerate(said)}
    ended = HotIssue.cases.through.objects.filter(hotissue__district_id=district_id)
    taken = set(ended.values_list("case_id", flat=True))
    fresh = [c.pk for c in cases if c.pk not in taken]
    with transaction.atomic():
        joined = _join(live, members["of"], fresh, space, place, said)
        left = [place[pk] for pk in fresh if pk not in joined]
        found = [[said[i] for i in g] for g in space.groups(left, 2)]
        hot = [g for g in found if len(_askers(g)) >= count]
        for group in hot:
            _found(district_id, group, days, now)
    return len(hot)


def _window(district_id: int, days: int, today: date) -> QuerySet[Case]:
    """Return the problems of the window, of whatever category, the newest first and at most 20,000."""
    rows = Case.objects.filter(
        district_id=district_id,
        procedure="service_request",
        kind="problem",
        received_on__gt=today - timedelta(days=days),
        received_on__lte=today,
    ).exclude(outcome__in=("joined", "voided", "withdrawn", "declined"))
    return rows.order_by("-received_at")[:MOST]


def _members(live: Iterable[HotIssue], cases: Sequence[Case]) -> dict[str, Any]:
    """Return which cases live issues have (the newest of each), and those cases by id."""
    of: dict[int, list[int]] = {}
    links = HotIssue.cases.through.objects.filter(hotissue__in=live).order_by("-case_id")
    for issue_id, case_id in links.values_list("hotissue_id", "case_id"):
        if len(of.setdefault(issue_id, [])) < KNOWN_BY:
            of[issue_id].append(case_id)
    wanted = {pk for found in of.values() for pk in found} - {c.pk for c in cases}
    return {"of": of, "cases": Case.objects.in_bulk(wanted)}


def _said(cases: Sequence[Case]) -> list[Said]:
    """Return cases with their texts and askers; a few queries for every 500."""
    found = []
    for start in range(0, len(cases), 500):
        part = cases[start : start + 500]
        links = CaseIntake.objects.filter(case_id__in=[c.pk for c in part], until__isnull=True)
        by_case: dict[int, list[Intake]] = {}
        for link in links.select_related("intake").order_by("-no"):
            by_case.setdefault(link.case_id, []).append(link.intake)
        intakes = [i for of in by_case.values() for i in of]
        refs = {r for i in intakes for r in (i.body_ref, i.contact_phone_ref, i.contact_name_ref) if r}
        values = personal_get(list(refs))
        for case in part:
            own = by_case.get(case.pk, [])
            text = (values.get(own[-1].body_ref) or "") if own else ""
            keys = frozenset(_asker(i, case, values) for i in own) or frozenset({f"c:{case.pk}"})
            found.append(Said(case, text, keys))
    return found


def _asker(intake: Intake, case: Case, values: Mapping[str, str | None]) -> str:
    """Return who wrote: the firm, else the person, phone or name; what nobody signed counts by its words."""
    if firm := intake.enterprise_id or case.enterprise_id:
        return f"e:{firm}"
    if intake.person_id:
        return f"p:{intake.person_id}"
    known = values.get(intake.contact_phone_ref) or values.get(intake.contact_name_ref)
    return f"n:{known}" if known else f"t:{reduced(values.get(intake.body_ref) or '')[:200]}"


def _space(said: Sequence[Said]) -> Space:
    # scikit-learn: only where it is wanted
    from qiying.capabilities.service_requests.rules.text.clustering import Space

    return Space([(s.case.title, s.text) for s in said])


def _askers(group: Iterable[Said]) -> set[str]:
    return set().union(*(s.askers for s in group))


def _join(
    live: Iterable[HotIssue],
    of: Mapping[int, Sequence[int]],
    fresh: Sequence[int],
    space: Space,
    place: Mapping[int, int],
    said: Sequence[Said],
) -> set[int]:
    """Add cases to the live issue they are most alike, if they are alike; return those that joined."""
    best: dict[int, tuple[float, HotIssue]] = {}
    for issue in live:
        known = [place[pk] for pk in of.get(issue.pk, []) if pk in place]
        if not known or not fresh:
            continue
        for pk, near in zip(fresh, space.closeness([place[pk] for pk in fresh], known).tolist(), strict=True):
            if near >= space.alike and near > best.get(pk, (0.0, issue))[0]:
                best[pk] = near, issue
    by_issue: dict[int, list[int]] = {}
    for pk, (_, issue) in best.items():
        by_issue.setdefault(issue.pk, []).append(pk)
    for issue in live:
        if new := by_issue.get(issue.pk):
            issue.cases.add(*new)
            before = _askers(said[place[pk]] for pk in of[issue.pk] if pk in place)
            issue.askers += len(_askers(said[place[pk]] for pk in new) - before)
            issue.save(update_fields=["askers"])
    return set(best)


def shared_words(titles: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Return the longest runs of the first title that half of the titles have: whole names, nothing cut by a word list.

    >>> shared_words(["门口限高杆太低", "限高杆太低了", "限高杆太低"])
    ('限高杆太低',)
    """
    found: list[str] = []
    for clause in re.split(r"[^\w]+", titles[0]):
        at = 0
        while at < len(clause) - 1:
            run = ""
            for end in range(at + 2, len(clause) + 1):
                if sum(clause[at:end] in t for t in titles) * 2 < len(titles):
                    break
                run = clause[at:end]
            found += [run.strip("的了在是市县区镇乡村")] if run else []
            at += len(run) or 1
    return tuple(sorted({w for w in found if len(w) > 1}, key=lambda w: (-len(w), w))[:most])


def issue_title(group: Sequence[tuple[str, str]]) -> str:
    """Return a title for messages (title, text) from the middle outwards: where most of them say it is, and the matter.

    The matter is what one of them wrote, so no word is cut; the place stands before it when it is not said there.
    """
    counts = Counter(p for title, text in group for p in set(places_in(f"{title}\n{text[:200]}")))
    matter = re.sub(
        r"^(?:再次|强烈)?(?:投诉|反映|咨询|举报|关于|请求解决|请求|希望)+", "", group[0][0].strip()
    )
    matter = re.sub(r"的?(?:问题|情况|事宜|投诉|咨询|请求|反映)$", "", matter).strip(" 　，。！？、")
    matter = matter if len(matter) >= SHORTEST_TITLE else group[0][0].strip()
    common = [p for p, n in counts.most_common(3) if n * 2 >= len(group) and len(p) > 2 and p not in matter]
    return f"{common[0]}：{matter}" if common else matter


def _found(district_id: int, group: Sequence[Said], days: int, now: datetime) -> HotIssue:
    categories = Counter(s.case.category for s in group if s.case.category)
    title = issue_title([(s.case.title, s.text) for s in group])
    issue = HotIssue.objects.create(
        district_id=district_id,
        title=title[:100],
        category=categories.most_common(1)[0][0] if categories else CATCH_ALL,
        found_on=local_date(now),
        window_days=days,
        words=list(shared_words([s.case.title for s in group])),
        askers=len(_askers(group)),
        examples=[s.case.pk for s in group[:EXAMPLES]],
    )
    issue.cases.set([s.case for s in group])
    hot_tell(issue, "hot_found", [f"u:{u}#desk" for u in units_with(district_id, "desk")], now)
    return issue


def newcomers_join(*, district_id: int, case_ids: Sequence[int]) -> int:
    """Let cases that just came join the live issue they are alike; return how many did."""
    live = HotIssue.objects.filter(district_id=district_id, state__in=LIVE)
    cases = list(Case.objects.filter(pk__in=case_ids, kind="problem", hot_issues=None))
    members = _members(live, cases)
    if not cases or not members["of"]:
        return 0
    said = _said([*cases, *members["cases"].values()])
    space = _space(said)
    place = {s.case.pk: i for i, s in enumerate(said)}
    with transaction.atomic():
        return len(_join(live, members["of"], [c.pk for c in cases], space, place, said))


def hot_tell(issue: HotIssue, template: str, keys: Sequence[str], now: datetime) -> None:
    """Queue a notice about a hot issue, once for each receiver."""
    context = {"title": issue.title, "count": issue.cases.count(), "measure": issue.measure}
    specs = [
        NoticeSpec(
            template, key, f"hot:{issue.pk}", f"hot:{issue.pk}:{template}:{key}", context, f"/hot/{issue.pk}/"
        )
        for key in keys
    ]
    notices_queue(specs, district_id=issue.district_id, at=now)
