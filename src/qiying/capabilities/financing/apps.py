from django.apps import AppConfig


class FinancingConfig(AppConfig):
    name = "qiying.capabilities.financing"
    verbose_name = "融资服务"

    def ready(self) -> None:
        from qiying.capabilities.financing.services.declaring import declare
        from qiying.capabilities.financing.services.lines import lines_lapse
        from qiying.kernel.cases.worker import WORKER

        declare()
        WORKER.register("financing_lines", 86400, lines_lapse)
