from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "qiying.kernel.organisations"
    label = "organisations"
