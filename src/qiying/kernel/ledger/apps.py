from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "qiying.kernel.ledger"
    verbose_name = "账"
