"""The outbox, what landed in inboxes, what went out by which channel, and where robots listen."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from qiying.kernel.organisations.models import District, Person


class Notice(models.Model):
    """An outbox row written with the act; the worker fans it out to people and channels after commit."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    template = models.CharField("模板", max_length=80)
    to_key = models.CharField("收件方", max_length=80)
    context = models.JSONField("内容参数", default=dict, encoder=DjangoJSONEncoder)
    subject = models.CharField("所属", max_length=120, db_index=True)
    url = models.CharField("链接", max_length=300, default="")
    dedupe_key = models.CharField("去重键", max_length=160, unique=True)
    queued_at = models.DateTimeField("排入时间")
    fanned_out_at = models.DateTimeField("分发时间", null=True)
    given_up_at = models.DateTimeField("放弃时间", null=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次处理", null=True)
    last_error = models.CharField("最近错误", max_length=400, default="")

    class Meta:
        verbose_name = "通知"
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="notices_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.to_key}"


class InboxItem(models.Model):
    """One message in a person's inbox, in the words of his role."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name="收件人")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.SET_NULL, related_name="inbox_items")
    template = models.CharField("模板", max_length=80, default="")
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文", default="")
    url = models.CharField("链接", max_length=300, default="")
    subject = models.CharField("所属", max_length=120, default="", db_index=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("读过", null=True)

    class Meta:
        verbose_name = "消息"
        constraints = [
            models.UniqueConstraint(fields=["person", "notice"], name="notices_once_per_person"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notices_inbox"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notices_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class EndpointKind(models.TextChoices):
    """Programs of others that Qiying tells what happened."""

    WEBHOOK = "webhook", "通用接口（webhook）"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"


class ChannelEndpoint(models.Model):
    """One address outside, configured by an administrator, for some events of one district."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=12, choices=EndpointKind.choices)
    url = models.CharField("地址", max_length=500)
    secret = models.CharField("密钥", max_length=200, default="", blank=True)
    # Template names; one ending in "*" matches by its beginning, an empty list matches all.
    events = models.JSONField("哪些通知", default=list)
    is_active = models.BooleanField("启用", default=True)
    is_daily = models.BooleanField("每天汇总成一条", default=False)
    created_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "外发地址"
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="notices_endpoint_name")]

    def __str__(self) -> str:
        return self.name

    def wants(self, template: str) -> bool:
        """Tell whether notices of this template go there."""
        return not self.events or any(
            template.startswith(e[:-1]) if e.endswith("*") else template == e for e in self.events
        )


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "等着发"
    SENT = "sent", "已发出"
    FAILED = "failed", "没发出，会再试"
    GIVEN_UP = "given_up", "没发出，已停止"


class Delivery(models.Model):
    """One message to one address by one channel, with every failure counted and shown."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField("渠道", max_length=16)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(ChannelEndpoint, null=True, on_delete=models.CASCADE, related_name="+")
    dedupe_key = models.CharField("去重键", max_length=60, unique=True)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文", default="")
    url = models.CharField("链接", max_length=300, default="")
    state = models.CharField(
        "状态", max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    queued_at = models.DateTimeField("排入时间")
    next_try_at = models.DateTimeField("下次发送", null=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    last_error = models.CharField("最近错误", max_length=400, default="")

    class Meta:
        verbose_name = "外发记录"
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="notices_delivery_due",
            ),
            models.Index(
                fields=["district", "-id"],
                condition=Q(state__in=("failed", "given_up")),
                name="notices_delivery_failing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class ChannelPreference(models.Model):
    """A person wants messages by a channel one by one, once a day, or not; no row means the channel's default."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField("渠道", max_length=16)
    is_on = models.BooleanField("接收")
    is_daily = models.BooleanField("每天一份", default=False)

    class Meta:
        verbose_name = "接收方式"
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="notices_preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel} {self.is_on}"
