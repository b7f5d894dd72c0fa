from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "qiying.kernel.documents"
    label = "documents"
