"""Answering on pages, embeddable: a page of another app says which version, for which subject, and what to do after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from qiying.kernel.documents.models import Document
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_session_make, draft_store
from qiying.kernel.forms.definition import Question
from qiying.kernel.forms.fields import answers_posted, screens_of
from qiying.kernel.forms.models import FormDraft, FormVersion, Response
from qiying.kernel.forms.services import answer_erase, draft_keep, draft_of
from qiying.kernel.forms.sheet import Held, Sheet, sheet
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.pages import act_page, shell
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import keyed_digest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.ui.given import whole


@dataclass(frozen=True)
class Filling:
    """One questionnaire being answered by somebody for something.

    `hand_in(answers, key, session_key)` calls `form_answer` and returns the address to go to; a second call with the
    same key must give the same. `holder` is whose draft it is; empty: of the signed-in person, or of this browser.
    """

    version: FormVersion
    subject: str
    hand_in: Callable[[Mapping[str, Any], str, str | None], str]
    facts: Mapping[str, Held] = field(default_factory=dict)
    holder: str = ""
    back_url: str = ""
    base: str = ""
    submit: str = "提交"
    context: Mapping[str, Any] = field(default_factory=dict)


def fill(request: ViewerRequest, one: Filling) -> HttpResponse:
    """Show a screen of the questionnaire, keep what was typed, and hand it in at the last one."""
    holder = one.holder or holder_of(request)
    draft = draft_of(version=one.version, subject=one.subject, holder=holder, at=request.now)
    if request.method == "POST":
        return _posted(request, one, draft)
    return _shown(request, one, draft, _at(request.GET.get("at")))


def holder_of(request: ViewerRequest) -> str:
    """Return whose drafts these are: the person's, or those of a browser without sign-in."""
    if request.viewer.person_id is not None:
        return f"p:{request.viewer.person_id}"
    return f"b:{keyed_digest('form draft', draft_session_make(request))[:40]}"


def _posted(request: ViewerRequest, one: Filling, draft: FormDraft) -> HttpResponse:
    key = request.POST.get("key", "")[:40]
    if draft._state.adding and key:
        draft.key = key  # the first screen of a page that stored nothing yet, or handed in before
        if Response.objects.filter(version=one.version, key=key, subject=one.subject).exists():
            return HttpResponseRedirect(one.hand_in({}, key, draft_session(request)))
    at, do = _at(request.POST.get("at")), request.POST.get("do", "next")
    definition = one.version.compiled.definition
    problems: dict[str, list[str]] = {}

    def uploads(q: Question, path: str) -> list[int]:
        try:
            return _uploads(request, one, draft, q, path)
        except GuardFailed as refused:
            problems[path] = refused.reasons
            return [d.pk for d in drafts_at(request, draft, path)]

    answers = {**draft.answers, **answers_posted(definition, request.POST, uploads)}
    try:
        draft_keep(draft=draft, answers=answers, at=request.now)
    except GuardFailed as refused:
        return _shown(request, one, draft, at, {"": refused.reasons}, status=422)
    if problems:
        return _shown(request, one, draft, at, problems, status=422)
    if do == "live":
        return _shown(request, one, draft, at, template="forms/_screen.html")
    if do == "back":
        return HttpResponseRedirect(f"?at={max(0, at - 1)}")
    if do == "save":
        messages.success(request, "存好了，下次打开接着填。")
        return HttpResponseRedirect(one.back_url or f"?at={at}")
    if do != "next":
        return _shown(request, one, draft, at)
    return _next(request, one, draft, at)


def _next(request: ViewerRequest, one: Filling, draft: FormDraft, at: int) -> HttpResponse:
    """Go on from a screen without complaints; from the last one hand in."""
    read = sheet(one.version.compiled, draft.answers, one.facts)
    screens = screens_of(one.version.compiled.definition, read)
    refusals = read.refusals
    wrong = [n for n, s in enumerate(screens) if any(p.path in refusals for f in s.fields for p in f)]
    if at + 1 < len(screens) and at not in wrong and one.version.compiled.definition.screens != "all":
        return HttpResponseRedirect(f"?at={at + 1}")
    if wrong:
        first = at if at in wrong else wrong[0]
        return _shown(request, one, draft, first, says_missing=True, status=422)
    try:
        address = one.hand_in(draft.answers, draft.key, draft_session(request))
    except GuardFailed as refused:
        return _shown(request, one, draft, at, refused.fields or {"": refused.reasons}, True, 422)
    return HttpResponseRedirect(address)


