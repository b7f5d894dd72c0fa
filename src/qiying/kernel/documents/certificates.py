"""Certificates (证照): issued with number and version, verified by anybody, ended by revocation or replacement.

The PDF is drawn when it is asked for, from the row that nobody can change, so a revoked one says so on its face.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.documents.letter_layout import chinese_date
from qiying.kernel.documents.letter_pdf import qr_svg, template_pdf
from qiying.kernel.documents.models import Audience, Certificate
from qiying.kernel.documents.subjects import subject_visible
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer

_noted = noting("")

TOKEN_BYTES = 16
CHECK_DIGITS = 8
FIELD_MOST = 500


@dataclass(frozen=True)
class CertificateKind:
    """A kind of certificate: what stands on it and how it is numbered.

    `statement` is the sentence above the fields, with `{holder}` and the fields' labels in braces; `masked` are
    labels of fields which the public page shows only by their first and last character.
    """

    code: str
    label: str
    title: str
    number_prefix: str
    statement: str = ""
    template: str = "documents/certificate.html"
    masked: tuple[str, ...] = ()


class CaseLike(Protocol):
    """What is asked of a case, which lies above this app."""

    pk: int
    district_id: int


Change = Literal["revoked", "replaced"]
Tell = Callable[[Certificate, Change, datetime], None]
_kinds: dict[str, CertificateKind] = {}
_tellers: list[Tell] = []


def declare_certificate(kind: CertificateKind) -> CertificateKind:
    """Make a kind known; raise `ValueError` when its code or prefix is another's."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"证照 {kind.code} 登记了两次")
    if sum(k.number_prefix == kind.number_prefix for k in _kinds.values()) > 1:
        raise ValueError(f"证照编号的字头 {kind.number_prefix} 已有别的证在用")
    return kind


@cache
def _discover() -> None:
    """Read each app's `certificate_kinds.py` once, at first use."""
    autodiscover_modules("certificate_kinds")


def certificate_kinds() -> dict[str, CertificateKind]:
    """Return every kind by its code."""
    _discover()
    return dict(_kinds)


def certificate_word(code: str) -> str:
    """Return a kind's Chinese name, or the code of none as it is."""
    found = certificate_kinds().get(code)
    return found.label if found is not None else code


def on_certificate_change(tell: Tell) -> None:
    """Have somebody above told, in the same transaction, when a certificate is revoked or replaced."""
    if tell not in _tellers:
        _tellers.append(tell)


# --- writing ------------------------------------------------------------------------

# As with letter numbers: the row lock lasts until the act commits, and a rollback gives the number back.
_NEXT = """
INSERT INTO documents_certificatecounter (district_id, prefix, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (district_id, prefix, year) DO UPDATE SET last = documents_certificatecounter.last + 1
RETURNING last
"""


@transaction.atomic
def issue_certificate(
    kind: str,
    *,
    holder: str,
    enterprise: Enterprise | None = None,
    case: CaseLike | None = None,
    fields: Mapping[str, str],
    by: Viewer,
    now: datetime,
    valid_until: date | None = None,
    unit: Unit | None = None,
) -> Certificate:
    """Issue the first version of a certificate; who may is asked by the act that calls.

    The issuer is `unit`, else the unit the actor acts for. Raises `GuardFailed` with every reason.
    """
    found = certificate_kinds().get(kind)
    if found is None:
        raise LookupError(f"没有“{kind}”这种证，请在 certificate_kinds.py 里用 declare_certificate() 登记")
    district_id = next((o.district_id for o in (enterprise, case, unit) if o is not None), by.district_id)
    assert district_id is not None, "a certificate belongs to a district"
    day = local_date(now)
    _refuse_bad(holder, fields, valid_until, day)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [district_id, found.number_prefix, day.year])
        number = f"{found.number_prefix}-{day.year}-{cursor.fetchone()[0]:05d}"
    row = Certificate(
        district_id=district_id,
        kind=kind,
        title=found.title,
        number=number,
        holder=holder.strip(),
        enterprise=enterprise,
        case_id=case.pk if case is not None else None,
        fields=[list(pair) for pair in fields.items()],
        valid_until=valid_until,
    )
    return _issued(row, by, now, unit)


