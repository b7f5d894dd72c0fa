from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "qiying.kernel.registers"
    verbose_name = "台账"
