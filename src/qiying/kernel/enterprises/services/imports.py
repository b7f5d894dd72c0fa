"""Writing a table into the register: tried first, then in steps, each step one transaction."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.enterprises.importing.heads import enterprise_spec
from qiying.kernel.enterprises.importing.rows import ParsedRow, RowReader
from qiying.kernel.enterprises.models import Enterprise, EnterpriseImport, FactSource, ImportState
from qiying.kernel.enterprises.services.contacts import contact_add
from qiying.kernel.enterprises.services.enterprises import enterprise_create, enterprise_update
from qiying.kernel.enterprises.services.facts import facts_record
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.mappings import Known, mapping_keep, table_read
from qiying.kernel.tables.names import NameIndex
from qiying.kernel.tables.spec import head_key

_noted = noting("enterprises")

STEP_ROWS = 40  # rows a transaction: other writers wait for one step, not for the table


def enterprises_import(
    *, actor: Viewer, district_id: int, content: bytes, file_name: str, at: datetime
) -> EnterpriseImport:
    """Read a table and try every row before the transaction; nothing is written to the register yet.

    Raises `GuardFailed` when the file as a whole cannot be read.
    """
    require_in_district(actor, "enterprises.import", district_id)
    require_in_district(actor, "enterprises.edit", district_id)
    row = EnterpriseImport(
        district_id=district_id,
        file_name=file_name[:128],
        content=content,
        created_by_id=actor.person_id,
        created_at=at,
    )
    _try(row, at)
    with transaction.atomic():
        row.save()
        data = {"import": row.pk, "rows": len(row.rows), "with_problems": len(row.problems)}
        _noted(actor, "import_tried", row, at, **data)
    return row


def import_read(batch: EnterpriseImport, at: datetime, *, with_words: bool = True) -> Known:
    """Return the table of a batch's file as the mapping kept for its source reads it."""
    spec = enterprise_spec(local_date(at).year)
    try:
        return table_read(
            content=bytes(batch.content), spec=spec, district_id=batch.district_id, with_words=with_words
        )
    except UnreadableSheet as error:
        raise GuardFailed([str(error)]) from None


def import_map(
    *,
    actor: Viewer,
    batch: EnterpriseImport,
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    at: datetime,
) -> EnterpriseImport:
    """Keep how the tables of this source are read, and try the batch again with it."""
    require_in_district(actor, "enterprises.import", batch.district_id)
    if batch.state != ImportState.CHECKED or not batch.content:
        raise ActionNotAvailable("这一批已经开始写入，对应关系用在下一份上")
    mapping_keep(
        spec=enterprise_spec(local_date(at).year),
        reading=import_read(batch, at).reading,
        columns=columns,
        values=values,
        name=batch.file_name,
        actor=actor,
        district_id=batch.district_id,
        now=at,
    )
    _try(batch, at)
    batch.save()
    return batch


def _try(batch: EnterpriseImport, at: datetime) -> None:
    """Read the batch's file into its rows, and find what is wrong with each."""
    known = import_read(batch, at)
    reading = known.reading
    heads = [h.text for h in reading.heads]
    batch.heads, batch.fields = heads, [h.field for h in reading.heads]
    batch.words = known.kept.values if known.kept else {}
    batch.missing, batch.remarks = reading.missing, reading.sentences
    if reading.unknown:
        batch.remarks += [f"这几列没有导入：{'、'.join(reading.unknown)}"]
    batch.rows, batch.places = [], []
    for row in reading.rows:
        names = reading.columns[row.sheet]
        texts = {names[column]: clean_text(value) for column, value in row.raw.items() if column in names}
        batch.rows.append([texts.get(head, "") for head in heads])
        batch.places.append(reading.label(row))
    if not batch.rows and not batch.missing:
        raise GuardFailed(["表头下面没有数据"])
    batch.first_row = reading.rows[0].number if reading.rows else 0
    batch.problems = _problems(batch)


def import_step(
    *, actor: Viewer, batch: EnterpriseImport, at: datetime, rows: int = STEP_ROWS
) -> EnterpriseImport:
    """Write the next rows; those with problems are left out. Safe to call again after a crash."""
    require_in_district(actor, "enterprises.import", batch.district_id)
    with transaction.atomic():
        locked = EnterpriseImport.objects.select_for_update().defer("content").get(pk=batch.pk)
        if locked.state not in (ImportState.CHECKED, ImportState.RUNNING):
            raise ActionNotAvailable("这一批已经写完，不能再写。")
        reader = _reader(locked)
        start, end = locked.done_rows, min(locked.done_rows + rows, len(locked.rows))
        for index in range(start, end):
            place = locked.place(index)
            if place in locked.problems or not any(locked.rows[index]):
                continue
            try:
                with transaction.atomic():
                    _write(actor, locked, reader.read(locked.rows[index]), at)
            except GuardFailed as error:
                locked.problems[place] = error.reasons
        locked.done_rows = end
        locked.state = ImportState.DONE if end == len(locked.rows) else ImportState.RUNNING
        if locked.state == ImportState.DONE:
            locked.rows, locked.content = _with_problems(locked), b""
        locked.save()
        if locked.state == ImportState.DONE:
            data = {"created": locked.created_count, "updated": locked.updated_count}
            _noted(actor, "import_done", locked, at, **{"import": locked.pk, **data})
    return locked


