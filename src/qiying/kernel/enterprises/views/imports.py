"""The register of enterprises as a table: tried, then written in steps that can be left."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path, reverse

from qiying.kernel.enterprises.importing.heads import TEMPLATE_HEADS, enterprise_spec
from qiying.kernel.enterprises.importing.rows import is_word
from qiying.kernel.enterprises.models import BodyKind, EnterpriseImport, EnterpriseStatus, ImportState
from qiying.kernel.enterprises.services import (
    enterprises_import,
    import_drop,
    import_map,
    import_read,
    import_step,
)
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.registers.tables_in import About, Step, TableIn, TablePages, Trial, table_urls
from qiying.kernel.tables.mappings import Known, MappingForm
from qiying.kernel.tables.reading import PLACE, WHY
from qiying.kernel.tables.spec import Spec
from qiying.kernel.tables.workbooks import workbook

EXAMPLE = (
    "海盐示例紧固件有限公司",
    "",
    "示例紧固件",
    "企业",
    "3482",
    "",
    "示例路 1 号",
    "张三",
    "2015-03-01",
    "存续",
    "规上、紧固件",
    "李四",
    "13800000000",
    "120",
    "5200",
    "3100",
)
STEPS = {
    ImportState.CHECKED: (Step("step", "写入 {good} 行"), Step("drop", "不写了")),
    ImportState.RUNNING: (Step("step", "接着写"),),
}


class EnterpriseTable(TableIn):
    """A table of enterprises with what is known of each."""

    url = "enterprises:imports"
    needs = ("enterprises.import",)
    title = "企业"
    heavy = ("rows", "problems", "places")
    hint = "先试算，看清楚哪几行有问题，再写入。名册里已有的企业只补充，不会变成两家。一次最多 50,000 行。"

    def back(self) -> tuple[str, str]:
        return "企业名册", reverse("enterprises:list")

    def batches(self, request: ViewerRequest) -> QuerySet[EnterpriseImport]:
        mine = EnterpriseImport.objects.filter(district_id=request.viewer.district_id or 0)
        return mine.select_related("created_by").defer("content")

    def about(self, batch: EnterpriseImport) -> About:
        return About(batch.file_name, batch.created_by, batch.created_at, batch.get_state_display())

    def take(self, request: ViewerRequest, content: bytes, name: str) -> EnterpriseImport:
        return enterprises_import(
            actor=request.viewer,
            district_id=request.viewer.district_id or 0,
            content=content,
            file_name=name,
            at=request.now,
        )

    def trial(self, request: ViewerRequest, batch: EnterpriseImport) -> Trial:
        total, bad = len(batch.rows), len(batch.problems)
        words = {
            ImportState.CHECKED: f"共 {total} 行，{total - bad} 行可以导入。现在还没有写入。",
            ImportState.DONE: (
                f"写完了：新建 {batch.created_count} 家，补充 {batch.updated_count} 家，{bad} 行没导入。"
            ),
        }
        state = ImportState(batch.state)
        steps = () if batch.missing else STEPS.get(state, ())
        return Trial(
            words=words.get(state, "这一批没有写入。"),
            steps=[Step(s.code, s.label.format(good=total - bad)) for s in steps],
            refused=[(place, "；".join(why)) for place, why in batch.problems.items()],
            told={"told": batch.remarks, "missing": batch.missing},
            is_tried=state == ImportState.CHECKED and bool(batch.places or batch.missing),
            done=batch.done_rows,
            total=total,
            runs="step" if state == ImportState.RUNNING else "",
        )

    def act(self, request: ViewerRequest, batch: EnterpriseImport, code: str, data: dict[str, Any]) -> str:
        if code == "step" and batch.state in (ImportState.CHECKED, ImportState.RUNNING):
            import_step(actor=request.viewer, batch=batch, at=request.now)
        elif code == "drop":
            import_drop(actor=request.viewer, batch=batch, at=request.now)
        elif code != "step":
            raise Http404("没有这一步")
        return ""

    def spec(self, request: ViewerRequest) -> Spec:
        return enterprise_spec(request.today.year)

    def known(self, request: ViewerRequest, batch: EnterpriseImport) -> Known:
        return import_read(batch, request.now, with_words=False)

    def words(self, request: ViewerRequest) -> Any:
        return {"body_kind": BodyKind.labels, "status": EnterpriseStatus.labels}, is_word

    def settle(self, request: ViewerRequest, batch: EnterpriseImport, form: MappingForm) -> None:
        import_map(
            actor=request.viewer, batch=batch, columns=form.columns, values=form.values, at=request.now
        )

    def template(self, request: ViewerRequest) -> bytes:
        return workbook(TEMPLATE_HEADS, [EXAMPLE], sheet="企业")

    def file(self, request: ViewerRequest, batch: EnterpriseImport, code: str) -> tuple[bytes, str]:
        rows = [
            [*cells, "；".join(reasons), batch.place(index)]
            for index, cells in enumerate(batch.rows)
            if (reasons := batch.problems.get(batch.place(index)))
        ]
        return workbook([*batch.heads, WHY, PLACE], rows, sheet="要改的行"), f"要改的行-{batch.pk}.xlsx"


TABLE = EnterpriseTable()
_seen, _pages = visible_with(*TABLE.needs), TablePages(TABLE)
urlpatterns = [
    *table_urls(TABLE, "enterprises/imports/"),
    # addresses of before: workbooks somebody may have kept
    path("enterprises/imports/template.xlsx", _seen(_pages.template)),
    path("enterprises/imports/<int:pk>/problems.xlsx", _seen(_pages.step), {"code": "faults"}),
]