@transaction.atomic
def replace_certificate(
    certificate: Certificate,
    *,
    by: Viewer,
    now: datetime,
    reason: str,
    holder: str | None = None,
    fields: Mapping[str, str] | None = None,
    valid_until: date | None = None,
    unit: Unit | None = None,
) -> Certificate:
    """Issue the next version under the same number; the old one says from now on that it was replaced."""
    old = _current(certificate, "换发", reason)
    fields = dict(old.fields) if fields is None else fields
    _refuse_bad(old.holder if holder is None else holder, fields, valid_until, local_date(now))
    row = Certificate(
        district_id=old.district_id,
        kind=old.kind,
        title=old.title,
        number=old.number,
        version=old.version + 1,
        holder=(old.holder if holder is None else holder).strip(),
        enterprise_id=old.enterprise_id,
        case_id=old.case_id,
        fields=[list(pair) for pair in fields.items()],
        valid_until=valid_until,
    )
    new = _issued(row, by, now, unit or old.unit)
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    _told(old, by, "replaced", reason, now)
    return new


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, reason: str, by: Viewer, now: datetime) -> Certificate:
    """End a certificate for good; everybody who verifies it reads the day and the reason."""
    row = _current(certificate, "撤销", reason)
    row.revoked_at, row.revoked_reason, row.revoked_by_id = now, reason.strip()[:200], by.person_id
    row.save(update_fields=["revoked_at", "revoked_reason", "revoked_by"])
    _told(row, by, "revoked", reason, now)
    return row


def _issued(row: Certificate, by: Viewer, now: datetime, unit: Unit | None) -> Certificate:
    row.token = secrets.token_urlsafe(TOKEN_BYTES)
    row.check_code = f"{secrets.randbelow(10**CHECK_DIGITS):0{CHECK_DIGITS}d}"
    row.issued_at, row.issued_on, row.issued_by_id = now, local_date(now), by.person_id
    if unit is not None:
        row.unit, row.issuer = unit, unit.name
    elif by.memberships:
        row.unit_id, row.issuer = by.memberships[0].unit_id, by.memberships[0].unit_name
    else:
        row.issuer = row.district.name
    row.save()
    data = {"kind": row.kind, "number": row.number, "version": row.version, "holder": row.holder}
    _noted(by, "documents.certificate_issue", row, now, **data)
    return row


def _told(row: Certificate, by: Viewer, change: Change, reason: str, now: datetime) -> None:
    data = {"number": row.number, "version": row.version, "reason": reason.strip()}
    _noted(by, f"documents.certificate_{change}", row, now, **data)
    for tell in _tellers:
        tell(row, change, now)


def _current(certificate: Certificate, wish: str, reason: str) -> Certificate:
    """Return the row locked; refuse where it has ended or nobody says why."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.revoked_at is not None:
        raise ActionNotAvailable(f"{row} 已于{chinese_date(local_date(row.revoked_at))}撤销，不能再{wish}。")
    if row.replaced_by_id is not None:
        raise ActionNotAvailable(f"{row} 第 {row.version} 版已经换发，请在最新一版上{wish}。")
    if not reason.strip():
        raise GuardFailed([f"请写明{wish}的理由"], {"reason": [f"请写明{wish}的理由"]})
    return row


def _refuse_bad(holder: str, fields: Mapping[str, str], valid_until: date | None, day: date) -> None:
    reasons = []
    if not holder.strip() or len(holder.strip()) > 128:
        reasons.append("持有人要写，不超过 128 个字")
    reasons += [
        f"“{label}”太长，最多 {FIELD_MOST} 个字" for label, text in fields.items() if len(text) > FIELD_MOST
    ]
    if valid_until is not None and valid_until < day:
        reasons.append("有效期不能早于发证的那天")
    if reasons:
        raise GuardFailed(reasons)


# --- reading ------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What a certificate is on a day, in a word and in a sentence."""

    code: Literal["genuine", "expired", "replaced", "revoked", "unknown"]
    label: str
    sentence: str

    @property
    def is_good(self) -> bool:
        return self.code == "genuine"


UNKNOWN = Standing(
    "unknown",
    "没有这张证",
    "系统没有发过这张证：可能抄错了，也可能是假的。请核对编号和校验码，仍查不到的不要相信。",
)


