"""The chain `audit`: acts outside cases, put in a row by the worker after they were committed."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from qiying.kernel.audit.arrivals import MARGIN, Arrivals, exclusive
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.chains import ChainSource, Head, Link
from qiying.kernel.audit.clock import utc_text
from qiying.kernel.audit.digest import ALGORITHM, digest, link
from qiying.kernel.audit.models import AuditEntry, AuditLink, SealLeaf
from qiying.kernel.audit.services import entry_text

_CHUNK = 2000

_UNLINKED = Arrivals(
    name="link:audit",
    table="audit_auditentry",
    columns=(),
    missing="NOT EXISTS (SELECT 1 FROM audit_auditlink link WHERE link.entry_id = t.id)",
)


def link_entries(now: datetime) -> int:
    """Chain every committed audit row that is not on the chain yet; return how many. The worker's job."""
    total = 0
    while count := _link_some(now):
        total += count
    return total


@transaction.atomic
def _link_some(now: datetime) -> int:
    exclusive("qiying.audit.link")
    ids = [row[0] for row in _UNLINKED.take(_CHUNK)]
    entries = AuditEntry.objects.filter(id__in=ids).in_bulk() if ids else {}
    last = AuditLink.objects.order_by("-seq").first()
    seq, prev_hash = (last.seq, last.hash) if last else (0, "")
    links = []
    for entry_id in ids:
        seq += 1
        text = link_text(seq, entries[entry_id], now)
        row_hash = link(prev_hash, text)
        links.append(
            AuditLink(
                seq=seq,
                entry_id=entry_id,
                linked_at=now,
                prev_hash=prev_hash,
                hash=row_hash,
                algorithm=ALGORITHM,
            )
        )
        prev_hash = row_hash
    AuditLink.objects.bulk_create(links)
    return len(links)


def link_text(seq: int, entry: AuditEntry, linked_at: datetime) -> str:
    """Return what a link's hash is made of: the whole entry, its own hash, the database's own time."""
    return canonical(
        {
            "seq": seq,
            "entry_id": entry.id,
            "entry": _content(entry),
            "entry_hash": entry.hash,
            "recorded_at": utc_text(entry.recorded_at),
            "linked_at": utc_text(linked_at),
        }
    )


def _content(entry: AuditEntry) -> str:
    return entry_text(
        at=entry.at,
        actor_person_id=entry.actor_person_id,
        actor_name=entry.actor_name,
        on_behalf=entry.on_behalf,
        action=entry.action,
        subject=entry.subject,
        district_id=entry.district_id,
        data=entry.data,
    )


def entry_digest(entry: AuditEntry) -> str:
    """Return the digest of an entry's present content, to be compared with what was recorded."""
    try:
        return digest(_content(entry), entry.algorithm)
    except ValueError:  # the algorithm's name was changed
        return ""


def unlinked_entries() -> Iterator[AuditEntry]:
    """Yield the rows that wait for their place on the chain."""
    linked = AuditLink.objects.filter(entry_id=OuterRef("id"))
    last = AuditLink.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    rows = AuditEntry.objects.filter(~Exists(linked), id__gt=last - MARGIN)
    yield from rows.order_by("id").iterator(chunk_size=_CHUNK)


class AuditChain(ChainSource):
    """The one chain of audit rows."""

    name = "audit"

    def unsealed_heads(self, limit: int) -> list[Head]:
        last = AuditLink.objects.order_by("-seq").first()
        if last is None or SealLeaf.objects.filter(chain=self.name, seq__gte=last.seq).exists():
            return []
        return [Head(self.name, last.seq, last.hash)]

    def chains(self) -> Iterator[str]:
        if AuditLink.objects.exists():
            yield self.name

    def replay(self, chain: str) -> Iterator[Link]:
        if chain != self.name:
            return
        after = -1
        while links := list(AuditLink.objects.filter(seq__gt=after).order_by("seq")[:_CHUNK]):
            entries = AuditEntry.objects.in_bulk([row.entry_id for row in links])
            for row in links:
                entry = entries.get(row.entry_id)
                is_whole = entry is not None and entry_digest(entry) == entry.hash
                text = link_text(row.seq, entry, row.linked_at) if entry and is_whole else "缺"
                yield Link(row.seq, row.prev_hash, text, row.hash, row.algorithm)
            after = links[-1].seq

    def look_again(self) -> None:
        _UNLINKED.rewind()
