"""Policy files into the catalogue: the shipped ones by a command, others by upload, with a dry run that tells all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from qiying.capabilities.policies.models import Policy, PolicyVersion, VersionState
from qiying.capabilities.policies.rules.themes import details_of
from qiying.capabilities.policies.selectors.catalogue import led_units
from qiying.capabilities.policies.services.catalogue.lifecycle import (
    digest_of,
    draft_save,
    policy_amend,
    policy_create,
    version_publish,
)
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError, FileProblem
from qiying.decision.policy.check import check_policy
from qiying.decision.policy.dmn_xml import from_dmn
from qiying.decision.policy.load import OWN_INDICATORS, read_policy
from qiying.decision.policy.model import Policy as Wording
from qiying.decision.policy.plain import policy_yaml
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer

XML = (".dmn", ".xml")
NEW, CHANGED, SAME, WRONG, OTHERS = "new", "changed", "same", "wrong", "others"
LABELS = {
    NEW: "新政策", CHANGED: "有改动，记成新草稿", SAME: "和现在的一样，不动", WRONG: "读不了",
    OTHERS: "别的部门主办，不导入",
}  # fmt: skip
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Read:
    """One file: what it holds, what would be done with it, and every problem with its place."""

    file: str
    outcome: str
    text: str = ""
    wording: Wording | None = None
    problems: tuple[FileProblem, ...] = ()
    policy: Policy | None = None
    unit: Unit | None = None
    version: PolicyVersion | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        return LABELS[self.outcome]


def files_read(
    district_id: int, files: Iterable[tuple[str, bytes]], on: date, viewer: Viewer | None = None
) -> list[Read]:
    """Return what each file would do to the district's catalogue; nothing is written.

    With a viewer, what a department leads that he does not answer for is told so.
    """
    units = units_of(district_id)
    own = led_units(viewer, "policies.edit", district_id) if viewer is not None else units
    known = {p.code: p for p in Policy.objects.filter(district_id=district_id).select_related("current")}
    found: list[Read] = []
    for name, content in files:
        one = _read(name, content, on)
        if one.wording is not None and any(f.wording and f.wording.id == one.wording.id for f in found):
            twice = FileProblem(name, 1, 1, f"代号“{one.wording.id}”在这批文件里出现了两次", "只留一份")
            one = Read(name, WRONG, one.text, None, (twice,))
        if one.wording is not None:
            policy = known.get(one.wording.id)
            outcome = NEW if policy is None else SAME if _same(policy, one.wording) else CHANGED
            unit = policy.lead_unit if policy else unit_for(one.wording.department, units, own)
            if outcome != SAME and unit is not None and unit not in own:
                outcome = OTHERS
            one = Read(name, outcome, one.text, one.wording, one.problems, policy, unit)
        found.append(one)
    return found


def _read(name: str, content: bytes, on: date) -> Read:
    if len(content) > MOST_BYTES:
        return Read(name, WRONG, problems=(FileProblem(name, 1, 1, "文件太大", "一份政策文件不到 1 兆"),))
    try:
        wording = (
            from_dmn(content, name) if name.lower().endswith(XML) else read_policy(content.decode(), name)
        )
    except UnicodeDecodeError:
        return Read(name, WRONG, problems=(FileProblem(name, 1, 1, "不是 UTF-8 编码", "请另存为 UTF-8"),))
    except FileError as error:
        return Read(name, WRONG, problems=error.problems)
    text = policy_yaml(wording) if name.lower().endswith(XML) else content.decode()
    problems = tuple(p for p in check_policy(wording, standard_registry(), on) if p.severity != "note")
    return Read(name, NEW, text, wording, problems)


def _same(policy: Policy, wording: Wording) -> bool:
    """The newest version says the same, whatever the file's spaces and order of keys."""
    last = policy.versions.exclude(state=VersionState.DROPPED).order_by("-no").first()
    if last is None:
        return False
    try:
        return read_policy(last.text) == wording
    except FileError:
        return False


@transaction.atomic
def file_import(*, actor: Viewer, district_id: int, read: Read, at: datetime) -> PolicyVersion | None:
    """Enter a file that was read: a new policy, or its changes as a draft; None when there is nothing to do.

    Raises: NotPermitted, GuardFailed.
    """
    if read.wording is None or read.outcome in (SAME, WRONG, OTHERS):
        return None
    if read.policy is not None:
        draft = policy_amend(actor=actor, policy=read.policy, at=at)
        return draft_save(
            actor=actor, version=draft, text=read.text, revision=draft.revision, at=at,
            change_note=f"从文件 {read.file} 导入",
        )  # fmt: skip
    if read.unit is None:
        raise GuardFailed(["本区还没有能主办的单位，请先在单位里加一个承担“政策”职能的"])
    details = details_of(read.wording, is_national="national" in read.file)
    return policy_create(
        actor=actor, district_id=district_id, text=read.text, lead_unit_id=read.unit.pk, at=at, **details
    )


@transaction.atomic
def file_publish(*, actor: Viewer, version: PolicyVersion, at: datetime) -> PolicyVersion:
    """Put a shipped file in force at once; for the installation's own command, not for people.

    Raises: NotPermitted when a person asks.
    """
    if not actor.is_system:
        raise NotPermitted("政策要由另一个人审核后发布")
    PolicyVersion.objects.filter(pk=version.pk).update(
        state=VersionState.APPROVED, digest=digest_of(version.text), reviewed_at=at
    )
    version.refresh_from_db()
    return version_publish(actor=actor, version=version, at=at)


def units_of(district_id: int) -> list[Unit]:
    """Return the units of a district that could lead a policy."""
    return list(Unit.objects.filter(district_id=district_id, is_active=True).order_by("pk"))


KIN = {
    "经信局": ("经济和信息化", "经信", "工信", "工业"), "科技局": ("科学技术", "科技"), "税务局": ("税务",),
    "人力社保局": ("人力资源", "人力社保", "人社"),
    "商务局": ("商务", "投资促进"), "市场监管局": ("市场监督", "市场监管"),
    "金融工作部门": ("金融", "财政"), "工商联": ("工商业联合会", "工商联"),
}  # fmt: skip


def unit_for(department: str, units: Sequence[Unit], own: Sequence[Unit] | None = None) -> Unit | None:
    """Return the unit a file's words mean: by name, by kindred words, else one of `own` that looks after policies."""
    words = [department, *KIN.get(department, ())]
    for word in words:
        for unit in units:
            if word and (word in unit.name or unit.label in department):
                return unit
    others = units if own is None else own
    by_function = [unit for unit in others if "policy" in (unit.functions or [])]
    return next(iter(by_function or own or ()), None)


def files_in(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Return the policy files of files and folders, sorted, with their folder's name before theirs."""
    found = []
    for path in paths:
        listed = sorted([*path.rglob("*.yaml"), *path.rglob("*.dmn")]) if path.is_dir() else [path]
        own = [one for one in listed if one.name != OWN_INDICATORS]
        found += [(f"{one.parent.name}/{one.name}", one.read_bytes()) for one in own]
    return found
