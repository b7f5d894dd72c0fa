"""Pages of the discipline body's key: made, its passphrase changed, recovered with shares."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from qiying.capabilities.integrity.forms import KeyForm, RecoverForm, RelockForm
from qiying.capabilities.integrity.selectors import keys_of
from qiying.capabilities.integrity.services.keys import key_recover, key_relock, key_set
from qiying.kernel.organisations.pages import act_page, page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404


@visible_with("integrity.key")
def key(request: ViewerRequest) -> HttpResponse:
    """Show the body's keys: since when, by whom, in use or kept for what was sealed before."""
    return page(request, "integrity/key.html", {"keys": list(keys_of(request.viewer))})


@visible_with("integrity.key")
@never_cache
def key_new(request: ViewerRequest) -> HttpResponse:
    """Make a key; its recovery shares are shown on this answer and never again."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shares = key_set(
                actor=request.viewer, passphrase=form.cleaned_data["passphrase"], now=request.now
            )
        except GuardFailed as refused:
            tell_form(form, refused)
        else:
            return page(request, "integrity/shares.html", {"shares": shares})
    return act_page(
        request, form, title="设密封钥匙", submit="设好", back_url=reverse("integrity:key"), run=lambda data: None,
        sentence="新来的举报用新钥匙封；以前的还用以前的口令打开。",
    )  # fmt: skip


@visible_with("integrity.key")
def key_relock_page(request: ViewerRequest) -> HttpResponse:
    """Change the passphrase of the key in use."""
    found = fetch_or_404(keys_of(request.viewer), ended_at__isnull=True)

    def run(data: dict[str, Any]) -> None:
        key_relock(key=found, actor=request.viewer, old=data["old"], new=data["passphrase"], now=request.now)

    return _key_page(request, RelockForm(request.POST or None), "换口令", run)


@visible_with("integrity.key")
def key_recover_page(request: ViewerRequest) -> HttpResponse:
    """Set a new passphrase with recovery shares, for the newest key whose shares they are."""
    keys = list(keys_of(request.viewer))
    if not keys:
        raise Http404("还没有设钥匙")

    def run(data: dict[str, Any]) -> None:
        shares = [line for line in data["shares"].splitlines() if line.strip()]
        for one in keys:
            try:
                return key_recover(
                    key=one, actor=request.viewer, shares=shares, new=data["passphrase"], now=request.now
                )
            except GuardFailed as refused:
                if "shares" not in refused.fields or one is keys[-1]:
                    raise

    return _key_page(request, RecoverForm(request.POST or None), "用恢复码找回", run)


def _key_page(request: ViewerRequest, form: Any, title: str, run: Any) -> HttpResponse:
    return act_page(
        request,
        form,
        title=title,
        submit=title,
        back_url=reverse("integrity:key"),
        run=run,
        done="口令换好了。",
    )
