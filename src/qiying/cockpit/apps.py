from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "qiying.cockpit"
    label = "cockpit"
