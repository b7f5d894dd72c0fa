"""What comes in: channels, intakes and the batches they were imported in."""

from django.db import models

from qiying.kernel.audit.subjects import HasSubject


class Channel(models.Model):
    """A way by which problems reach the district, as data: owner, duty to hand in, way back."""

    class ReplyVia(models.TextChoices):
        INBOX = "inbox", "站内消息"
        SMS = "sms", "短信"
        WEBHOOK = "webhook", "接口回传"
        EXPORT = "export", "导出回复表"
        ORAL = "oral", "当面或电话"
        LETTER = "letter", "书面回函"

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="channels")
    code = models.SlugField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)
    group = models.CharField("分组", max_length=20, default="其他")
    owner_unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    hand_in = models.CharField("要交来什么", max_length=200, blank=True)
    hand_in_workdays = models.PositiveSmallIntegerField("几个工作日内交来", default=1)
    silent_after_days = models.PositiveSmallIntegerField("多少天没来件算沉默", default=30)
    reply_via = models.CharField("怎么回复", max_length=10, choices=ReplyVia.choices, default=ReplyVia.INBOX)
    is_active = models.BooleanField("在用", default=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="channel_code_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ImportBatch(HasSubject):
    """One imported file; undoing it voids each of its cases by an act, nothing is deleted."""

    SUBJECT = "batch"
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    made_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="running")
    summary = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Intake(models.Model):
    """What came in, as it came; personal parts are references to erasable values."""

    class Reply(models.TextChoices):
        NONE = "none", "还没回复"
        PENDING = "pending", "等待送出"
        SENT = "sent", "已回复"
        NOT_NEEDED = "not_needed", "不用回复"

    number = models.CharField(max_length=32, unique=True)
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="intakes")
    source_id = models.CharField("来源编号", max_length=80, null=True, blank=True)
    speaker = models.CharField("替谁编的号", max_length=24, default="", blank=True)
    """A party key where many speak for themselves through one channel; empty where the channel itself numbers."""
    received_at = models.DateTimeField()
    received_on = models.DateField()
    handed_in_on = models.DateField()
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    contact_name_ref = models.CharField(max_length=40, blank=True)
    contact_phone_ref = models.CharField(max_length=40, blank=True)
    body_ref = models.CharField(max_length=40)
    is_anonymous = models.BooleanField(default=False)
    hide_asker = models.BooleanField(default=False)
    extras = models.JSONField(default=dict)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="intakes")
    recorded_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    reply_state = models.CharField(max_length=12, choices=Reply.choices, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "speaker", "source_id"],
                name="intake_source_once",
                condition=models.Q(source_id__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["district", "received_on"], name="intake_received"),
            models.Index(fields=["enterprise", "received_on"], name="intake_enterprise"),
            models.Index(fields=["channel", "received_on"], name="intake_channel"),
            models.Index(fields=["reply_state", "channel"], name="intake_reply"),
            models.Index(
                fields=["district", "received_at"],
                name="intake_reply_waits",
                condition=models.Q(reply_state="pending"),
            ),
        ]

    def __str__(self) -> str:
        return self.number
