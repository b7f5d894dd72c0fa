"""The pages of every register, made from its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from qiying.kernel.audit.selectors import history_of
from qiying.kernel.organisations.pages import act_page, page, shell, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.registers.register import Act, Register, made
from qiying.kernel.registers.register_tables import RegisterTable
from qiying.kernel.registers.said import unsaid
from qiying.kernel.registers.saved import saved_views, view_forget, view_keep
from qiying.kernel.registers.tables_in import table_urls


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
            "query": _narrowing(request) if _is_narrowed(request, one) else "",
            **one.more(request, context["listed"]),
        }
        return page(request, one.template, context)

    def _views(self, request: ViewerRequest) -> Sequence[dict[str, Any]]:
        rows = saved_views(request.viewer, self.register.name)
        now = _narrowing(request)
        return [{"id": v.pk, "name": v.name, "url": f"?{v.query}", "current": v.query == now} for v in rows]

    def view(self, request: ViewerRequest) -> HttpResponse:
        """Keep the filters of the list under a name, or drop a name."""
        viewer, page = request.viewer, self.register.name
        gone, name = request.POST.get("remove", ""), request.POST.get("name", "").strip()[:20]
        query = urlencode(parse_qsl(request.POST.get("query", ""))[:20])
        if gone.isascii() and gone.isdigit() and len(gone) < 12:
            view_forget(viewer, page, int(gone))
        elif name and view_keep(viewer, page, name, query):
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
        title, facts = (one.row_title or one.label)(row), one.listing.told(row, request.today)
        main = [html for beside, html in drawn if not beside]
        context = {
            "register": one,
            "row": row,
            "title": title,
            "lead": one.row_lead(request, row),
            "facts": unsaid(facts, title, [html for _, html in drawn]) if main else facts,
            "form": form,
            "doing": doing,
            "acts": [{"act": a, "url": one.act_url(row, a.code)} for a in acts if not a.on_page],
            "main": main,
            "beside": [html for beside, html in drawn if beside],
            "history": history_of(one.subject(row), one.noted) if one.may_trace(request.viewer) else [],
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


def _narrowing(request: ViewerRequest) -> str:
    return urlencode([(k, v) for k, v in request.GET.items() if v and k not in ("page", "export")])


def _is_narrowed(request: ViewerRequest, register: Register[Any]) -> bool:
    """Tell whether the address asks for more than a tab, a month or a page: that is worth a name."""
    plain = {"page", "export", "show", *(f.name for f in register.listing.filters if f.default is not None)}
    return any(value and name not in plain for name, value in request.GET.items())


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
        found += table_urls(RegisterTable(register), f"{root}imports/")
    return [
        *found,
        path(f"{root}<{key}:key>/", opens(pages.row), name=f"{name}_row"),
        path(f"{root}<{key}:key>/<path:code>/", acts(pages.act), name=f"{name}_act"),
    ]
