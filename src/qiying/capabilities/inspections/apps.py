from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "qiying.capabilities.inspections"
    verbose_name = "涉企检查"
