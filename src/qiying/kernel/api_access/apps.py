"""Access of other programs: tokens, the same answer to a repeated request, typed errors, pages."""

from django.apps import AppConfig


class ApiAccessConfig(AppConfig):
    """What every API route of every capability stands on."""

    name = "qiying.kernel.api_access"
    label = "api_access"
    verbose_name = "接口访问"
