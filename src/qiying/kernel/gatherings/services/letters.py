"""Letters and minutes: each with a number, as PDF and Word, in one step."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.documents.letters import Letter, letter_docx, letter_number_take, letter_pdf
from qiying.kernel.documents.models import Audience, Document, DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.gatherings.kinds import WRITE, LetterOf
from qiying.kernel.gatherings.models import Gathering, GatheringLetter, Item
from qiying.kernel.gatherings.selectors import letters_due
from qiying.kernel.gatherings.services.following import duty_done
from qiying.kernel.gatherings.services.planning import note
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def letters_send(
    *, gathering: Gathering, actor: Viewer, kind: str, now: datetime, site: str = ""
) -> list[GatheringLetter]:
    """Write, number, print and send every letter of a kind that is due; raise `GuardFailed` when none is."""
    of = gathering.of_kind.letter(kind)
    if of is None or not gathering.allows(WRITE):
        raise ActionNotAvailable(f"现在是“{gathering.of_phase.label}”，不能发")
    due = letters_due(gathering, of)
    if not due:
        raise GuardFailed(
            [f"{of.label}都发过了" if gathering.letters.filter(kind=kind) else "没有要交给单位办的事，不用发"]
        )
    made = [_send(gathering, of, unit, items, actor, now, site) for unit, items in due]
    if of.to_units:
        duty_done(gathering, "letters", now)
    duty_done(gathering, of.code, now)
    return made


def _send(
    gathering: Gathering,
    of: LetterOf,
    unit: Unit | None,
    items: list[Item],
    actor: Viewer,
    now: datetime,
    site: str,
) -> GatheringLetter:
    text = of.write(gathering, unit, items)
    issuer, today = gathering.unit, local_date(now)
    number = letter_number_take(
        unit_id=issuer.pk, word=issuer.letter_word, year=today.year, at=now, actor=actor, subject=gathering.subject,
        title=text.title,
    )  # fmt: skip
    letter = Letter(
        issuer=issuer.name, number=str(number), title=text.title, addressee=unit.name if unit else "",
        paragraphs=text.paragraphs, signed_by=issuer.name, signed_on=today,
        verify_url=f"{site}/gatherings/{gathering.pk}/" if site else "",
    )  # fmt: skip
    files: dict[str, Document] = {
        ending: document_store(
            content=content, name=f"{of.label} {number}.{ending}", kind=DocumentKind.LETTER, subject=gathering.subject,
            audience=Audience.OFFICE, actor=actor, district_id=gathering.district_id, at=now,
        )
        for ending, content in (("pdf", letter_pdf(letter)), ("docx", letter_docx(letter)))
    }  # fmt: skip
    made = GatheringLetter.objects.create(
        gathering=gathering,
        kind=of.code,
        unit=unit,
        number=number,
        pdf=files["pdf"],
        word=files["docx"],
        sent_at=now,
    )
    if unit is not None:
        words = {"title": str(gathering), "letter": of.label, "number": str(number), "count": len(items)}
        key = f"{gathering.subject}:letter:{made.pk}"
        spec = NoticeSpec(
            "gathering_letter", f"u:{unit.pk}#liaison+leader", gathering.subject, key, words,
            f"/gatherings/{gathering.pk}/",
        )  # fmt: skip
        notices_queue([spec], district_id=gathering.district_id, at=now)
    told = {"letter": of.label, "number": str(number), "unit": unit.label if unit else ""}
    note(actor, "gathering_letter", gathering, now, **told)
    return made
