"""The table of a register, as the pages of importing take it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.registers.imports import (
    State,
    register_map,
    register_read,
    register_spec,
    register_try,
    register_undo,
    register_write,
)
from qiying.kernel.registers.models import RegisterImport
from qiying.kernel.registers.register import Register
from qiying.kernel.registers.tables_in import About, Step, TableIn, Trial
from qiying.kernel.tables.mappings import Known, MappingForm
from qiying.kernel.tables.reading import PLACE, WHY
from qiying.kernel.tables.spec import Spec
from qiying.kernel.tables.workbooks import Column, Sheet, workbook, workbook_bytes

UNDO = Step(
    "undo",
    "撤回这一批",
    "写错了可以整批撤回：改过的退回原样，新加的停用，都留记录。",
    is_serious=True,
)


class RegisterTable(TableIn):
    """A register's rows as a table: the fields of its form."""

    heavy = ("rows", "told", "done")

    def __init__(self, register: Register[Any]) -> None:
        self.register, self.needs, self.title = register, register.edits, register.title
        self.url = f"{register.url}_imports"

    def back(self) -> tuple[str, str]:
        return self.register.title, self.register.address()

    def batches(self, request: ViewerRequest) -> QuerySet[RegisterImport]:
        mine = RegisterImport.objects.filter(district_id=request.viewer.district_id or 0)
        return mine.filter(register=self.register.name).select_related("made_by").defer("content")

    def about(self, batch: RegisterImport) -> About:
        return About(batch.file_name, batch.made_by, batch.made_at, batch.get_state_display())

    def take(self, request: ViewerRequest, content: bytes, name: str) -> RegisterImport:
        return register_try(
            register=self.register, content=content, name=name, actor=request.viewer, now=request.now
        )

    def trial(self, request: ViewerRequest, batch: RegisterImport) -> Trial:
        refused = [(place, "；".join(why)) for place, _, why in batch.rows if why]
        total, is_tried = len(batch.rows), batch.state == State.TRIED
        good = total - len(refused)
        if is_tried:
            words = f"共 {total} 行，{good} 行可以导入。现在还没有写入。"
            steps = [Step("write", f"写入 {good} 行")] if good and not batch.told["missing"] else []
        else:
            words = f"{batch.get_state_display()}：{len(batch.done)} 行，{len(refused)} 行没导入。"
            steps = [UNDO] if batch.state == State.DONE and batch.done else []
        return Trial(words, steps, refused, batch.told, is_tried)

    def act(self, request: ViewerRequest, batch: RegisterImport, code: str, data: dict[str, Any]) -> str:
        of: dict[str, Any] = {"register": self.register, "batch": batch}
        of |= {"actor": request.viewer, "now": request.now}
        if code == "undo":
            return f"撤回了 {register_undo(**of)} 行。"
        if code == "write":
            return f"写入了 {len(register_write(**of).done)} 行。"
        raise Http404("没有这一步")

    def spec(self, request: ViewerRequest) -> Spec:
        return register_spec(self.register, request.viewer, request.now)

    def known(self, request: ViewerRequest, batch: RegisterImport) -> Known:
        return register_read(self.register, batch, request.viewer, request.now)

    def settle(self, request: ViewerRequest, batch: RegisterImport, form: MappingForm) -> None:
        register_map(
            register=self.register,
            batch=batch,
            columns=form.columns,
            actor=request.viewer,
            now=request.now,
        )

    def template(self, request: ViewerRequest) -> bytes:
        fields = self.spec(request).fields
        columns: Sequence[Column[Any]] = [
            Column(f.title, kind="date" if f.kind == "date" else "text", note=f.note) for f in fields
        ]
        choices: dict[str, Sequence[str]] = {f.title: f.choices for f in fields if f.choices}
        return workbook_bytes([Sheet(self.title, columns, [], choices=choices)])

    def file(self, request: ViewerRequest, batch: RegisterImport, code: str) -> tuple[bytes, str]:
        fields = self.spec(request).fields
        lines = [
            [*(str(data.get(f.key, "")) for f in fields), "；".join(why), place]
            for place, data, why in batch.rows
            if why
        ]
        body = workbook([*(f.title for f in fields), WHY, PLACE], lines, sheet="要改的行")
        return body, f"要改的行-{batch.pk}.xlsx"
