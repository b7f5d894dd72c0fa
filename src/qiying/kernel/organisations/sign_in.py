"""Where allauth meets Qiying: it keeps TOTP and OIDC, our own pages do sign-in and registration."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Close allauth's own sign-up: people are made by `services.person_create` or `/register/`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let an identity provider sign in only people who connected it themselves before."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
