"""The design system as a Django app: templates, tags, styles and scripts, without domain words."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Base templates and components that every page of the product is made of."""

    name = "qiying.ui"
    verbose_name = "界面"
