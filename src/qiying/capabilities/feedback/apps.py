from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "qiying.capabilities.feedback"
    verbose_name = "评价与反馈"

    def ready(self) -> None:
        """Subscribe to services that ended, protect what may only grow, say who sees files of named answers."""
        from qiying.capabilities.feedback import subscriptions
        from qiying.capabilities.feedback.selectors.surveys import answers_readable
        from qiying.kernel.audit.append_only import protect
        from qiying.kernel.documents.subjects import register_subject

        subscriptions.register()
        protect("feedback_surveyrelease")
        register_subject("survey", answers_readable)
