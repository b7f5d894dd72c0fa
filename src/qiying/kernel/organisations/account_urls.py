"""What is left of allauth's addresses: authenticators, reauthentication and outside providers.

Its own sign-in, sign-up and sign-out lead to our pages, where attempts are counted in the database.
"""

from allauth.account import views as account_views
from allauth.urls import build_provider_urlpatterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

_sign_in = RedirectView.as_view(url="/sign-in/", query_string=True)
_password = RedirectView.as_view(url="/my/password/")

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", _sign_in, name="account_login"),
    path("signup/", RedirectView.as_view(url="/register/"), name="account_signup"),
    path("logout/", RedirectView.as_view(url="/sign-out/"), name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", _password, name="account_change_password"),
    path("password/set/", _password, name="account_set_password"),
    path("password/reset/", _sign_in, name="account_reset_password"),
    path("email/", RedirectView.as_view(url="/my/"), name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    *build_provider_urlpatterns(),
]
