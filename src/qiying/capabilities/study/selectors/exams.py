"""Examinations: which are somebody's to sit, who is expected, results by unit with their wholes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from qiying.capabilities.study.models import Exam, Sitting
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole


def exams_visible_to(viewer: Viewer) -> QuerySet[Exam]:
    """Return the district's examinations for who may look; whoever is to sit one sees it on a page of his own."""
    rows = Exam.objects.filter(district_id=viewer.district_id or 0).select_related("unit")
    if viewer.has("study.keep"):
        return rows
    return rows.filter(state=Exam.State.OPEN) if viewer.has("study.view") else rows.none()


def exams_of(viewer: Viewer) -> QuerySet[Exam]:
    """Return the examinations drawn for the viewer's units, newest first."""
    rows = Exam.objects.filter(
        state=Exam.State.OPEN, units__in=viewer.unit_ids, district_id=viewer.district_id or 0
    )
    return rows.distinct() if viewer.has("study.own") else rows.none()


def exams_to_sit(viewer: Viewer, today: date) -> QuerySet[Exam]:
    """Return what the viewer has still to hand in, now that it is open."""
    done = Sitting.objects.filter(person_id=viewer.person_id or 0, handed_at__isnull=False)
    rows = exams_of(viewer).filter(opens_on__lte=today, closes_on__gte=today)
    return rows.exclude(pk__in=done.values("exam_id"))


def sitting_readable(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell who reads what was answered: he who did, and who keeps examinations."""
    pk = whole(subject.partition(":")[2]) or 0
    rows = Sitting.objects.filter(pk=pk, exam__district_id=viewer.district_id or 0)
    return (
        rows.exists() if viewer.has("study.keep") else rows.filter(person_id=viewer.person_id or 0).exists()
    )


@dataclass
class UnitResult:
    """One unit's result: expected, sat, passed, and the sum of right answers of those asked."""

    unit: str
    expected: int = 0
    sat: int = 0
    passed: int = 0
    right: int = 0
    asked: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def pass_share(self) -> str:
        return _share(self.passed, self.expected)

    @property
    def sat_share(self) -> str:
        return _share(self.sat, self.expected)

    @property
    def mean(self) -> str:
        return f"{100 * self.right / self.asked:.1f}" if self.asked else "没有人考"


def _share(part: int, of: int) -> str:
    return f"{part} / {of}（{part / of:.0%}）" if of else "没有人要考"


def expected_of(exam: Exam, today: date) -> QuerySet[Membership]:
    """Return who is to sit an examination: everybody who acts in its units when it closes, or now while it runs."""
    on = min(today, exam.closes_on)
    rows = Membership.objects.filter(in_force(on), unit__in=exam.units.all(), person__is_active=True)
    return rows.select_related("unit", "person").order_by("unit__sort_order", "unit_id", "pk")


def results(exam: Exam, today: date) -> list[UnitResult]:
    """Return the results by unit, each person in one, with who has not sat; who left counts where he sat."""
    sittings = {s.person_id: s for s in exam.sittings.select_related("unit", "person")}
    found: dict[int, UnitResult] = {}
    seen: set[int] = set()

    def put(unit_id: int, label: str, person_id: int, name: str) -> None:
        if person_id in seen:
            return
        seen.add(person_id)
        line = found.setdefault(unit_id, UnitResult(label))
        line.expected += 1
        sitting = sittings.get(person_id)
        if sitting is None or sitting.handed_at is None:
            line.missing.append(name)
            return
        line.sat += 1
        line.passed += bool(sitting.has_passed)
        line.right += sitting.right or 0
        line.asked += sitting.asked

    for sitting in sittings.values():  # first: one who acts in two units is counted where he sat
        if sitting.handed_at is not None:
            put(sitting.unit_id, sitting.unit.label, sitting.person_id, sitting.person.name)
    for m in expected_of(exam, today):
        put(m.unit_id, m.unit.label, m.person_id, m.person.name)
    return sorted(found.values(), key=lambda line: line.unit)


def total(lines: list[UnitResult]) -> UnitResult:
    """Return the sum over all units."""
    names = ("expected", "sat", "passed", "right", "asked")
    return UnitResult("合计", **{n: sum(getattr(line, n) for line in lines) for n in names})


def own_sitting(exam: Exam, viewer: Viewer) -> Sitting | None:
    rows = exam.sittings.select_related("paper__version", "response__version")
    return rows.filter(person_id=viewer.person_id or 0).first()


def is_open_on(exam: Exam, today: date) -> bool:
    return exam.state == Exam.State.OPEN and exam.opens_on <= today <= exam.closes_on


def searched(rows: QuerySet[Exam], text: str) -> QuerySet[Exam]:
    return rows.filter(Q(title__icontains=text) | Q(field__icontains=text))
