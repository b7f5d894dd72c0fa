from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "qiying.capabilities.study"
    verbose_name = "学法和培训"

    def ready(self) -> None:
        """Say who reads the answers of an examination."""
        from qiying.capabilities.study.selectors.exams import sitting_readable
        from qiying.kernel.documents.subjects import register_subject

        register_subject("sitting", sitting_readable)
