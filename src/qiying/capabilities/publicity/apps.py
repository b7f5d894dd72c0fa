from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "qiying.capabilities.publicity"
    verbose_name = "宣传"

    def ready(self) -> None:
        """Say who sees the pictures of an article."""
        from qiying.capabilities.publicity.selectors import picture_visible
        from qiying.kernel.documents.subjects import register_subject

        register_subject("news_piece", picture_visible)