def _shown(
    request: ViewerRequest,
    one: Filling,
    draft: FormDraft,
    at: int,
    problems: Mapping[str, Sequence[str]] | None = None,
    says_missing: bool = False,
    status: int | None = None,
    template: str = "forms/fill.html",
) -> HttpResponse:
    definition = one.version.compiled.definition
    read = sheet(one.version.compiled, draft.answers, one.facts)
    screens = screens_of(definition, read)
    is_all = definition.screens == "all"
    at = min(at, max(0, len(screens) - 1))
    frame = shell(request)
    context = {
        **frame,
        "base": one.base or frame["base"],
        "definition": definition,
        "screens": screens if is_all else screens[at : at + 1],
        "screen_count": len(screens),
        "at": 0 if is_all else at,
        "step": at + 1,
        "is_first": is_all or at == 0,
        "is_last": is_all or at + 1 >= len(screens),
        "live_codes": one.version.compiled.read_codes,
        "read": read,
        "draft": draft,
        "uploads": _Tiles(request, draft, one.facts),
        "problems": problems or {},
        "errors": _error_list(read, problems or {}, says_missing),
        "says_missing": says_missing,
        "back_url": one.back_url,
        "submit": one.submit,
        **one.context,
    }
    return render(request, template, context, status=status)


def _error_list(
    read: Sheet, problems: Mapping[str, Sequence[str]], says_missing: bool
) -> list[dict[str, str]]:
    """Return what is to be mended, each with the field it belongs to."""
    if not problems and not says_missing:
        return []
    told = {**read.refusals, **problems} if says_missing else dict(problems)
    titles = {f.path: f.question.title for top in read.fields for f in top}
    return [
        {"text": f"{titles[p]}：{words}" if p in titles else words, "field_id": f"q-{p}" if p else ""}
        for p, reasons in told.items()
        for words in reasons
    ]


# --- uploads -------------------------------------------------------------------------------
def upload_token(draft: FormDraft, path: str) -> str:
    """Return what ties uploads to one question of one draft."""
    return f"{draft.key[:20]}-{keyed_digest('form upload', path)[:12]}"


def drafts_at(request: ViewerRequest, draft: FormDraft, path: str) -> list[Document]:
    """Return what was uploaded for a question and not handed in yet."""
    return own_drafts(request.viewer, upload_token(draft, path), draft_session(request))


def _uploads(request: ViewerRequest, one: Filling, draft: FormDraft, q: Question, path: str) -> list[int]:
    """Store files sent by a page without script; return what the question has now, held documents among it."""
    kind = "photo" if q.kind == "photo" else "material"
    for file in request.FILES.getlist(f"a.{path}"):
        draft_store(request, file, kind=kind, token=upload_token(draft, path))
    held = one.facts.get(path)
    kept = [n for n in held.value if str(n) in request.POST.getlist(f"a.{path}~held")] if held else []
    return [*kept, *(d.pk for d in drafts_at(request, draft, path))]


class _Tiles:
    """What a template asks of a question's uploads: its token and the files there are."""

    def __init__(self, request: ViewerRequest, draft: FormDraft, facts: Mapping[str, Held]) -> None:
        self.request, self.draft, self.facts = request, draft, facts

    def at(self, path: str, value: Any) -> dict[str, Any]:
        """Return token, drafts and documents held before that still stand in the answer."""
        held = self.facts.get(path)
        kept = held.value if held else []
        chosen = value if isinstance(value, list) else []
        return {
            "token": upload_token(self.draft, path),
            "drafts": drafts_at(self.request, self.draft, path),
            "held": Document.objects.filter(pk__in=[n for n in kept if n in chosen]) if kept else [],
            "source": held.source if held else "",
        }


def _at(text: str | None) -> int:
    return whole(text, most=999) or 0


def erase_page(request: ViewerRequest, response: Response, code: str, back_url: str) -> HttpResponse:
    """Ask why written words are taken out of a response, and do it; the caller has checked who may."""
    question = response.version.compiled.definition.question(code)

    def run(data: dict[str, Any]) -> None:
        try:
            answer_erase(
                response=response,
                code=code,
                actor=request.viewer,
                reason=data["reason"],
                at=request.now,
            )
        except ActionNotAvailable as gone:
            raise GuardFailed([gone.message]) from None

    return act_page(
        request,
        ReasonForm(request.POST or None),
        title=f"删去“{question.title if question else code}”里写的文字",
        submit="删去",
        sentence="文字删了就找不回来；这份答卷和各题的数都不变，谁删的、为什么有记录。",
        back_url=back_url,
        run=run,
        done="删去了。",
        is_serious=True,
    )
