"""The style guide and the switch for text size, contrast, density and single-letter keys."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from qiying.ui.context import CHOICES, SESSION_KEY, preferences_of
from qiying.ui.style_guide import style_guide_context


@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, on the office or (`?face=phone`) the phone shell."""
    template = "ui/style_guide_phone.html" if request.GET.get("face") == "phone" else "ui/style_guide.html"
    return render(request, template, style_guide_context())


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember the posted preferences in the session; answer 204 to scripts, else go back to the page."""
    chosen = dict(preferences_of(request))
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            chosen[name] = value
    request.session[SESSION_KEY] = {
        name: value for name, value in chosen.items() if value in CHOICES[name][1:]
    }
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Return the page to go back to, never another host's."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"
