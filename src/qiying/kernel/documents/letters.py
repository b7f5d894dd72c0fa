"""Letters: their content, their numbers, and their two forms (PDF to send, Word to edit)."""

from datetime import datetime

from django.db import connection, transaction

from qiying.kernel.documents.letter_layout import Letter
from qiying.kernel.documents.letter_pdf import letter_pdf
from qiying.kernel.documents.models import LetterNumber
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

__all__ = ["Letter", "letter_docx", "letter_number_take", "letter_number_void", "letter_pdf"]

# One statement: the row lock it takes lasts until the act commits, and a rollback gives the number back.
_NEXT = """
INSERT INTO documents_lettercounter (unit_id, word, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (unit_id, word, year) DO UPDATE SET last = documents_lettercounter.last + 1
RETURNING last
"""


def letter_docx(letter: Letter) -> bytes:
    """Return the letter as a .docx laid out by GB/T 9704-2012."""
    from qiying.kernel.documents import letter_docx as drawing  # here: what writes Word is for letters only

    return drawing.letter_docx(letter)


@transaction.atomic
def letter_number_take(
    *,
    unit_id: int,
    word: str,
    year: int,
    at: datetime | None = None,
    actor: Viewer | None = None,
    subject: str = "",
    title: str = "",
) -> LetterNumber:
    """Take the next number of a unit, word and year; without gaps and without doubles under concurrency.

    Take it late in the act: others who want a number of the same word wait until the act commits.
    """
    word = word.strip()
    if not word:
        reason = "本单位还没设发文字号的机关代字。请运维在单位资料里填上，例如：营商交。"
        raise GuardFailed([reason], {"word": [reason]})
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [unit_id, word, year])
        number = cursor.fetchone()[0]
    return LetterNumber.objects.create(
        unit_id=unit_id,
        word=word,
        year=year,
        number=number,
        subject=subject,
        title=title[:200],
        taken_at=at,
        taken_by_id=actor.person_id if actor else None,
    )


def letter_number_void(*, number: LetterNumber, reason: str, at: datetime) -> None:
    """Mark a number as not used; it stays in the register and is never given again."""
    if not reason.strip():
        raise GuardFailed(["请写明作废的理由"], {"reason": ["请写明作废的理由"]})
    number.voided_at, number.voided_reason = at, reason[:200]
    number.save(update_fields=["voided_at", "voided_reason"])
