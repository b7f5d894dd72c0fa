import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0004_open_cases_by_enterprise"),
        ("enterprises", "0003_profiles"),
        ("organisations", "0001_units_people_and_sign_in"),
        ("organisations", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Catalogue",
            fields=[
                (
                    "district",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.district",
                    ),
                ),
                ("stamp", models.PositiveBigIntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="代号")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("tax", "税费减免"),
                            ("award", "奖励补助"),
                            ("finance", "融资支持"),
                            ("talent", "人才用工"),
                            ("tech", "科技创新"),
                            ("digital", "技改数字化"),
                            ("market", "开拓市场"),
                            ("premises", "场地租金"),
                            ("startup", "创业开办"),
                            ("green", "绿色低碳"),
                            ("service", "优享服务"),
                        ],
                        default="award",
                        max_length=12,
                        verbose_name="主题",
                    ),
                ),
                (
                    "life_stage",
                    models.CharField(
                        choices=[("entry", "准入"), ("running", "准营"), ("exit", "退出")],
                        default="running",
                        max_length=8,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "grant",
                    models.CharField(
                        choices=[("money", "资金"), ("service", "服务"), ("right", "权益")],
                        default="money",
                        max_length=8,
                        verbose_name="给什么",
                    ),
                ),
                ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                ("contact_phone", models.CharField(blank=True, max_length=30, verbose_name="电话")),
                (
                    "publicity_workdays",
                    models.PositiveSmallIntegerField(default=5, verbose_name="公示工作日"),
                ),
                (
                    "is_paid_here",
                    models.BooleanField(
                        default=True,
                        help_text="税收减免等自行申报享受的，只匹配、不收申请",
                        verbose_name="由本区兑现",
                    ),
                ),
                ("apply_url", models.URLField(blank=True, max_length=300, verbose_name="在别处申报的网址")),
                ("is_sample", models.BooleanField(default=False, verbose_name="样例")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "还没发布"),
                            ("published", "在用"),
                            ("expired", "已到期"),
                            ("replaced", "已被替代"),
                            ("withdrawn", "已停用"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="首次发布")),
                ("sizes", models.JSONField(default=list, verbose_name="对哪些规模")),
                ("created_at", models.DateTimeField()),
                (
                    "co_units",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="organisations.unit", verbose_name="联审部门"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "lead_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                        verbose_name="主办部门",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="policies.policy",
                    ),
                ),
                (
                    "service_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                        verbose_name="由谁兑现服务",
                    ),
                ),
            ],
            options={
                "verbose_name": "惠企政策",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["district", "state", "valid_to"], name="policy_in_force"),
                    models.Index(fields=["lead_unit", "state"], name="policy_lead_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "code"), name="policy_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchPlan",
            fields=[
                (
                    "district",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.district",
                    ),
                ),
                ("full_at", models.DateTimeField(null=True)),
                ("nightly_on", models.DateField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PushChoice",
            fields=[
                (
                    "enterprise",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="enterprises.enterprise",
                    ),
                ),
                ("is_off", models.BooleanField(default=False, verbose_name="不要推送")),
                ("muted_themes", models.JSONField(default=list, verbose_name="这些主题不要推")),
                ("chosen_at", models.DateTimeField()),
                ("chosen_by_id", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", models.CharField(max_length=128, verbose_name="户名")),
                ("bank", models.CharField(max_length=128, verbose_name="开户行")),
                ("number_ref", models.CharField(max_length=40)),
                ("last4", models.CharField(max_length=4)),
                ("given_at", models.DateTimeField()),
                ("given_by_id", models.BigIntegerField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("enterprise",),
                        name="bank_account_one_current",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("applied", "一键申报"),
                            ("automatic", "免申即享"),
                            ("instant", "即申即享"),
                            ("counter", "窗口代报"),
                        ],
                        default="applied",
                        max_length=10,
                    ),
                ),
                ("stage", models.CharField(blank=True, max_length=40, verbose_name="申领阶段")),
                ("project", models.CharField(blank=True, max_length=120, verbose_name="项目")),
                ("project_key", models.CharField(blank=True, max_length=120)),
                ("year", models.PositiveSmallIntegerField(verbose_name="预算年度")),
                ("asked_fen", models.BigIntegerField(null=True)),
                ("granted_fen", models.BigIntegerField(null=True)),
                ("applied_at", models.DateTimeField()),
                ("public_from", models.DateField(null=True)),
                ("public_to", models.DateField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("paid_on", models.DateField(null=True)),
                ("paid_fen", models.BigIntegerField(default=0)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy_application",
                        to="cases.case",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.bankaccount",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["enterprise", "-id"], name="application_enterprise"),
                    models.Index(
                        condition=models.Q(("project_key", ""), _negated=True),
                        fields=["enterprise", "project_key"],
                        name="application_project",
                    ),
                    models.Index(fields=["district", "public_to"], name="application_publicity"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("appropriated_fen", models.BigIntegerField(default=0)),
                ("available_fen", models.BigIntegerField(default=0)),
                ("reserved_fen", models.BigIntegerField(default=0)),
                ("committed_fen", models.BigIntegerField(default=0)),
                ("paid_fen", models.BigIntegerField(default=0)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "verbose_name": "政策资金",
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "year"), name="budget_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("available_fen__gte", 0),
                            ("committed_fen__gte", 0),
                            ("paid_fen__gte", 0),
                            ("reserved_fen__gte", 0),
                        ),
                        name="budget_never_overspent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "appropriated_fen",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("available_fen"), "+", models.F("reserved_fen")
                                        ),
                                        "+",
                                        models.F("committed_fen"),
                                    ),
                                    "+",
                                    models.F("paid_fen"),
                                ),
                            )
                        ),
                        name="budget_balances",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("minutes", models.DecimalField(decimal_places=1, max_digits=7, null=True)),
                ("questions", models.PositiveSmallIntegerField(default=0)),
                ("eligible", models.PositiveSmallIntegerField(default=0)),
                ("amount_fen", models.BigIntegerField(default=0)),
                ("month", models.DateField()),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["district", "month"], name="counter_month")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待兑现"), ("delivered", "已兑现"), ("dropped", "取消")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("delivered_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to="policies.application",
                    ),
                ),
                (
                    "delivered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "state"], name="delivery_unit")],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("as_of", models.DateField()),
                ("facts", models.TextField()),
                ("outcome", models.CharField(max_length=12)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("row", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.TextField()),
                ("version_digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.BigIntegerField(null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["enterprise", "policy", "-id"], name="evaluation_latest")],
            },
        ),
        migrations.CreateModel(
            name="GrantBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待抽查"),
                            ("confirmed", "已抽查，待批准"),
                            ("approved", "已批准，公示中"),
                            ("done", "已办完"),
                            ("dropped", "作废"),
                        ],
                        default="proposed",
                        max_length=12,
                    ),
                ),
                ("as_of", models.DateField()),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["district", "state", "-id"], name="grant_batch_state")],
            },
        ),
        migrations.CreateModel(
            name="GrantItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("row", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("in", "在内"), ("out", "剔除"), ("refused", "企业不要")],
                        default="in",
                        max_length=8,
                    ),
                ),
                ("is_sampled", models.BooleanField(default=False)),
                ("sampled_ok", models.BooleanField(null=True)),
                ("sample_note", models.CharField(blank=True, max_length=200)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="policies.grantbatch",
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
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "enterprise"), name="grant_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("appropriate", "下达指标"),
                            ("reduce", "核减指标"),
                            ("reserve", "预留"),
                            ("release", "释放预留"),
                            ("commit", "核定"),
                            ("uncommit", "撤销核定"),
                            ("pay", "支付"),
                            ("fail", "支付退回"),
                            ("clawback", "追回"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("at", models.DateTimeField()),
                ("on", models.DateField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(max_length=60)),
                ("memo", models.CharField(blank=True, max_length=200)),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_entries",
                        to="policies.application",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="policies.budget",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["budget", "id"], name="ledger_entry_budget")],
            },
        ),
        migrations.CreateModel(
            name="LedgerPosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("treasury", "财政"),
                            ("available", "可用"),
                            ("reserved", "预留"),
                            ("committed", "已核定"),
                            ("paid", "已支付"),
                        ],
                        max_length=10,
                    ),
                ),
                ("fen", models.BigIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="policies.ledgerentry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "account"), name="ledger_posting_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("policy_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("eligible", "符合"), ("near", "差一点"), ("unknown", "还不知道")],
                        max_length=8,
                    ),
                ),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("row", models.PositiveSmallIntegerField(default=0)),
                ("missing", models.CharField(blank=True, max_length=400)),
                ("since_on", models.DateField()),
                ("mark", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["policy_id", "state", "enterprise_id"], name="match_of_policy")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("enterprise_id", "policy_id"), name="match_pair_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchCount",
            fields=[
                (
                    "policy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="match_count",
                        serialize=False,
                        to="policies.policy",
                    ),
                ),
                ("version_id", models.BigIntegerField()),
                ("as_of", models.DateField()),
                ("eligible", models.PositiveIntegerField(default=0)),
                ("near", models.PositiveIntegerField(default=0)),
                ("unknown", models.PositiveIntegerField(default=0)),
                ("hidden", models.PositiveIntegerField(default=0)),
                ("amount_fen", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="MatchRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("full", "全部重算"),
                            ("nightly", "每晚"),
                            ("policy", "政策变了"),
                            ("enterprise", "企业的数变了"),
                        ],
                        max_length=12,
                    ),
                ),
                ("as_of", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("enterprises", models.PositiveIntegerField(default=0)),
                ("policies", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("removed", models.PositiveIntegerField(default=0)),
                ("upto_seq", models.PositiveBigIntegerField(default=0)),
                ("stamp", models.PositiveBigIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=500)),
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
                "indexes": [models.Index(fields=["district", "-id"], name="match_run_latest")],
            },
        ),
        migrations.CreateModel(
            name="MoneyWait",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("fen", models.BigIntegerField()),
                ("applied_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("is_served", models.BooleanField(default=False)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money_wait",
                        to="policies.application",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["policy", "year", "applied_at", "application"],
                        name="money_wait_queue",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("fen__gt", 0)), name="money_wait_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="NegativeListing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("source", models.CharField(max_length=200, verbose_name="依据")),
                ("listed_on", models.DateField(verbose_name="列入")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="到")),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_reason", models.CharField(blank=True, max_length=200)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
                (
                    "listed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["enterprise", "listed_on"], name="negative_listing_when")],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.PositiveSmallIntegerField()),
                ("text_ref", models.CharField(max_length=40)),
                ("name_ref", models.CharField(blank=True, max_length=40)),
                ("phone_ref", models.CharField(blank=True, max_length=40)),
                ("made_at", models.DateTimeField()),
                ("is_upheld", models.BooleanField(null=True)),
                ("finding", models.CharField(blank=True, max_length=500)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="policies.application",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "no"), name="objection_no_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True)),
                ("amount_fen", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "待支付"),
                            ("sent", "已交财政"),
                            ("paid", "已到账"),
                            ("failed", "没付成"),
                            ("dropped", "取消"),
                        ],
                        default="ready",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("paid_on", models.DateField(null=True)),
                ("bank_reference", models.CharField(blank=True, max_length=60, verbose_name="回单号")),
                ("failure", models.CharField(blank=True, max_length=200, verbose_name="没付成的原因")),
                ("clawed_fen", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.bankaccount",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="policies.application",
                    ),
                ),
                (
                    "retries",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.payment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "id"], name="payment_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="payment_positive"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["ready", "sent", "paid"])),
                        fields=("application",),
                        name="payment_one_live",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clawback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("basis", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待决定"),
                            ("demanded", "已通知退回"),
                            ("returned", "已退回"),
                            ("refused", "不追回"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.CharField(blank=True, max_length=300)),
                ("returned_on", models.DateField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clawbacks",
                        to="policies.payment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="clawback_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "待复核"),
                            ("exported", "已交财政"),
                            ("settled", "已回单"),
                            ("dropped", "作废"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("exported_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("file_digest", models.CharField(blank=True, max_length=64)),
                ("count", models.PositiveIntegerField(default=0)),
                ("total_fen", models.BigIntegerField(default=0)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "exported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["district", "state", "-id"], name="payment_batch_state")],
            },
        ),
        migrations.CreateModel(
            name="PolicySeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("person_id", models.BigIntegerField(null=True)),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "enterprise"), name="policy_seen_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in_review", "待审核"),
                            ("approved", "已审核，等生效"),
                            ("published", "在用"),
                            ("superseded", "已被新版替代"),
                            ("returned", "退回修改"),
                            ("dropped", "不要了"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(verbose_name="政策文件（YAML）")),
                ("clause_text", models.TextField(blank=True, verbose_name="政策原文")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="从哪天起用")),
                (
                    "change_note",
                    models.CharField(blank=True, max_length=500, verbose_name="改了什么、为什么"),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("saved_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review_note", models.CharField(blank=True, max_length=500)),
                ("published_at", models.DateTimeField(null=True)),
                ("ended_on", models.DateField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="policies.policy",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "政策版本",
                "ordering": ["policy_id", "no"],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "no"), name="policy_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("policy",),
                        name="policy_version_one_in_force",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Push",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version_no", models.PositiveSmallIntegerField()),
                ("amount_fen", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "等着发"), ("sent", "已推送"), ("held", "不发")],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("queued_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("why_held", models.CharField(blank=True, max_length=100)),
                ("message", models.CharField(blank=True, max_length=60)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pushes",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["district", "state", "queued_at"], name="push_queue"),
                    models.Index(fields=["enterprise", "-sent_at"], name="push_of_enterprise"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("policy", "version_no", "enterprise"), name="push_once_a_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=32, unique=True)),
                ("facts", models.JSONField()),
                ("as_of", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("expires_on", models.DateField()),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tax", "税费减免"),
                            ("award", "奖励补助"),
                            ("finance", "融资支持"),
                            ("talent", "人才用工"),
                            ("tech", "科技创新"),
                            ("digital", "技改数字化"),
                            ("market", "开拓市场"),
                            ("premises", "场地租金"),
                            ("startup", "创业开办"),
                            ("green", "绿色低碳"),
                            ("service", "优享服务"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.district",
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
                (
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="policies.policy",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("policy__isnull", False)),
                        fields=("person", "policy"),
                        name="subscription_policy_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("theme", ""), _negated=True),
                        fields=("person", "theme"),
                        name="subscription_theme_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="evaluation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="application",
                to="policies.evaluation",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="policies.grantbatch",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="policies.policy"
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="payment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ledger_entries",
                to="policies.payment",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="policies.paymentbatch",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="current",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="policies.policyversion",
                verbose_name="在用的版本",
            ),
        ),
        migrations.AddField(
            model_name="grantbatch",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policyversion"
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policyversion"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policyversion"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["policy", "year", "applied_at"], name="application_queue"),
        ),
    ]
