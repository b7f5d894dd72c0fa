"""Writing a table into the register: tried first, then in steps, each step one transaction."""

from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.importing.reading import Table, read_table
from qiying.kernel.enterprises.importing.rows import ParsedRow, RowReader
from qiying.kernel.enterprises.models import Enterprise, EnterpriseImport, FactSource, ImportState
from qiying.kernel.enterprises.services.contacts import contact_add
from qiying.kernel.enterprises.services.enterprises import enterprise_create, enterprise_update
from qiying.kernel.enterprises.services.facts import facts_record
from qiying.kernel.organisations.models import Unit, UnitKind
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer

STEP_ROWS = 100


@transaction.atomic
def enterprises_import(
    *, actor: Viewer, district_id: int, content: bytes, file_name: str, at: datetime
) -> EnterpriseImport:
    """Read a table and try every row; nothing is written to the register yet.

    Raises `GuardFailed` when the file as a whole cannot be read.
    """
    require_in_district(actor, "enterprises.import", district_id)
    require_in_district(actor, "enterprises.edit", district_id)
    table = read_table(content, file_name)
    problems, remarks = _tried(table, district_id)
    row = EnterpriseImport.objects.create(
        district_id=district_id,
        file_name=file_name[:128],
        heads=table.heads,
        rows=table.rows,
        first_row=table.first_row,
        problems=problems,
        remarks=remarks,
        created_by_id=actor.person_id,
        created_at=at,
    )
    data = {"import": row.pk, "rows": len(table.rows), "with_problems": len(problems)}
    _record(actor, "import_tried", row, data, at)
    return row


def import_step(
    *, actor: Viewer, batch: EnterpriseImport, at: datetime, rows: int = STEP_ROWS
) -> EnterpriseImport:
    """Write the next rows; those with problems are left out. Safe to call again after a crash."""
    require_in_district(actor, "enterprises.import", batch.district_id)
    with transaction.atomic():
        locked = EnterpriseImport.objects.select_for_update().get(pk=batch.pk)
        if locked.state not in (ImportState.CHECKED, ImportState.RUNNING):
            raise ActionNotAvailable("这一批已经写完，不能再写。")
        reader = RowReader(locked.heads, _regions(locked.district_id))
        start, end = locked.done_rows, min(locked.done_rows + rows, len(locked.rows))
        for index in range(start, end):
            number = str(locked.first_row + index)
            if number in locked.problems or not any(locked.rows[index]):
                continue
            try:
                with transaction.atomic():
                    _write(actor, locked, reader.read(locked.rows[index]), reader.regions, at)
            except GuardFailed as error:
                locked.problems[number] = error.reasons
        locked.done_rows = end
        locked.state = ImportState.DONE if end == len(locked.rows) else ImportState.RUNNING
        if locked.state == ImportState.DONE:
            locked.rows = _with_problems(locked)
        locked.save()
        if locked.state == ImportState.DONE:
            data = {"created": locked.created_count, "updated": locked.updated_count}
            _record(actor, "import_done", locked, {"import": locked.pk, **data}, at)
    return locked


@transaction.atomic
def import_drop(*, actor: Viewer, batch: EnterpriseImport, at: datetime) -> EnterpriseImport:
    """Give a tried table up; one that is being written is finished instead."""
    require_in_district(actor, "enterprises.import", batch.district_id)
    if batch.state != ImportState.CHECKED:
        raise ActionNotAvailable("已经开始写入，不能放弃。")
    batch.state, batch.rows = ImportState.DROPPED, _with_problems(batch)
    batch.save(update_fields=["state", "rows"])
    _record(actor, "import_dropped", batch, {"import": batch.pk}, at)
    return batch


def _with_problems(batch: EnterpriseImport) -> list[list[str]]:
    """Return the rows with those emptied that are not needed to say what is wrong: they hold phone numbers."""
    return [
        cells if str(number) in batch.problems else []
        for number, cells in enumerate(batch.rows, batch.first_row)
    ]


def _regions(district_id: int) -> dict[str, int]:
    towns = Unit.objects.filter(district_id=district_id, kind=UnitKind.TOWN, is_active=True)
    found: dict[str, int] = {}
    for pk, name, short in towns.values_list("pk", "name", "short_name"):
        found[name] = pk
        if short:
            found.setdefault(short, pk)
    return found


def _tried(table: Table, district_id: int) -> tuple[dict[str, list[str]], list[str]]:
    """Return problems by row number, and remarks on the table as a whole."""
    reader = RowReader(table.heads, _regions(district_id))
    problems: dict[str, list[str]] = {}
    first_seen: dict[str, int] = {}
    codes: dict[int, str] = {}
    for number, cells in enumerate(table.rows, table.first_row):
        if not any(cells):
            continue
        parsed = reader.read(cells)
        if parsed.code:
            codes[number] = parsed.code
            if first_seen.setdefault(parsed.code, number) != number:
                parsed.problems.append(f"代码和第 {first_seen[parsed.code]} 行重复")
        if parsed.problems:
            problems[str(number)] = parsed.problems
    for number, code in _elsewhere(codes, district_id).items():
        problems.setdefault(str(number), []).append(f"代码 {code} 登记在其他区县")
    remarks = [f"没有认出这些列，不会导入：{'、'.join(reader.unknown)}"] if reader.unknown else []
    return problems, remarks


def _elsewhere(codes: dict[int, str], district_id: int) -> dict[int, str]:
    """Return the rows whose code another district holds."""
    wanted = sorted(set(codes.values()))
    taken: set[str | None] = set()
    for start in range(0, len(wanted), 500):
        rows = Enterprise.objects.exclude(district_id=district_id)
        taken.update(
            rows.filter(credit_code__in=wanted[start : start + 500]).values_list("credit_code", flat=True)
        )
    return {number: code for number, code in codes.items() if code in taken}


def _write(
    actor: Viewer, batch: EnterpriseImport, parsed: ParsedRow, regions: dict[str, int], at: datetime
) -> None:
    """Write one row: a new enterprise, or what the table adds to a known one."""
    if parsed.problems:
        raise GuardFailed(parsed.problems)
    values = dict(parsed.values)
    if parsed.region:
        values["region_unit"] = Unit.objects.get(pk=regions[parsed.region])
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
    if parsed.contact is not None:
        name, phone = parsed.contact
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


def _record(actor: Viewer, action: str, row: EnterpriseImport, data: dict[str, int], at: datetime) -> None:
    record_act(
        actor=actor,
        action=f"enterprises.{action}",
        subject=f"import:{row.pk}",
        data=data,
        at=at,
        district_id=row.district_id,
    )
