from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "qiying.kernel.ledger"
    label = "ledger"
    verbose_name = "账"
