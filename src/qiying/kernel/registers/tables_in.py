"""Taking in a table (upload, trial, mapping, writing, taking back): the pages every importer has alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import act_page, page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.mappings import Known, MappingForm
from qiying.kernel.tables.spec import Spec

SHOWN = 50
ACCEPT = ".xlsx,.xls,.xlsm,.et,.ods,.csv,.tsv,.txt,.htm,.html"


class TableForm(forms.Form):
    """A table handed in."""

    table = forms.FileField(
        label="表格",
        help_text="xlsx、xls、et、csv 都行，表头在前 30 行里就认得；隐藏的不读。可以先下载模板照着填。",
        error_messages={"required": "请选一份表格", "empty": "这份表格是空的，请换一份"},
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )


@dataclass(frozen=True)
class Step:
    """What can be done with a batch now; one that needs words has a form of its own."""

    code: str
    label: str
    sentence: str = ""
    form: type[forms.Form] | None = None
    is_serious: bool = False


@dataclass
class Trial:
    """What the page of a batch says: where it stands, how it was read, what is refused, what can be done.

    `told` may have told, unknown, missing, remarks and open_words, as `tables/_told.html` shows them.
    """

    words: str
    steps: Sequence[Step] = ()
    refused: Sequence[tuple[str, str]] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    is_tried: bool = False  # columns can still be settled
    done: int = 0
    total: int = 0
    runs: str = ""  # `get`: somebody writes, look again; else the step by which this page goes on writing
    files: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class About:
    """What a list of batches says of one."""

    name: str
    by: Any
    at: datetime
    state: str


class TableIn(ABC):
    """One kind of table: where its batches are kept and what is done with them."""

    url: str  # name of the list of batches
    needs: tuple[str, ...]
    title: str
    hint: ClassVar[str] = "先试算，看清楚哪几行有问题，再写入。写错了可以整批撤回。"
    form: ClassVar[type[forms.Form]] = TableForm
    heavy: ClassVar[tuple[str, ...]] = ()  # fields the list of batches does not read

    @abstractmethod
    def back(self) -> tuple[str, str]:
        """Return the words and the address of the page above; none: no words."""

    @abstractmethod
    def batches(self, request: ViewerRequest) -> QuerySet[Any]:
        """Return the batches the viewer may see, newest first."""

    @abstractmethod
    def about(self, batch: Any) -> About:
        """Return what the list says of a batch."""

    @abstractmethod
    def take(self, request: ViewerRequest, content: bytes, name: str) -> Model:
        """Keep and try a table; raise `GuardFailed` when it is none."""

    @abstractmethod
    def trial(self, request: ViewerRequest, batch: Any) -> Trial:
        """Return where a batch stands."""

    @abstractmethod
    def act(self, request: ViewerRequest, batch: Any, code: str, data: dict[str, Any]) -> str:
        """Do a step and return what was done; nothing to say is ''."""

    @abstractmethod
    def spec(self, request: ViewerRequest) -> Spec:
        """Return the columns of the table."""

    @abstractmethod
    def known(self, request: ViewerRequest, batch: Any) -> Known:
        """Return a batch's table with its words as they were written."""

    @abstractmethod
    def settle(self, request: ViewerRequest, batch: Any, form: MappingForm) -> None:
        """Keep which column is which, and try again."""

    @abstractmethod
    def template(self, request: ViewerRequest) -> bytes:
        """Return an empty table."""

    @abstractmethod
    def file(self, request: ViewerRequest, batch: Any, code: str) -> tuple[bytes, str]:
        """Return a workbook about a batch and its name; `faults` are the rows that were left out."""

    def words(self, request: ViewerRequest) -> tuple[Mapping[str, Sequence[str]], Callable[[str, str], bool]]:
        """Return the closed lists of words, and what tells whether a word is understood without them."""
        return {}, lambda key, word: True

    def address(self, step: str = "", *args: Any) -> str:
        """Return the address of the list of batches, or of one of its steps."""
        return reverse(f"{self.url}_{step}" if step else self.url, args=args)


