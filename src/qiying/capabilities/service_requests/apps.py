from django.apps import AppConfig


class ServiceRequestsConfig(AppConfig):
    name = "qiying.capabilities.service_requests"
    label = "service_requests"
    verbose_name = "涉企诉求"
