"""The congress's sittings as gatherings: a deliberation of one topic, a special inquiry, an inspection by deputies."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.deliberations.selectors import sitting_of
from qiying.capabilities.deliberations.services.letters import minutes, opinions
from qiying.kernel.gatherings.kinds import (
    MEETING_PHASES,
    AnswerOf,
    DutyOf,
    GatheringKind,
    Guard,
    ItemOf,
    LetterOf,
    RoleOf,
    declare_kind,
)
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import items_of
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.viewer import Viewer

ROLES = (
    RoleOf("member", "常委会组成人员", ("person",), has_substitutes=False, speaks=True),
    RoleOf("deputy", "到场代表", ("person",), has_substitutes=False, speaks=True),
    RoleOf("online", "线上代表", ("person",), has_substitutes=False, speaks=True),
    RoleOf("leader", "到会领导", ("person",), has_substitutes=False),
    RoleOf("unit", "应询部门", ("unit",), least=1, missing="还没请应询部门"),
    RoleOf("recorder", "记录", ("person",), records=True),
)
QUESTION = ItemOf(
    "question",
    "问询",
    (
        AnswerOf("answered", "答清楚了", settles=True),
        AnswerOf("promised", "限期答复", promises=True),
        AnswerOf("unclear", "没答清楚，要追问"),
    ),
)
SEEN = ItemOf(
    "seen",
    "看到的问题",
    (AnswerOf("answered", "当场说清", settles=True), AnswerOf("promised", "限期答复", promises=True)),
)


def figures(gathering: Gathering) -> dict[str, int]:
    """Return what a sitting counts when it took place."""
    there = [a.role for a in gathering.attendees.all() if a.checked_in_at]
    items = list(items_of(gathering).exclude(text=""))
    answers = {code: sum(i.answer == code for i in items) for code in ("answered", "promised", "unclear")}
    return {
        "sittings": 1,
        "members_there": there.count("member"),
        "deputies_there": there.count("deputy") + there.count("online"),
        "leaders_there": there.count("leader"),
        "units_there": there.count("unit"),
        "questions": len(items),
        "follow_ups": sum(i.source.startswith("追问") for i in items),
        "answered_there": answers.pop("answered"),
        **answers,
    }


def every_question_is_followed(gathering: Gathering) -> str | None:
    """Say which questions were not answered and not asked again."""
    rows = items_of(gathering).filter(answer="unclear", done_at__isnull=True)
    numbers = [str(no) for no in rows.values_list("no", flat=True)]
    return f"第 {'、'.join(numbers)} 问没答清楚，还没追问" if numbers else None


def about(gathering: Gathering, viewer: Viewer, today: date) -> Tile | None:
    """Show what the sitting leads to, beside the gathering."""
    sitting = sitting_of(gathering)
    return Tile("deliberations/_about.html", {"sitting": sitting}) if sitting else None


def _sitting(code: str, label: str, item: ItemOf) -> None:
    declare_kind(
        GatheringKind(
            code=code, label=label, roles=ROLES, phases=MEETING_PHASES, items=(item,), is_numbered=True,
            letters=(
                LetterOf("minutes", "纪要", minutes, to_units=False),
                LetterOf("opinions", "审议意见", opinions, to_units=False),
            ),
            duties=(DutyOf("minutes", "发纪要", 5),),
            guards=(Guard("following", every_question_is_followed, may_excuse=True),),
            organises="deliberations.keep", sees="deliberations.view", figures=figures, figures_as="deliberations",
            panels=(about,),
        )
    )  # fmt: skip


_sitting("deliberation", "专题审议", QUESTION)
_sitting("special_inquiry", "专题询问", QUESTION)
_sitting("deputies_visit", "代表视察", SEEN)
KINDS = {"deliberation": "专题审议", "special_inquiry": "专题询问", "deputies_visit": "代表视察"}