@transaction.atomic
def import_drop(*, actor: Viewer, batch: EnterpriseImport, at: datetime) -> EnterpriseImport:
    """Give a tried table up; one that is being written is finished instead."""
    require_in_district(actor, "enterprises.import", batch.district_id)
    if batch.state != ImportState.CHECKED:
        raise ActionNotAvailable("已经开始写入，不能放弃。")
    batch.state, batch.rows, batch.content = ImportState.DROPPED, _with_problems(batch), b""
    batch.save(update_fields=["state", "rows", "content"])
    _noted(actor, "import_dropped", batch, at, **{"import": batch.pk})
    return batch


def _with_problems(batch: EnterpriseImport) -> list[list[str]]:
    """Return the rows with those emptied that are not needed to say what is wrong: they hold phone numbers."""
    return [cells if batch.place(n) in batch.problems else [] for n, cells in enumerate(batch.rows)]


def _reader(batch: EnterpriseImport) -> RowReader:
    towns = Unit.objects.filter(district_id=batch.district_id, kind=UnitKind.TOWN, is_active=True)
    names = towns.values_list("pk", "name", "short_name")
    regions = NameIndex(names, (batch.district.name,), by_part=True)
    fields = batch.fields
    if not fields:  # tried before fields were kept
        spec = enterprise_spec(batch.created_at.year)
        fields = [spec.keys.get(head_key(h)) or spec.more(h) for h in batch.heads]
    return RowReader(batch.heads, fields, regions, batch.words)


def _problems(batch: EnterpriseImport) -> dict[str, list[str]]:
    """Return what is wrong with each row, by its place."""
    reader = _reader(batch)
    problems: dict[str, list[str]] = {}
    codes: dict[str, str] = {}  # place → code
    first: dict[str, str] = {}  # code or name → the place it stood first
    for index, cells in enumerate(batch.rows):
        place, parsed = batch.place(index), reader.read(cells)
        if parsed.code:
            codes[place] = parsed.code
        name = str(parsed.values.get("name", ""))
        if parsed.code and first.setdefault(parsed.code, place) != place:
            parsed.problems.append(f"代码和{first[parsed.code]}重复")
        elif name and first.setdefault(name, place) != place:
            parsed.problems.append(f"名称和{first[name]}相同，代码不同，请核对是不是同一家")
        if parsed.problems:
            problems[place] = parsed.problems
    for place, code in _elsewhere(codes, batch.district_id).items():
        problems.setdefault(place, []).append(f"代码 {code} 登记在其他区县")
    return problems


def _elsewhere(codes: dict[str, str], district_id: int) -> dict[str, str]:
    """Return the rows whose code another district holds."""
    wanted = sorted(set(codes.values()))
    taken: set[str | None] = set()
    for start in range(0, len(wanted), 500):
        rows = Enterprise.objects.exclude(district_id=district_id)
        taken.update(
            rows.filter(credit_code__in=wanted[start : start + 500]).values_list("credit_code", flat=True)
        )
    return {place: code for place, code in codes.items() if code in taken}


def _write(actor: Viewer, batch: EnterpriseImport, parsed: ParsedRow, at: datetime) -> None:
    """Write one row: a new enterprise, or what the table adds to a known one."""
    if parsed.problems:
        raise GuardFailed(parsed.problems)
    values = dict(parsed.values)
    if parsed.region:
        values["region_unit"] = Unit.objects.get(pk=parsed.region)
    known = _known(batch.district_id, parsed)
    if known is None:
        enterprise = enterprise_create(
            actor=actor,
            district_id=batch.district_id,
            tags=parsed.tags,
            source="imported",
            batch=batch.batch,
            at=at,
            **values,
        )
        batch.created_count += 1
    else:
        tags = [*known.tags.values_list("name", flat=True), *parsed.tags] if parsed.tags else None
        enterprise = enterprise_update(actor=actor, enterprise=known, tags=tags, at=at, **values)
        batch.updated_count += 1
    if parsed.facts:
        facts_record(
            actor=actor,
            enterprise=enterprise,
            facts=parsed.facts,
            source=FactSource.IMPORTED,
            source_note=batch.file_name,
            at=at,
        )
    for name, phone in parsed.contacts:
        if not enterprise.contacts.filter(phone=phone, ended_on__isnull=True).exists():
            contact_add(actor=actor, enterprise=enterprise, name=name, phone=phone, at=at)


def _known(district_id: int, parsed: ParsedRow) -> Enterprise | None:
    """Return the enterprise a row is about: by its code, else by the very same name without another code."""
    here = Enterprise.objects.filter(district_id=district_id)
    if parsed.code and (found := here.filter(credit_code=parsed.code).first()):
        return found
    same_name = here.filter(name=parsed.values["name"])
    if parsed.code:
        same_name = same_name.filter(credit_code__isnull=True)
    return same_name.order_by("pk").first()
