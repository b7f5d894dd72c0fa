from django.apps import AppConfig


class InnovationConfig(AppConfig):
    name = "qiying.capabilities.innovation"
    verbose_name = "创新积分"

    def ready(self) -> None:
        """Scores are worked out every night, and may be shown to whom an enterprise agreed."""
        from qiying.capabilities.innovation.selectors import shared_score
        from qiying.capabilities.innovation.services.runs import scores_tick
        from qiying.kernel.cases.worker import WORKER
        from qiying.kernel.consents.purposes import SharedFact, declare_shared_fact

        declare_shared_fact(SharedFact("innovation.score", "科创指数", shared_score))
        WORKER.register("innovation_scores", 30, scores_tick)
