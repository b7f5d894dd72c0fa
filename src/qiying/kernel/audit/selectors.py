"""Reads of the audit; each takes who reads."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from qiying.kernel.audit.actor import Reader
from qiying.kernel.audit.clock import start_of_day
from qiying.kernel.audit.errors import NotPermitted
from qiying.kernel.audit.models import AnchorRecord, AuditEntry, Seal

VIEW = "audit.view"
VERIFIED = "chains_verified"
PAGE = 50
_CHUNK = 2000


@dataclass(frozen=True)
class EntryFilter:
    """What the audit page is narrowed to; dates are Shanghai days, both included."""

    action: str = ""
    actor: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    def as_condition(self) -> Q:
        """Return the filter as one condition."""
        q = Q()
        if self.action:
            q &= Q(action=self.action)
        if self.actor:
            q &= Q(actor_name__contains=self.actor) | Q(on_behalf__contains=self.actor)
        if self.subject:
            q &= Q(subject=self.subject)
        return q & self.days()

    def days(self) -> Q:
        """Return the condition on the instant alone."""
        q = Q()
        if self.since:
            q &= Q(at__gte=start_of_day(self.since))
        if self.until:
            q &= Q(at__lt=start_of_day(self.until + timedelta(days=1)))
        return q

    @property
    def asks_elsewhere(self) -> bool:
        """Tell whether acts on cases are asked for: of a person, on a case, or by their name."""
        if self.action:
            return self.action.startswith("case.")
        return (bool(self.actor) and not self.subject) or self.subject.startswith("case:")


@dataclass(frozen=True)
class ProofState:
    """How fresh the proof is: the last seal, the last export, the last verification."""

    sealed_at: datetime | None
    seal_count: int
    anchored_at: datetime | None
    anchored_to: int
    verified_at: datetime | None
    verified: dict[str, Any] | None

    @property
    def unanchored(self) -> int:
        """Seals that no file holds yet."""
        return self.seal_count - self.anchored_to


def entries_visible_to(viewer: Reader) -> QuerySet[AuditEntry]:
    """Return the acts a viewer may read: those of the own district, for `admin` also those of none.

    Raises `NotPermitted` without the permission `audit.view`.
    """
    if not viewer.has(VIEW):
        raise NotPermitted("您没有「查看审计记录」的权限。要用的话，请找运维开通。", permission=VIEW)
    entries = AuditEntry.objects.all()
    if viewer.is_system:
        return entries
    if viewer.district_id is None:
        return entries.filter(district_id=None) if "admin" in viewer.roles else entries.none()
    if "admin" in viewer.roles:  # no OR: the newest are then found by their key, without sorting all
        return entries.alias(of=Coalesce("district_id", viewer.district_id)).filter(of=viewer.district_id)
    return entries.filter(district_id=viewer.district_id)


def entries_page(viewer: Reader, chosen: EntryFilter, *, before: int | None = None) -> list[AuditEntry]:
    """Return up to `PAGE` + 1 acts older than the act `before`, newest first; one too many says: more."""
    entries = entries_visible_to(viewer).filter(chosen.as_condition())
    if before is not None:
        entries = entries.filter(id__lt=before)
    return list(entries.order_by("-id")[: PAGE + 1])


Elsewhere = Callable[[Reader, EntryFilter, int | None, int], list[AuditEntry]]
_ELSEWHERE: list[Elsewhere] = []


def register_elsewhere(find: Elsewhere) -> None:
    """Have the acts of a person that another table keeps shown with those of the audit; one such table at most."""
    if _ELSEWHERE and find not in _ELSEWHERE:
        raise ValueError("只能登记一处别的留痕")
    _ELSEWHERE[:] = [find]


class ActsPage(NamedTuple):
    """A page of acts from both places, newest first; where the next begins in each, and whether there is one."""

    rows: list[AuditEntry]
    before: int | None
    before_elsewhere: int | None
    has_more: bool


def acts_page(
    viewer: Reader, chosen: EntryFilter, *, before: int | None = None, before_elsewhere: int | None = None
) -> ActsPage:
    """Return up to `PAGE` acts older than the last ones shown of each place."""
    own = entries_page(viewer, chosen, before=before)
    others = acts_elsewhere(viewer, chosen, before_elsewhere, PAGE + 1)
    shown = sorted([*own, *others], key=_newest, reverse=True)[:PAGE]
    ids = {place: [e.id for e in shown if e.is_elsewhere is place] for place in (False, True)}
    return ActsPage(
        shown,
        min(ids[False], default=before),
        min(ids[True], default=before_elsewhere),
        len(own) + len(others) > len(shown),
    )


def _newest(entry: AuditEntry) -> tuple[datetime, bool, int]:
    return entry.at, entry.is_elsewhere, entry.id


def acts_elsewhere(viewer: Reader, chosen: EntryFilter, before: int | None, limit: int) -> list[AuditEntry]:
    """Return acts that another table keeps, when they are asked for."""
    entries_visible_to(viewer)  # refuses without the permission
    return _ELSEWHERE[0](viewer, chosen, before, limit) if _ELSEWHERE and chosen.asks_elsewhere else []


def acts_all(viewer: Reader, chosen: EntryFilter) -> Iterator[AuditEntry]:
    """Yield every act of a filter from both places, newest first."""
    return merge(entries_all(viewer, chosen), _elsewhere_all(viewer, chosen), key=_newest, reverse=True)


def _elsewhere_all(viewer: Reader, chosen: EntryFilter) -> Iterator[AuditEntry]:
    before: int | None = None
    while chunk := acts_elsewhere(viewer, chosen, before, _CHUNK):
        yield from chunk
        before = chunk[-1].id


def entries_all(viewer: Reader, chosen: EntryFilter) -> Iterator[AuditEntry]:
    """Yield every act of a filter, newest first, in chunks by key."""
    entries = entries_visible_to(viewer).filter(chosen.as_condition()).order_by("-id")
    before: int | None = None
    while chunk := list((entries if before is None else entries.filter(id__lt=before))[:_CHUNK]):
        yield from chunk
        before = chunk[-1].id


def proof_state() -> ProofState:
    """Return how fresh the proof is; four queries by key."""
    sealed = Seal.objects.order_by("-seq").first()
    anchored = AnchorRecord.objects.order_by("-last_seal").first()
    verified = AuditEntry.objects.filter(action=VERIFIED).order_by("-id").first()
    return ProofState(
        sealed_at=sealed.at if sealed else None,
        seal_count=sealed.seq if sealed else 0,
        anchored_at=anchored.at if anchored else None,
        anchored_to=anchored.last_seal if anchored else 0,
        verified_at=verified.at if verified else None,
        verified=_data(verified) if verified else None,
    )


def _data(entry: AuditEntry) -> dict[str, Any]:
    try:
        data = json.loads(entry.data)
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {"breaks": 1, "first_break": f"audit-entry:{entry.id}"}


def history_of(subject: str, actions: Sequence[str] = (), limit: int = 30) -> list[dict[str, Any]]:
    """Return the last acts on one thing as words, newest first; `actions` narrows to some kinds of them."""
    from qiying.kernel.audit.acts import act_label, actor_label
    from qiying.kernel.audit.presenting import histories

    found = AuditEntry.objects.filter(subject=subject)
    rows = list((found.filter(action__in=actions) if actions else found).order_by("-id")[:limit])
    return [
        {"act": act_label(e.action), "who": actor_label(e.actor_name), "at": e.at, "details": details}
        for e, details in zip(rows, histories(rows), strict=True)
    ]
