"""Importing a ledger: trial, writing by the worker with progress, faults back, undo, export."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from qiying.capabilities.service_requests.forms.imports import UndoForm
from qiying.capabilities.service_requests.rules.ledger import SPEC
from qiying.capabilities.service_requests.services.ledger_jobs import (
    JOB,
    ledger_content,
    ledger_map,
    ledger_start,
    ledger_upload,
)
from qiying.capabilities.service_requests.services.ledgers import (
    batch_intakes,
    known_of,
    ledger_check,
    ledger_export,
    ledger_faults,
    ledger_read,
    ledger_template,
    ledger_undo,
)
from qiying.kernel.cases.models import ImportBatch, Job
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.registers.tables_in import About, Step, TableIn, Trial, table_urls
from qiying.kernel.tables.mappings import Known, MappingForm
from qiying.kernel.tables.spec import Spec

STATES = {
    "tried": "试算过，没写入",
    "running": "正在写入",
    "done": "已写入",
    "undone": "已撤回",
    "dropped": "没有写入",
}
UNDO = Step("undo", "撤回这一批", "每件都会作废并记一笔，不会删除；编号以后还可以再用。", UndoForm, True)
TOLD = ("unknown", "missing", "told", "open_words")


class LedgerTable(TableIn):
    """A ledger of matters; the worker writes it."""

    url = "service_requests:ledgers"
    needs = ("service_requests.import",)
    title = "诉求台账"

    def back(self) -> tuple[str, str]:
        return "", ""

    def batches(self, request: ViewerRequest) -> QuerySet[ImportBatch]:
        found = ImportBatch.objects.filter(district_id=request.viewer.district_id or 0, kind="ledger")
        return found.select_related("made_by").order_by("-id")

    def about(self, batch: ImportBatch) -> About:
        return About(batch.name, batch.made_by, batch.made_at, STATES.get(batch.state, batch.state))

    def take(self, request: ViewerRequest, content: bytes, name: str) -> ImportBatch:
        return ledger_upload(
            content=content,
            name=name,
            actor=request.viewer,
            district_id=request.viewer.district_id or 0,
            now=request.now,
        )

    def trial(self, request: ViewerRequest, batch: ImportBatch) -> Trial:
        found, state = batch.summary, batch.state
        refused = [(place, why) for place, why in found.get("refused", [])]
        good, bad = found.get("good", found.get("cases", 0)), found.get("bad", len(refused))
        trial = Trial(f"写完了：{found.get('cases', 0)} 件，{bad} 行没导入。", refused=refused)
        trial.told = {name: found[name] for name in TOLD if name in found}
        if state == "tried":
            rows = found.get("rows", 0)
            trial.words = f"共 {rows} 行，{good} 行可以导入，{bad} 行有问题。现在还没有写入。"
            trial.steps = [Step("start", f"写入 {good} 行")] if good and not found.get("missing") else []
            trial.is_tried = True
            trial.told = {**trial.told, "remarks": found.get("remarks", [])}
        elif state == "undone":
            trial.words = f"这一批的 {found.get('cases', 0)} 件已全部撤回，每件记了一笔。改好表格可以再导。"
        elif state == "running":
            job = Job.objects.filter(kind=JOB, payload__batch=batch.pk).order_by("-id").first()
            trial.words = "没写完，后台出错了。已写的不会重复，请告诉运维。"
            trial.runs = "" if job and job.state == "failed" else "get"
            trial.done, trial.total = (job.done_count, job.total_count) if job else (0, good)
        elif state == "done":
            trial.steps, trial.files = [UNDO], [("export", "按台账格式导出")]
        return trial

    def act(self, request: ViewerRequest, batch: ImportBatch, code: str, data: dict[str, Any]) -> str:
        if code == "start":
            ledger_start(batch=batch, actor=request.viewer, now=request.now)
            return ""
        if code == "undo":
            count = ledger_undo(
                batch=batch, actor=request.viewer, reason=data.get("reason", ""), now=request.now
            )
            return f"撤回了 {count} 件，每件都记了一笔，没有删除。"
        raise Http404("没有这一步")

    def spec(self, request: ViewerRequest) -> Spec:
        return SPEC

    def known(self, request: ViewerRequest, batch: ImportBatch) -> Known:
        return ledger_read(content=ledger_content(batch), district_id=batch.district_id, with_words=False)

    def words(self, request: ViewerRequest) -> Any:
        names = known_of(request.viewer.district_id or 0)
        return names.choices, names.is_word

    def settle(self, request: ViewerRequest, batch: ImportBatch, form: MappingForm) -> None:
        ledger_map(
            batch=batch, columns=form.columns, values=form.values, actor=request.viewer, now=request.now
        )

    def template(self, request: ViewerRequest) -> bytes:
        return ledger_template(request.viewer.district_id or 0)

    def file(self, request: ViewerRequest, batch: ImportBatch, code: str) -> tuple[bytes, str]:
        if code == "export":
            return ledger_export(batch_intakes(batch), batch.district_id), f"台账-{batch.pk}.xlsx"
        checked = ledger_check(
            content=ledger_content(batch), district_id=batch.district_id, today=request.today
        )
        wrong = dict(batch.summary.get("refused", []))
        if (
            batch.state != "tried"
        ):  # what was written stands in the register: only what was refused comes back
            checked.rows = [r for r in checked.rows if r.place in wrong]
        for row in checked.rows:
            if row.place in wrong:
                row.problems = [wrong[row.place]]
        return ledger_faults(checked), f"没有导入的行-{batch.pk}.xlsx"


urlpatterns = table_urls(LedgerTable(), "imports/")
