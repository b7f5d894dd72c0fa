from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "qiying.kernel.audit"
    label = "audit"
