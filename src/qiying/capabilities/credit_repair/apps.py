from django.apps import AppConfig


class CreditRepairConfig(AppConfig):
    name = "qiying.capabilities.credit_repair"
    verbose_name = "信用修复"

    def ready(self) -> None:
        """Have the worker tell enterprises on the day a record becomes repairable."""
        from qiying.capabilities.credit_repair.services.reminding import reminders_send
        from qiying.kernel.cases.worker import WORKER

        WORKER.register("credit_reminders", 3600, reminders_send)
