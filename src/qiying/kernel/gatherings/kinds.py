"""Kinds of gatherings, declared once as data: who comes, through which phases, what is raised, what goes out after.

A capability declares its kinds in a file `gathering_kinds.py`; nothing else is needed for pages, API, homes and search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from qiying.kernel.gatherings.models import Gathering, Item
    from qiying.kernel.organisations.models import Unit

Side = Literal["unit", "enterprise", "person"]
PLAN, ANSWER, CHECK_IN, RECORD, WRITE = "plan", "answer", "check_in", "record", "write"
"""What a phase allows: change head and people, answer invitations, check in, record items, minutes and letters."""
CANCELLED = "cancelled"


@dataclass(frozen=True)
class PhaseOf:
    """A stage of a gathering; `act` is the button that leads into it from the one before."""

    code: str
    label: str
    sentence: str
    allows: frozenset[str] = frozenset()
    act: str = ""


@dataclass(frozen=True)
class RoleOf:
    """A part in which somebody comes; `least` of them have to be invited, `missing` says what lacks them.

    `signs_up` lets people put themselves on the list, `records` opens the live page, `speaks` may raise items.
    """

    code: str
    label: str
    takes: tuple[Side, ...]
    least: int = 0
    missing: str = ""
    has_substitutes: bool = True
    signs_up: bool = False
    records: bool = False
    speaks: bool = False


@dataclass(frozen=True)
class AnswerOf:
    """A way an item is answered: `settles` it at once, or `promises` a workday with a name."""

    code: str
    label: str
    settles: bool = False
    promises: bool = False


@dataclass(frozen=True)
class ItemOf:
    """A kind of thing raised; with a `procedure` each becomes a case of it, opened with what `case_data` returns."""

    code: str
    label: str
    answers: tuple[AnswerOf, ...]
    procedure: str = ""
    case_data: Callable[[Item], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class LetterText:
    """What a letter says, before number, date and form."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class LetterOf:
    """A letter that goes out: to each unit with items of its own, or one for the whole (minutes).

    It goes out once; with `again` as often as wanted, such as a report on how things stand.
    """

    code: str
    label: str
    write: Callable[[Gathering, Unit | None, Sequence[Item]], LetterText]
    to_units: bool = True
    again: bool = False


@dataclass(frozen=True)
class DutyOf:
    """What the organiser owes within workdays of the day: `letters`, `told`, `minutes` or a code of its own."""

    code: str
    label: str
    workdays: int


@dataclass(frozen=True)
class Guard:
    """What has to hold before a phase begins; with `may_excuse` a written reason lets it pass and is recorded."""

    phase: str
    check: Callable[[Gathering], str | None]
    may_excuse: bool = False


T = TypeVar("T", RoleOf, ItemOf, LetterOf, DutyOf)


@dataclass(frozen=True)
class GatheringKind:
    """One kind of gathering. `organises` and `sees` are permissions; `figures` are counted once when it took place."""

    code: str
    label: str
    roles: tuple[RoleOf, ...]
    phases: tuple[PhaseOf, ...]
    items: tuple[ItemOf, ...] = ()
    letters: tuple[LetterOf, ...] = ()
    duties: tuple[DutyOf, ...] = ()
    guards: tuple[Guard, ...] = ()
    is_numbered: bool = False
    has_capacity: bool = False
    remind_days: int = 0
    organises: str = "gatherings.organise"
    sees: str = "gatherings.view"
    figures: Callable[[Gathering], Mapping[str, int]] | None = None
    figures_as: str = ""  # under which name several kinds are counted together; else its own
    panels: tuple[Callable[..., Any], ...] = field(default=())  # (gathering, viewer, today) -> Tile or None

    def phase(self, code: str) -> PhaseOf:
        """Return a phase by its code; a cancelled gathering allows nothing."""
        return next((p for p in self.phases if p.code == code), _CANCELLED)

    def next_phase(self, code: str) -> PhaseOf | None:
        """Return the phase after one, None after the last."""
        codes = [p.code for p in self.phases]
        at = codes.index(code) + 1 if code in codes else len(codes)
        return self.phases[at] if at < len(self.phases) else None

    def role(self, code: str) -> RoleOf | None:
        """Return a role by its code."""
        return _of(self.roles, code)

    def item(self, code: str) -> ItemOf | None:
        """Return a kind of item, the first one for a code it does not know."""
        return _of(self.items, code) or next(iter(self.items), None)

    def letter(self, code: str) -> LetterOf | None:
        """Return a kind of letter."""
        return _of(self.letters, code)

    def duty(self, code: str) -> DutyOf | None:
        """Return a duty."""
        return _of(self.duties, code)


def _of(group: tuple[T, ...], code: str) -> T | None:
    return next((one for one in group if one.code == code), None)


_CANCELLED = PhaseOf(CANCELLED, "取消", "这次不开了")
_kinds: dict[str, GatheringKind] = {}


def declare_kind(kind: GatheringKind) -> GatheringKind:
    """Make a kind known; raise `ValueError` when its code is another's."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"会议活动 {kind.code} 登记了两次")
    return kind


@cache
def _discover() -> None:
    autodiscover_modules("gathering_kinds")


def all_kinds() -> list[GatheringKind]:
    """Return every kind in the order of declaration."""
    _discover()
    return list(_kinds.values())


def kind_of(code: str) -> GatheringKind:
    """Return a kind by its code or raise `LookupError`."""
    _discover()
    if code not in _kinds:
        raise LookupError(f"没有“{code}”这种会议活动")
    return _kinds[code]


MEETING_PHASES = (
    PhaseOf("planned", "筹备", "在筹备，还没发邀请", frozenset({PLAN, RECORD})),
    PhaseOf(
        "inviting", "已邀请", "邀请发出了，等回音", frozenset({PLAN, ANSWER, CHECK_IN, RECORD}), "发邀请"
    ),
    PhaseOf("running", "正在开", "正在开", frozenset({ANSWER, CHECK_IN, RECORD, WRITE}), "开始"),
    PhaseOf(
        "following", "会后办理", "开完了，在办会上定的事", frozenset({RECORD, WRITE}), "结束，转入会后办理"
    ),
    PhaseOf("closed", "已办结", "会上定的事都办完了", frozenset(), "办结"),
)
"""Phases of a meeting at which things are raised."""
COURSE_PHASES = (
    PhaseOf("planned", "筹备", "在筹备，还不能报名", frozenset({PLAN})),
    PhaseOf("inviting", "报名中", "可以报名", frozenset({PLAN, ANSWER, CHECK_IN}), "开放报名"),
    PhaseOf("running", "正在进行", "正在进行", frozenset({ANSWER, CHECK_IN, WRITE}), "开始"),
    PhaseOf("closed", "已结束", "结束了", frozenset({WRITE}), "结束"),
)
"""Phases of a course or activity people sign up for."""
THREE_ANSWERS = (
    AnswerOf("solved", "当场解决", settles=True),
    AnswerOf("promised", "限期办理", promises=True),
    AnswerOf("explained", "当场解释", settles=True),
)
"""能解决的当场解决，一时不能解决的限期解决，暂时不能解决的当场解释."""
