"""The catalogue's tables come under its own label; in the database nothing changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STATE: list[migrations.operations.base.Operation] = [
    migrations.CreateModel(
        name="AwayCard",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("valid_from", models.DateField(verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("place", models.CharField(max_length=60, verbose_name="现在在哪里")),
            ("work", models.CharField(blank=True, max_length=60, verbose_name="做什么")),
            ("family", models.CharField(blank=True, max_length=120, verbose_name="家里谁要照应")),
            ("last_on", models.DateField(null=True, verbose_name="上次报平安")),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                    verbose_name="区县",
                ),
            ),
            (
                "home",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.unit",
                    verbose_name="老家",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="谁",
                ),
            ),
        ],
        options={
            "db_table": "approvals_awaycard",
            "verbose_name": "温馨老家卡",
            "ordering": ("-id",),
        },
    ),
    migrations.CreateModel(
        name="AwayCheckIn",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("on", models.DateField()),
            ("text", models.CharField(blank=True, max_length=500)),
            ("at", models.DateTimeField()),
            (
                "card",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="words",
                    to="catalogue.awaycard",
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="cases.case",
                ),
            ),
        ],
        options={
            "db_table": "approvals_awaycheckin",
            "verbose_name": "报平安",
            "ordering": ("-at", "-id"),
        },
    ),
    migrations.CreateModel(
        name="Board",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("valid_from", models.DateField(verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("name", models.CharField(max_length=30, verbose_name="名称")),
            (
                "tier",
                models.CharField(
                    choices=[("province", "省定"), ("city", "市定"), ("special", "特色")],
                    max_length=8,
                    verbose_name="谁定的",
                ),
            ),
            ("about", models.CharField(max_length=120, verbose_name="办什么")),
            ("position", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                    verbose_name="区县",
                ),
            ),
            (
                "unit",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.unit",
                    verbose_name="牵头单位",
                ),
            ),
        ],
        options={
            "db_table": "approvals_board",
            "verbose_name": "服务板块",
            "ordering": ("position", "id"),
        },
    ),
    migrations.CreateModel(
        name="Intermediary",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("valid_from", models.DateField(verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("name", models.CharField(max_length=60, verbose_name="机构")),
            ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
            ("service", models.CharField(max_length=30, verbose_name="服务")),
            ("price_fen", models.BigIntegerField(verbose_name="收费（分）")),
            ("price_unit", models.CharField(max_length=20, verbose_name="怎么算")),
            ("workdays", models.PositiveSmallIntegerField(verbose_name="几个工作日")),
            ("result", models.CharField(max_length=60, verbose_name="拿到什么")),
            ("qualification", models.CharField(blank=True, max_length=60, verbose_name="资质")),
            ("phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                    verbose_name="区县",
                ),
            ),
        ],
        options={
            "db_table": "approvals_intermediary",
            "verbose_name": "中介服务",
            "ordering": ("service", "name", "id"),
        },
    ),
    migrations.CreateModel(
        name="IntermediaryRating",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("stars", models.PositiveSmallIntegerField(verbose_name="几颗星")),
            ("free_choice", models.BooleanField(default=True, verbose_name="自己选的")),
            ("comment", models.CharField(blank=True, max_length=300, verbose_name="说了什么")),
            ("at", models.DateTimeField()),
            (
                "enterprise",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="enterprises.enterprise",
                ),
            ),
            (
                "intermediary",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="given",
                    to="catalogue.intermediary",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "db_table": "approvals_intermediaryrating",
            "verbose_name": "中介评价",
        },
    ),
    migrations.CreateModel(
        name="ItemUse",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("code", models.CharField(max_length=31, verbose_name="事项编码")),
            ("month", models.DateField(verbose_name="月份")),
            ("source", models.CharField(max_length=40, verbose_name="谁报的")),
            ("handled", models.PositiveIntegerField(verbose_name="办了几件")),
            ("online", models.PositiveIntegerField(default=0, verbose_name="网上办的")),
            ("in_time", models.PositiveIntegerField(default=0, verbose_name="承诺时间内办完的")),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                ),
            ),
        ],
        options={
            "db_table": "approvals_itemuse",
            "verbose_name": "事项用量",
            "ordering": ("-month", "code"),
        },
    ),
    migrations.CreateModel(
        name="OneThing",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("valid_from", models.DateField(verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("name", models.CharField(max_length=60, verbose_name="名称")),
            ("year", models.PositiveSmallIntegerField(verbose_name="哪一年")),
            ("batch", models.PositiveSmallIntegerField(verbose_name="第几批")),
            ("for_firms", models.BooleanField(default=True, verbose_name="企业的")),
            ("document", models.CharField(blank=True, max_length=80, verbose_name="文号")),
            ("bundle", models.SlugField(blank=True, max_length=40, verbose_name="在这里办")),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                    verbose_name="区县",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.unit",
                    verbose_name="牵头单位",
                ),
            ),
        ],
        options={
            "db_table": "approvals_onething",
            "verbose_name": "一件事",
            "ordering": ("-year", "-batch", "id"),
        },
    ),
    migrations.CreateModel(
        name="ServiceItem",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("valid_from", models.DateField(verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("code", models.CharField(max_length=31, verbose_name="事项编码")),
            ("version", models.PositiveSmallIntegerField(default=1, verbose_name="第几版")),
            ("name", models.CharField(max_length=80, verbose_name="名称")),
            (
                "provider",
                models.CharField(
                    choices=[("government", "政府部门"), ("market", "市场机构"), ("social", "社会组织")],
                    default="government",
                    max_length=12,
                    verbose_name="谁提供",
                ),
            ),
            ("provider_name", models.CharField(blank=True, max_length=60, verbose_name="提供的机构")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("licence", "行政许可"),
                        ("confirmation", "行政确认"),
                        ("filing", "备案和其他权力"),
                        ("grant", "行政给付"),
                        ("reward", "行政奖励"),
                        ("public", "公共服务"),
                        ("added", "增值服务"),
                    ],
                    max_length=12,
                    verbose_name="事项类型",
                ),
            ),
            (
                "stage",
                models.CharField(
                    choices=[
                        ("start", "开办"),
                        ("permit", "准营"),
                        ("build", "建设投产"),
                        ("run", "日常经营"),
                        ("grow", "成长创新"),
                        ("change", "变更"),
                        ("exit", "退出"),
                    ],
                    max_length=8,
                    verbose_name="企业在哪一步",
                ),
            ),
            ("value_added", models.BooleanField(default=False, verbose_name="增值服务")),
            ("summary", models.CharField(blank=True, max_length=160, verbose_name="一句话")),
            ("also", models.CharField(blank=True, max_length=120, verbose_name="也叫什么")),
            ("basis", models.CharField(blank=True, max_length=300, verbose_name="依据")),
            ("conditions", models.TextField(blank=True, max_length=2000, verbose_name="什么条件")),
            ("materials", models.JSONField(default=list, verbose_name="材料")),
            ("steps", models.TextField(blank=True, max_length=1000, verbose_name="怎么办")),
            (
                "statutory_days",
                models.PositiveSmallIntegerField(null=True, verbose_name="法定几个工作日"),
            ),
            ("promised", models.PositiveSmallIntegerField(null=True, verbose_name="承诺多久")),
            (
                "promised_unit",
                models.CharField(
                    choices=[
                        ("minute", "分钟"),
                        ("hour", "个工作小时"),
                        ("workday", "个工作日"),
                        ("day", "天"),
                    ],
                    default="workday",
                    max_length=8,
                    verbose_name="承诺的单位",
                ),
            ),
            ("fee_fen", models.BigIntegerField(default=0, verbose_name="收费（分）")),
            ("fee_note", models.CharField(blank=True, max_length=120, verbose_name="收费说明")),
            ("window", models.CharField(blank=True, max_length=60, verbose_name="哪个窗口")),
            ("result", models.CharField(blank=True, max_length=60, verbose_name="拿到什么")),
            ("online", models.BooleanField(default=False, verbose_name="网上能办完")),
            ("visits", models.PositiveSmallIntegerField(default=0, verbose_name="要跑几趟")),
            ("outside_url", models.URLField(blank=True, verbose_name="在哪个网站办")),
            ("intermediary", models.CharField(blank=True, max_length=30, verbose_name="要用的中介服务")),
            ("worth_fen", models.BigIntegerField(default=0, verbose_name="免费服务一次省（分）")),
            ("free_when", models.CharField(blank=True, max_length=200, verbose_name="谁可以免费")),
            ("needed_when", models.CharField(blank=True, max_length=300, verbose_name="什么时候要办")),
            ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="为什么停")),
            ("made_by_name", models.CharField(max_length=64, verbose_name="谁改的")),
            ("made_at", models.DateTimeField(verbose_name="改的时间")),
            (
                "board",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="items",
                    to="catalogue.board",
                    verbose_name="板块",
                ),
            ),
            (
                "department",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.unit",
                    verbose_name="办理单位",
                ),
            ),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                    verbose_name="区县",
                ),
            ),
        ],
        options={
            "db_table": "approvals_serviceitem",
            "verbose_name": "服务事项",
            "ordering": ("board__position", "code", "-version"),
        },
    ),
    migrations.CreateModel(
        name="FreeService",
        fields=[
            (
                "id",
                models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
            ),
            ("valid_from", models.DateField(verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("saved_fen", models.BigIntegerField(verbose_name="省了多少（分）")),
            ("provider_name", models.CharField(blank=True, max_length=60, verbose_name="谁提供")),
            ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
            (
                "district",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="organisations.district",
                    verbose_name="区县",
                ),
            ),
            (
                "enterprise",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="enterprises.enterprise",
                    verbose_name="企业",
                ),
            ),
            (
                "item",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="given",
                    to="catalogue.serviceitem",
                    verbose_name="服务",
                ),
            ),
        ],
        options={
            "db_table": "approvals_freeservice",
            "verbose_name": "免费服务",
            "ordering": ("-valid_from", "-id"),
        },
    ),
    migrations.AddConstraint(
        model_name="awaycard",
        constraint=models.UniqueConstraint(
            condition=models.Q(("valid_to__isnull", True)),
            fields=("person",),
            name="approvals_one_card_a_person",
        ),
    ),
    migrations.AddConstraint(
        model_name="awaycheckin",
        constraint=models.UniqueConstraint(
            condition=models.Q(("case__isnull", True)),
            fields=("card", "on"),
            name="approvals_one_check_in_a_day",
        ),
    ),
    migrations.AddConstraint(
        model_name="board",
        constraint=models.UniqueConstraint(fields=("district", "name"), name="approvals_board_once"),
    ),
    migrations.AddConstraint(
        model_name="intermediary",
        constraint=models.UniqueConstraint(
            fields=("district", "credit_code", "service"), name="approvals_intermediary_once"
        ),
    ),
    migrations.AddConstraint(
        model_name="intermediaryrating",
        constraint=models.UniqueConstraint(
            fields=("intermediary", "enterprise"), name="approvals_intermediary_rated_once"
        ),
    ),
    migrations.AddConstraint(
        model_name="intermediaryrating",
        constraint=models.CheckConstraint(
            condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="approvals_stars_1_to_5"
        ),
    ),
    migrations.AddConstraint(
        model_name="itemuse",
        constraint=models.UniqueConstraint(
            fields=("district", "code", "month", "source"), name="approvals_use_once"
        ),
    ),
    migrations.AddConstraint(
        model_name="itemuse",
        constraint=models.CheckConstraint(
            condition=models.Q(("in_time__lte", models.F("handled")), ("online__lte", models.F("handled"))),
            name="approvals_use_parts",
        ),
    ),
    migrations.AddConstraint(
        model_name="onething",
        constraint=models.UniqueConstraint(fields=("district", "name"), name="approvals_one_thing_once"),
    ),
    migrations.AddIndex(
        model_name="serviceitem",
        index=models.Index(fields=["district", "valid_from", "valid_to"], name="approvals_item_in_force"),
    ),
    migrations.AddIndex(
        model_name="serviceitem",
        index=models.Index(fields=["board", "kind"], name="approvals_item_board"),
    ),
    migrations.AddConstraint(
        model_name="serviceitem",
        constraint=models.UniqueConstraint(
            fields=("district", "code", "version"), name="approvals_item_version"
        ),
    ),
    migrations.AddConstraint(
        model_name="serviceitem",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
            ),
            name="approvals_item_days_in_order",
        ),
    ),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("approvals", "0002_applications"),
        ("cases", "0013_days_of_approvals"),
        ("enterprises", "0004_imports_keep_file_and_places"),
        ("organisations", "0004_settings_of_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.SeparateDatabaseAndState(state_operations=STATE)]
