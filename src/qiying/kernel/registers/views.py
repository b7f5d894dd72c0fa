"""The pages of every register, made from its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from qiying.kernel.audit.selectors import history_of
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import act_page, page, shell, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.registers.imports import (
    State,
    register_map,
    register_read,
    register_spec,
    register_try,
    register_undo,
    register_write,
)
from qiying.kernel.registers.models import RegisterImport, SavedList
from qiying.kernel.registers.register import Act, Register, made
from qiying.kernel.tables.mappings import MappingForm
from qiying.kernel.tables.reading import PLACE, WHY
from qiying.kernel.tables.workbooks import Column, Sheet, workbook, workbook_bytes

MAX_VIEWS = 20


class TableForm(forms.Form):
    """A table for a register."""

    table = forms.FileField(label="表格", help_text="xlsx、xls 或 csv；可以先下载模板照着填")


class Pages:
    """The views of one register."""

    def __init__(self, register: Register[Any]) -> None:
        self.register = register

    # --- the list -----------------------------------------------------------------
    def list(self, request: ViewerRequest) -> HttpResponse:
        """Show the rows: filters, sort, saved views, export."""
        one = self.register
        may_edit = one.may_edit(request.viewer)
        if request.method == "POST" and may_edit:
            return self.new(request)
        context, book = one.listing.respond(request, one.rows(request.viewer, request.today))
        if book is not None:
            return book
        if not one.may_open(request.viewer):
            for cell in (c for r in context["table"]["rows"] for c in r["cells"]):
                if str(cell.get("url", "")).startswith(one.address()):
                    cell.pop("url")
        may_import = may_edit and one.form and one.imports
        context |= {
            "register": one,
            "lead": one.lead(request, context["listed"]) if one.lead else "",
            "new_url": one.address("new") if may_edit and one.form else "",
            "import_url": one.address("imports") if may_import else "",
            "links": [(reverse(name), words) for code, name, words in one.links if request.viewer.has(code)],
            "views": self._views(request),
            "view_url": one.address("view"),
            "query": _narrowing(request),
            **one.more(request, context["listed"]),
        }
        return page(request, one.template, context)

    def _views(self, request: ViewerRequest) -> Sequence[dict[str, Any]]:
        rows = self._mine(request)
        now = _narrowing(request)
        return [{"id": v.pk, "name": v.name, "url": f"?{v.query}", "current": v.query == now} for v in rows]

    def _mine(self, request: ViewerRequest) -> QuerySet[SavedList]:
        return SavedList.objects.filter(person_id=request.viewer.person_id or 0, register=self.register.name)

    def view(self, request: ViewerRequest) -> HttpResponse:
        """Keep the filters of the list under a name, or drop a name."""
        mine = self._mine(request)
        gone, name = request.POST.get("remove", ""), request.POST.get("name", "").strip()[:20]
        if gone.isascii() and gone.isdigit() and len(gone) < 12:
            mine.filter(pk=int(gone)).delete()
        elif name and mine.count() < MAX_VIEWS:
            query = urlencode(parse_qsl(request.POST.get("query", ""))[:20])[:500]
            SavedList.objects.update_or_create(
                person_id=request.viewer.person_id or 0,
                register=self.register.name,
                name=name,
                defaults={"query": query},
            )
            messages.success(request, f"存好了，以后点“{name}”就是这个样子。")
        return HttpResponseRedirect(self.register.address())

    # --- one row ------------------------------------------------------------------
    def new(self, request: ViewerRequest) -> HttpResponse:
        """Enter a row; what the address names is filled in."""
        one = self.register
        if one.form is None or one.save is None:
            raise Http404("这里不能加")
        form = made(one.form, request.POST or None, request.viewer, request.today, None)
        form.initial.update({name: value for name, value in request.GET.items() if name in form.fields})
        save = one.save

        def run(data: dict[str, Any]) -> str:
            row = save(request.viewer, None, data, request.now)
            messages.success(request, one.said(row) or f"{one.noun}加好了。")
            return one.row_url(row) if one.edits_apart else one.address()

        title = one.new_label or f"加{one.noun}"
        submit = one.new_label or "存好"
        return act_page(request, form, title=title, submit=submit, back_url=one.address(), run=run)

    def row(self, request: ViewerRequest, key: Any) -> HttpResponse:
        """Show a row: a form for who may do what stands on it, else what is; panels, acts, history."""
        one = self.register
        row = self._row(request, key)
        acts = [a for a in one.all_acts() if self._offers(request, a, row)]
        doing = next((a for a in acts if a.on_page), None)
        form = self._form(request, doing, row) if doing else None
        if request.method == "POST":
            if doing is None or form is None:
                raise Http404("没有这一步")
            if form.is_valid():
                try:
                    return self._do(request, doing, row, form)
                except GuardFailed as error:
                    tell_form(form, error)
        panels = [(p, shown) for p in one.panels if (shown := p.read(request, row)) is not None]
        drawn = [
            (p.beside, render_to_string(p.template, {**shell(request), **shown}, request))
            for p, shown in panels
        ]
        context = {
            "register": one,
            "row": row,
            "title": (one.row_title or one.label)(row),
            "lead": one.row_lead(request, row),
            "facts": one.listing.facts(row),
            "form": form,
            "doing": doing,
            "acts": [{"act": a, "url": one.act_url(row, a.code)} for a in acts if not a.on_page],
            "main": [html for beside, html in drawn if not beside],
            "beside": [html for beside, html in drawn if beside],
            "history": history_of(one.subject(row), one.noted),
            "back_url": one.list_url(row),
        }
        return page(request, "registers/row.html", context, status=422 if form and form.errors else None)

    def _row(self, request: ViewerRequest, key: Any) -> Any:
        one = self.register
        row = fetch_or_404(one.rows(request.viewer, request.today), **{one.key: key})
        one.listing.prepared(request, [row])
        return row

    def _offers(self, request: ViewerRequest, act: Act[Any], row: Any) -> bool:
        return self.register.may_do(request.viewer, act, row) and act.applies(request.viewer, row)

    def _form(self, request: ViewerRequest, act: Act[Any], row: Any) -> forms.Form:
        posted = request.POST if request.method == "POST" else None
        if act.form is None:
            return forms.Form(posted)
        return made(act.form, posted, request.viewer, request.today, row)

    def _do(self, request: ViewerRequest, act: Act[Any], row: Any, form: forms.Form) -> HttpResponse:
        """Run an act and go on: where the form says, to the list, or to the row while it is there."""
        one = self.register
        assert act.run is not None
        try:
            words = act.run(request.viewer, row, form.cleaned_data, request.now)
        except ActionNotAvailable as late:
            messages.warning(request, late.message)
        else:
            is_same = act.code == "edit" and not form.has_changed()
            if is_same:
                messages.info(request, "没有改动，和原来一样。")
            else:
                messages.success(request, words)
        asked = request.POST.get("back", "")
        if asked.startswith(one.address()):
            return HttpResponseRedirect(asked)
        if act.goes_to is not None:
            return HttpResponseRedirect(act.goes_to(row))
        key = {one.key: getattr(row, one.key)}
        stays = not act.on_page and one.may_open(request.viewer)
        if stays and one.rows(request.viewer, request.today).filter(**key).exists():
            return HttpResponseRedirect(one.row_url(row))
        return HttpResponseRedirect(one.list_url(row))

    def act(self, request: ViewerRequest, key: Any, code: str) -> HttpResponse:
        """Do something to a row; with a form it is asked first."""
        one = self.register
        act = next((a for a in one.all_acts() if a.code == code and a.run), None)
        row = self._row(request, key)
        if act is None or not one.may_do(request.viewer, act, row):
            raise Http404("没有这一步")
        if not act.applies(request.viewer, row):
            messages.warning(request, f"{one.label(row)}现在不能再{act.label}。")
            return HttpResponseRedirect(one.row_url(row))
        form = self._form(request, act, row)
        sent: list[HttpResponse] = []

        def run(_: dict[str, Any]) -> str:
            sent.append(self._do(request, act, row, form))
            return ""

        answer = act_page(
            request,
            form,
            title=act.title or f"{act.label}：{one.label(row)}",
            sentence=act.sentence,
            submit=act.submit or act.label,
            back_url=one.row_url(row),
            run=run,
            is_serious=act.is_serious,
        )
        return sent[0] if sent else answer

    # --- import ---------------------------------------------------------------------
    def imports(self, request: ViewerRequest) -> HttpResponse:
        """Take a table and try it; list the earlier ones."""
        one = self.register
        form = TableForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            table = form.cleaned_data["table"]
            try:
                batch = register_try(
                    register=one, content=table.read(), name=table.name, actor=request.viewer, now=request.now
                )
            except GuardFailed as error:
                tell_form(form, error)
            else:
                return HttpResponseRedirect(one.address("import", batch.pk))
        context = {
            "register": one,
            "form": form,
            "batches": [(b, one.address("import", b.pk)) for b in self._batches(request)[:20]],
            "template_url": one.address("template"),
            "back_url": one.address(),
        }
        return page(request, "registers/imports.html", context, status=422 if form.errors else None)

    def _batches(self, request: ViewerRequest) -> Any:
        rows = RegisterImport.objects.filter(register=self.register.name)
        return (
            rows.filter(district_id=request.viewer.district_id or 0)
            .select_related("made_by")
            .defer("content")
        )

    def batch(self, request: ViewerRequest, import_id: int) -> HttpResponse:
        """Show one import; post `write` or `undo`, or get its refused rows as a workbook."""
        one = self.register
        batch = fetch_or_404(self._batches(request), pk=import_id)
        if request.method == "POST" and request.POST.get("do") == "undo":
            count = register_undo(register=one, batch=batch, actor=request.viewer, now=request.now)
            messages.success(request, f"撤回了 {count} 行。")
        elif request.method == "POST":
            register_write(register=one, batch=batch, actor=request.viewer, now=request.now)
            messages.success(request, f"写入了 {len(batch.done)} 行。")
        if request.method == "POST":
            return HttpResponseRedirect(one.address("import", batch.pk))
        refused = [(place, "；".join(why)) for place, _, why in batch.rows if why]
        spec = register_spec(one, request.viewer, request.now)
        if request.GET.get("export") == "refused":
            lines = [
                [*(str(data.get(f.key, "")) for f in spec.fields), "；".join(why), place]
                for place, data, why in batch.rows
                if why
            ]
            body = workbook([*(f.title for f in spec.fields), WHY, PLACE], lines, sheet="要改的行")
            return xlsx_response(body, f"要改的行-{batch.pk}.xlsx")
        is_tried = batch.state == State.TRIED
        context = {
            "register": one,
            "batch": batch,
            "good": len(batch.rows) - len(refused),
            "total": len(batch.rows),
            "refused": refused[:50],
            "refused_count": len(refused),
            "faults_url": "?export=refused",
            "mapping_url": one.address("mapping", batch.pk) if is_tried else "",
            "is_tried": is_tried,
            "can_undo": batch.state == State.DONE and bool(batch.done),
            "back_url": one.address("imports"),
            **batch.told,
        }
        return page(request, "registers/import.html", context)

    def mapping(self, request: ViewerRequest, import_id: int) -> HttpResponse:
        """Settle which column is which."""
        one = self.register
        batch = fetch_or_404(self._batches(request), pk=import_id, state=State.TRIED)
        form = MappingForm(
            request.POST or None,
            spec=register_spec(one, request.viewer, request.now),
            known=register_read(one, batch, request.viewer, request.now),
            choices={},
            is_word=lambda key, word: True,
        )
        back = one.address("import", batch.pk)

        def run(_: dict[str, Any]) -> str:
            register_map(
                register=one, batch=batch, columns=form.columns, actor=request.viewer, now=request.now
            )
            return back

        return act_page(
            request,
            form,
            title=f"哪一列是哪一项：{batch.file_name}",
            sentence="选好以后，同样表头的表下次直接照这个读。",
            submit="存下，再试算一次",
            fields="tables/_mapping.html",
            back_url=back,
            run=run,
        )

    def template(self, request: ViewerRequest) -> HttpResponse:
        """Return an empty table with the headings, hints and choices."""
        spec = register_spec(self.register, request.viewer, request.now)
        columns: Sequence[Column[Any]] = [
            Column(f.title, kind="date" if f.kind == "date" else "text", note=f.note) for f in spec.fields
        ]
        choices: dict[str, Sequence[str]] = {f.title: f.choices for f in spec.fields if f.choices}
        body = workbook_bytes([Sheet(self.register.title, columns, [], choices=choices)])
        return xlsx_response(body, f"{self.register.title}模板.xlsx")


def _narrowing(request: ViewerRequest) -> str:
    return urlencode([(k, v) for k, v in request.GET.items() if v and k not in ("page", "export")])


def list_urls(register: Register[Any], root: str) -> list[URLPattern]:
    """Return the addresses of a register's list alone, for rows whose pages are another's."""
    pages, name = Pages(register), register.url.partition(":")[2]
    sees = visible_with(*register.sees, *register.edits)
    return [
        path(root, sees(pages.list), name=name),
        path(f"{root}view/", require_POST(sees(pages.view)), name=f"{name}_view"),
    ]


def register_urls(register: Register[Any], root: str, *, key: str = "int") -> list[URLPattern]:
    """Return the addresses of a register below `root`; names begin with that of its list."""
    pages, name = Pages(register), register.url.partition(":")[2]
    edits = visible_with(*register.edits)
    opens = visible_with(*(register.opens or register.edits))
    acts = visible_with(*register.edits, *(code for act in register.acts for code in act.needs))
    found = list_urls(register, root)
    if register.form is not None:
        found.append(path(f"{root}new/", edits(pages.new), name=f"{name}_new"))
    if register.form is not None and register.imports:
        found += [
            path(f"{root}imports/", edits(pages.imports), name=f"{name}_imports"),
            path(f"{root}imports/template/", edits(pages.template), name=f"{name}_template"),
            path(f"{root}imports/<int:import_id>/", edits(pages.batch), name=f"{name}_import"),
            path(f"{root}imports/<int:import_id>/mapping/", edits(pages.mapping), name=f"{name}_mapping"),
        ]
    return [
        *found,
        path(f"{root}<{key}:key>/", opens(pages.row), name=f"{name}_row"),
        path(f"{root}<{key}:key>/<path:code>/", acts(pages.act), name=f"{name}_act"),
    ]
