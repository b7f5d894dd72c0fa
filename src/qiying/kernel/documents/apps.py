from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "qiying.kernel.documents"
    label = "documents"
    verbose_name = "文件"
