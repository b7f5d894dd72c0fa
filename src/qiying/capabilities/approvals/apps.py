from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "qiying.capabilities.approvals"
    verbose_name = "审批办事"