def standing(row: Certificate, today: date) -> Standing:
    """Return what a certificate is; a revoked one stays revoked whatever came after."""
    if row.revoked_at is not None:
        on = chinese_date(local_date(row.revoked_at))
        return Standing("revoked", "已撤销", f"这张证已于{on}撤销，不再有效。理由：{row.revoked_reason}")
    if row.replaced_by is not None:
        new = row.replaced_by
        words = (
            f"这是第 {row.version} 版，{chinese_date(new.issued_on)}换发了第 {new.version} 版，以新证为准。"
        )
        return Standing("replaced", "已换发", words)
    if row.valid_until is not None and row.valid_until < today:
        return Standing(
            "expired", "已过期", f"这张证是真的，有效期到{chinese_date(row.valid_until)}，已经过了。"
        )
    until = f"，有效期至{chinese_date(row.valid_until)}" if row.valid_until else ""
    return Standing(
        "genuine", "真实有效", f"这张证由{row.issuer}发出{until}。请核对下面的内容和手里的证是否一样。"
    )


def certificate_by_token(token: str) -> Certificate | None:
    """Return the certificate whose page this is."""
    return _read(Q(token=token))


def certificate_by_number(number: str, check_code: str) -> Certificate | None:
    """Return the certificate with a printed number and check code; blanks and wide letters do not matter."""
    typed = re.sub(r"[^A-Z0-9-]", "", unicodedata.normalize("NFKC", number).upper())
    code = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", check_code))
    return _read(Q(number=typed, check_code=code)) if typed and code else None


def _read(condition: Q) -> Certificate | None:
    return Certificate.objects.select_related("replaced_by").filter(condition).first()


def shown_fields(row: Certificate, *, is_public: bool) -> list[tuple[str, str]]:
    """Return what stands on a certificate; on the public page what its kind masks is masked."""
    kind = certificate_kinds().get(row.kind)
    masked = kind.masked if kind is not None and is_public else ()
    return [(label, _mask(text) if label in masked else text) for label, text in row.fields]


def _mask(text: str) -> str:
    return f"{text[0]}{'＊' * (len(text) - 2)}{text[-1]}" if len(text) > 2 else "＊" * len(text)


def certificates_visible_to(viewer: Viewer) -> QuerySet[Certificate]:
    """Return those of the viewer's enterprises, of his units, or of his whole district."""
    rows = Certificate.objects.select_related("replaced_by", "unit").order_by("-id")
    if viewer.is_system:
        return rows
    seen = Q(enterprise_id__in=viewer.enterprise_ids)
    if viewer.has("documents.certificates_all"):
        seen |= Q(district_id=viewer.district_id or 0)
    elif viewer.has("documents.certificates"):
        seen |= Q(unit_id__in=viewer.unit_ids)
    return rows.filter(seen)


def certificates_of(enterprise_id: int, kind: str = "") -> QuerySet[Certificate]:
    """Return what an enterprise holds and nobody ended, newest first: it need not hand any of it in again."""
    rows = Certificate.objects.filter(
        enterprise_id=enterprise_id, revoked_at__isnull=True, replaced_by__isnull=True
    )
    return rows.filter(kind=kind) if kind else rows


def certificate_for(viewer: Viewer, pk: int) -> Certificate:
    """Return a certificate the viewer may see: by its list, or as a party of its case; anything else is 404."""
    row = certificates_visible_to(viewer).filter(pk=pk).first()
    if row is None:
        row = _read(Q(pk=pk, case_id__isnull=False))
        if row is None or not subject_visible(viewer, f"case:{row.case_id}", Audience.PARTIES):
            raise Http404("没有找到这张证，或者您看不到它")
    return row


def verify_url(row: Certificate) -> str:
    """Return the address printed as QR code."""
    return f"{settings.QIYING_ENV.base_url.rstrip('/')}/verify/{row.token}/"


def certificate_pdf(row: Certificate, today: date) -> bytes:
    """Return the certificate as an A4 PDF; one that has ended says so across the page."""
    kind = certificate_kinds().get(row.kind)
    now_is = standing(row, today)
    words = defaultdict(str, {"holder": row.holder, **dict(row.fields)})
    context = {
        "certificate": row,
        "fields": shown_fields(row, is_public=False),
        "statement": kind.statement.format_map(words) if kind is not None else "",
        "issued_on": chinese_date(row.issued_on),
        "valid_until": chinese_date(row.valid_until) if row.valid_until else "",
        "check_code": f"{row.check_code[:4]} {row.check_code[4:]}",
        "stamp": "" if now_is.is_good else now_is.label,
        "qr": qr_svg(verify_url(row)),
        "verify_at": f"{settings.QIYING_ENV.base_url.rstrip('/')}/verify/",
    }
    return template_pdf(kind.template if kind is not None else CertificateKind.template, context)