class TablePages:
    """The views of one kind of table."""

    def __init__(self, kind: TableIn) -> None:
        self.kind = kind

    def list(self, request: ViewerRequest) -> HttpResponse:
        """Take a table and try it; list the earlier ones."""
        kind = self.kind
        form = kind.form(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            table = form.cleaned_data["table"]
            try:
                batch = kind.take(request, table.read(), table.name)
            except GuardFailed as error:
                tell_form(form, error)
            else:
                return HttpResponseRedirect(kind.address("one", batch.pk))
        rows = kind.batches(request).defer("content", *kind.heavy) if kind.heavy else kind.batches(request)
        batches = [(kind.about(b), kind.address("one", b.pk)) for b in rows[:SHOWN]]
        context = {"kind": kind, "form": form, "batches": batches, "template_url": kind.address("template")}
        status = 422 if form.is_bound else None
        return page(request, "registers/imports.html", context | self._back(), status)

    def _back(self) -> dict[str, str]:
        words, url = self.kind.back()
        return {"back_words": words, "back_url": url}

    def one(self, request: ViewerRequest, pk: int) -> HttpResponse:
        """Show a batch; a POST does what it names."""
        batch = fetch_or_404(self.kind.batches(request), pk=pk)
        if request.method == "POST":
            return self._act(request, batch, request.POST.get("do", ""))
        return self._show(request, batch)

    def _show(
        self, request: ViewerRequest, batch: Any, form: forms.Form | None = None, status: int | None = None
    ) -> HttpResponse:
        kind, trial = self.kind, self.kind.trial(request, batch)
        asking = next((s for s in trial.steps if s.form is not None), None)
        context = {
            "kind": kind,
            "about": kind.about(batch),
            "trial": trial,
            "buttons": [s for s in trial.steps if s.form is None],
            "asking": asking,
            "form": form or (asking.form() if asking and asking.form else None),
            "one_url": kind.address("one", batch.pk),
            "refused": trial.refused[:SHOWN],
            "refused_count": len(trial.refused),
            "faults_url": kind.address("step", batch.pk, "faults"),
            "files": [(kind.address("step", batch.pk, code), words) for code, words in trial.files],
            "mapping_url": kind.address("mapping", batch.pk) if trial.is_tried else "",
            "back_url": kind.address(),
            **trial.told,
        }
        is_part = bool(request.headers.get("HX-Request"))
        template = "registers/_import_progress.html" if is_part else "registers/import.html"
        answer = page(request, template, context, status)
        if is_part and not trial.runs:  # it is over: the page's other parts say something else now
            answer["HX-Refresh"] = "true"
        return answer

    def _act(self, request: ViewerRequest, batch: Any, code: str) -> HttpResponse:
        step = next((s for s in self.kind.trial(request, batch).steps if s.code == code), None)
        form = step.form(request.POST) if step and step.form else forms.Form(request.POST)
        if not form.is_valid():
            return self._show(request, batch, form, 422)
        words = self.kind.act(request, batch, code, form.cleaned_data)
        if request.headers.get("HX-Request"):
            return self._show(request, fetch_or_404(self.kind.batches(request), pk=batch.pk))
        if words:
            messages.success(request, words)
        return HttpResponseRedirect(self.kind.address("one", batch.pk))

    def step(self, request: ViewerRequest, pk: int, code: str) -> HttpResponse:
        """Do a step, return a workbook about the batch, or say how far it is."""
        batch = fetch_or_404(self.kind.batches(request), pk=pk)
        if request.method == "POST":
            return self._act(request, batch, code)
        if code == "progress":
            return self._show(request, batch)
        if code not in {"faults", *(code for code, _ in self.kind.trial(request, batch).files)}:
            raise Http404("没有这份表")
        return xlsx_response(*self.kind.file(request, batch, code))

    def mapping(self, request: ViewerRequest, pk: int) -> HttpResponse:
        """Settle which column is which and what unknown words mean; kept for the next table of this source."""
        kind = self.kind
        batch = fetch_or_404(kind.batches(request), pk=pk)
        if not kind.trial(request, batch).is_tried:
            raise Http404("这一批已经写入，对应关系用在下一份上")
        choices, is_word = kind.words(request)
        known = kind.known(request, batch)
        form = MappingForm(
            request.POST or None, spec=kind.spec(request), known=known, choices=choices, is_word=is_word
        )
        return act_page(
            request,
            form,
            title=f"列和词的对应：{kind.about(batch).name}",
            sentence="选好以后，同样表头的表下次直接照这个读。",
            submit="存下，再试算一次",
            fields="tables/_mapping.html",
            back_url=kind.address("one", pk),
            run=lambda data: kind.settle(request, batch, form),
            done="对应关系存下了，这是照它重新试算的结果。",
        )

    def template(self, request: ViewerRequest) -> HttpResponse:
        """Return an empty table with the headings, hints and choices."""
        return xlsx_response(self.kind.template(request), f"{self.kind.title}模板.xlsx")


def table_urls(kind: TableIn, root: str) -> list[URLPattern]:
    """Return the addresses of a kind of table below `root`; names begin with that of its list of batches."""
    pages, name, seen = TablePages(kind), kind.url.partition(":")[2], visible_with(*kind.needs)
    return [
        path(root, seen(pages.list), name=name),
        path(f"{root}template/", seen(pages.template), name=f"{name}_template"),
        path(f"{root}<int:pk>/", seen(pages.one), name=f"{name}_one"),
        path(f"{root}<int:pk>/mapping/", seen(pages.mapping), name=f"{name}_mapping"),
        path(f"{root}<int:pk>/<slug:code>/", seen(pages.step), name=f"{name}_step"),
    ]
