"""Sealing a report, talking with who reported, concluding. What is written here is locked before it is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from qiying.capabilities.integrity.models import Message, Report, SealedFile
from qiying.capabilities.integrity.rules.sealing import claim_digest, claim_make, claim_public, seal
from qiying.capabilities.integrity.selectors import live_key, report_by_claim
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.documents.acceptance import Accepted, file_check
from qiying.kernel.documents.previews import NoPreview, preview_image
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, system_viewer

FILES_MOST = 5
FILE_MB = 8
TEXT_LEAST, TEXT_MOST = 10, 5000
PART = "integrity.message"


class Given(NamedTuple):
    """A file as it came."""

    name: str
    content: bytes


class Sealed(NamedTuple):
    """A sealed report and the code by which its reporter follows it; the code is stored nowhere."""

    case: Case
    code: str


@transaction.atomic
def report_seal(
    *, district_id: int, words: dict[str, str], files: Sequence[Given] = (), now: datetime
) -> Sealed:
    """Seal a report to the district's discipline body; raise `GuardFailed` with every reason by field.

    Nothing of who writes is kept in the clear, not even that somebody was signed in: the program opens the case.
    """
    key = live_key(district_id)
    if key is None:
        raise GuardFailed(["本区还没有开通密封举报，请打 12388 举报电话。"])
    fields: dict[str, list[str]] = {}
    text = words.get("text", "").strip()
    if len(text) < TEXT_LEAST:
        fields["text"] = [f"请把事情说清楚，至少 {TEXT_LEAST} 个字：谁、什么时候、在哪里、做了什么"]
    elif len(text) > TEXT_MOST:
        fields["text"] = [f"最多 {TEXT_MOST} 个字，现在 {len(text)} 个；长的材料可以当附件传"]
    kept = _files_checked(files, fields)
    refuse(fields)
    code = claim_make()
    actor = system_viewer("worker", district_id=district_id)
    case = case_open(
        procedure="integrity_report",
        actor=actor,
        data={"unit_id": key.unit_id},
        now=now,
        district_id=district_id,
    )
    content = json.dumps({**words, "text": text}, ensure_ascii=False).encode()
    report = Report.objects.create(
        case=case,
        key=key,
        claim_digest=claim_digest(code),
        claim_public=claim_public(code),
        sealed=seal(content, bytes(key.public)),
    )
    _store(report, kept, now)
    return Sealed(case, code)


def _files_checked(files: Sequence[Given], fields: dict[str, list[str]]) -> list[Given]:
    """Return files as they are sealed: pictures drawn anew, so that no place or phone is told by them."""
    if len(files) > FILES_MOST:
        fields["attachments"] = [f"一次最多 {FILES_MOST} 份附件"]
        return []
    kept = []
    for file in files:
        accepted = file_check(
            file.content, file.name, "evidence", min(FILE_MB, settings.QIYING_ENV.upload_limit_mb)
        )
        if not isinstance(accepted, Accepted):
            fields.setdefault("attachments", []).extend(accepted)
            continue
        content = file.content
        if accepted.type.media_type.startswith("image/"):
            try:
                content = preview_image(content).content
            except NoPreview:
                fields.setdefault("attachments", []).append(f"“{accepted.name}”这张图打不开，请重新拍一张")
                continue
        kept.append(Given(accepted.name, content))
    return kept


def _store(report: Report, files: Sequence[Given], now: datetime) -> None:
    public = bytes(report.key.public)
    for file in files:
        sealed = seal(file.name.encode() + b"\n" + file.content, public)
        SealedFile.objects.create(report=report, sealed=sealed, size=len(file.content), at=now)


def _written(text: str) -> str:
    plain = text.strip()
    if not plain or len(plain) > TEXT_MOST:
        why = "请写要说的话" if not plain else f"最多 {TEXT_MOST} 个字，现在 {len(plain)} 个"
        raise GuardFailed([why], {"text": [why]})
    return plain


def _message(
    report: Report, text: str, now: datetime, *, from_office: bool, is_released: bool = True
) -> None:
    Message.objects.create(
        report=report,
        from_office=from_office,
        for_office=seal(text.encode(), bytes(report.key.public)),
        for_reporter=seal(text.encode(), bytes(report.claim_public)),
        is_released=is_released,
        at=now,
    )


@transaction.atomic
def report_answer(*, code: str, text: str, files: Sequence[Given] = (), now: datetime) -> None:
    """Say more about a report by its code; raise `Http404` for a wrong one, `GuardFailed` after the end."""
    report = report_by_claim(code)
    fields: dict[str, list[str]] = {}
    kept = _files_checked(files, fields)
    refuse(fields)
    words = _written(text)
    actor = system_viewer("worker", district_id=report.case.district_id)
    case_act(case=report.case, action="answered", actor=actor, data={}, now=now, part_of=PART)
    _message(report, words, now, from_office=False)
    _store(report, kept, now)


@transaction.atomic
def report_tell(*, report: Report, actor: Viewer, text: str, asks: bool, now: datetime) -> None:
    """Tell the reporter something, or ask and wait; only he and the body can read it."""
    words = _written(text)
    action = "ask" if asks else "tell"
    case_act(case=report.case, action=action, actor=actor, data={}, now=now, part_of=PART)
    _message(report, words, now, from_office=True)


@transaction.atomic
def report_conclude(*, report: Report, actor: Viewer, outcome: str, text: str, now: datetime) -> None:
    """Draw a conclusion with the words for the reporter; he reads them when a second person agreed."""
    words = _written(text)
    case_act(
        case=report.case, action="propose", actor=actor, data={"outcome": outcome}, now=now, part_of=PART
    )
    _message(report, words, now, from_office=True, is_released=False)


@transaction.atomic
def report_decide(*, report: Report, actor: Viewer, decision: str, now: datetime) -> None:
    """Agree with a colleague's conclusion, which releases it, or send it back, which drops its words."""
    case_act(
        case=report.case, action="decide", actor=actor, data={"decision": decision}, now=now, part_of=PART
    )
    held = report.messages.filter(is_released=False)
    if decision == "approved":
        held.update(is_released=True)
    else:
        held.delete()
