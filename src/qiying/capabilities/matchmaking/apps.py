from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "qiying.capabilities.matchmaking"
    verbose_name = "链链看"

    def ready(self) -> None:
        """Say who reads an intent's evidence, and run the suggestions at night."""
        from qiying.capabilities.matchmaking.selectors import evidence_visible
        from qiying.capabilities.matchmaking.services.suggesting import nights_tick
        from qiying.kernel.cases.worker import WORKER
        from qiying.kernel.documents.subjects import register_subject

        register_subject("intent", evidence_visible)
        WORKER.register("matchmaking", 300, nights_tick)
