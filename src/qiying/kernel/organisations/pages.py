"""What every page of the registers shares: who may open it, forms that say why not, and the shell."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed

P = ParamSpec("P")
View = Callable[Concatenate[ViewerRequest, P], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def signed_in(view: View[P]) -> AnyView[P]:
    """Send those who are not signed in to the sign-in page and back."""

    @wraps(view)
    def wrapped(plain: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = cast(ViewerRequest, plain)
        if not request.viewer.is_authenticated:
            return redirect_to_login(_to_come_back_to(request))
        return view(request, *args, **kwargs)

    return wrapped


def _to_come_back_to(request: HttpRequest) -> str:
    """Return the page to show after signing in: this one, or for something sent the page it was written on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    written_on = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        written_on, {request.get_host()}, require_https=request.is_secure()
    )
    place = urlsplit(written_on) if is_ours else urlsplit(request.get_full_path())
    return f"{place.path}?{place.query}" if place.query else place.path


def visible_with(*codes: str) -> Callable[[View[P]], AnyView[P]]:
    """Let in those with one of the permissions; for everybody else the page does not exist."""

    def decorate(view: View[P]) -> AnyView[P]:
        @wraps(view)
        def checked(request: ViewerRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(request.viewer.has(code) for code in codes):
                raise Http404("没有找到这一页，或者您看不到它")
            return view(request, *args, **kwargs)

        return signed_in(checked)

    return decorate


def shell(request: ViewerRequest) -> dict[str, Any]:
    """Return the context that chooses the shell: office for officials, phone for everybody else."""
    is_office = bool(request.viewer.memberships)
    return {
        "base": "ui/office.html" if is_office else "ui/phone.html",
        "is_office": is_office,
        "viewer": request.viewer,
        "today": request.today,
        "now": request.now,
    }


def page(
    request: ViewerRequest, template: str, context: dict[str, Any], status: int | None = None
) -> HttpResponse:
    """Render a page in the viewer's shell."""
    return render(request, template, {**shell(request), **context}, status=status)


def tell_form(form: Form, error: GuardFailed) -> None:
    """Put a refusal's reasons beside their fields; what belongs to no field goes to the top."""
    told: set[str] = set()
    for name, words in error.fields.items():
        form.add_error(name if name in form.fields else None, words)
        told.update(words)
    for reason in error.reasons:
        if reason not in told:
            form.add_error(None, reason)


def act_page(
    request: ViewerRequest,
    form: Form,
    *,
    title: str,
    back_url: str,
    run: Callable[[dict[str, Any]], object],
    submit: str = "",
    sentence: str = "",
    done: str = "",
    is_serious: bool = False,
    is_edit: bool = False,
    extra: Mapping[str, str] | None = None,
    links: Sequence[tuple[str, str]] = (),
    fields: str = "organisations/_form.html",
) -> HttpResponse:
    """Show a form; on POST run the service and go on, or show every reason with what was typed kept.

    Without `submit` the button says the title.

    `run` takes the cleaned data; an address it returns is where to go, anything else means back.
    With `is_edit` a form sent as it came says that nothing changed. `extra` are hidden values posted beside the form,
    `links` are (words, address) shown above it, `fields` the template of its fields.
    """
    if request.method == "POST" and form.is_valid():
        try:
            target = run(form.cleaned_data)
        except GuardFailed as error:
            tell_form(form, error)
        else:
            if is_edit and not form.has_changed():
                messages.info(request, "没有改动，和原来一样。")
            elif done:
                messages.success(request, done)
            address = target if isinstance(target, str) else ""
            return HttpResponseRedirect(address or back_url)
    context = {
        "form": form,
        "title": title,
        "sentence": sentence,
        "submit": submit or title,
        "back_url": back_url,
        "is_serious": is_serious,
        "is_multipart": form.is_multipart(),
        "extra": extra or {},
        "fields_template": fields,
        "links": [(words, address) for words, address in links if address],
    }
    return page(request, "organisations/act.html", context, status=422 if form.errors else None)
