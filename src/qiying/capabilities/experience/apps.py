from django.apps import AppConfig


class ExperienceConfig(AppConfig):
    name = "qiying.capabilities.experience"
    verbose_name = "体验官"

    def ready(self) -> None:
        """Say who sees photos of a walk."""
        from qiying.capabilities.experience.selectors import experience_file_visible
        from qiying.kernel.documents.subjects import register_subject

        register_subject("experience", experience_file_visible)
