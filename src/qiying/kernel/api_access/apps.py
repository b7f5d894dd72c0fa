"""Access of other programs: tokens, the same answer to a repeated request, typed errors, pages."""

from django.apps import AppConfig


class ApiAccessConfig(AppConfig):
    """What every API route of every capability stands on."""

    name = "qiying.kernel.api_access"
    verbose_name = "接口访问"

    def ready(self) -> None:
        """A new password ends the tokens made under the old one."""
        from qiying.kernel.api_access.services import api_tokens_end
        from qiying.kernel.organisations.services.people import PASSWORD_WATCHERS

        if api_tokens_end not in PASSWORD_WATCHERS:
            PASSWORD_WATCHERS.append(api_tokens_end)
