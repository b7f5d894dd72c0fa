"""Pages; addresses are listed here."""

from django.urls import path

from qiying.capabilities.policies.views.money import overview, paying, payment, policy, returning

urlpatterns = [
    path("policy-money/", overview.money, name="money"),
    path("policy-money/balance/", overview.balance, name="money_balance"),
    path("policy-money/give/", policy.money_give, name="money_give"),
    path("policy-money/ready/", paying.ready, name="money_ready"),
    path("policy-money/batches/", paying.batches, name="money_batches"),
    path("policy-money/batches/new/", paying.batch_new, name="money_batch_new"),
    path("policy-money/batches/<str:number>/", paying.batch, name="money_batch"),
    path("policy-money/batches/<str:number>/check/", paying.check, name="money_check"),
    path("policy-money/batches/<str:number>/release/", paying.release, name="money_release"),
    path("policy-money/batches/<str:number>/drop/", paying.drop, name="money_drop"),
    path(
        "policy-money/batches/<str:number>/bank/", paying.download, {"kind": "bank"}, name="money_bank_file"
    ),
    path("policy-money/batches/<str:number>/excel/", paying.download, {"kind": "xlsx"}, name="money_excel"),
    path("policy-money/batches/<str:number>/results/", paying.results, name="money_results"),
    path("policy-money/payments/", payment.payments, name="money_payments"),
    path("policy-money/payments/<str:number>/", payment.payment, name="money_payment"),
    path("policy-money/payments/<str:number>/arrived/", payment.settle, name="money_settle"),
    path("policy-money/payments/<str:number>/failed/", payment.fail, name="money_fail"),
    path("policy-money/payments/<str:number>/again/", payment.reopen, name="money_reopen"),
    path("policy-money/payments/<str:number>/back/", payment.ask_back, name="money_ask_back"),
    path("policy-money/clawbacks/", returning.clawbacks, name="money_clawbacks"),
    path("policy-money/clawbacks/<int:clawback_id>/", returning.clawback, name="money_clawback"),
    path("policy-money/deliveries/", returning.deliveries, name="money_deliveries"),
    path("policy-money/deliveries/<int:delivery_id>/", returning.delivery, name="money_delivery"),
    path("policy-money/<slug:code>/", policy.money_policy, name="money_policy"),
    path("policy-money/<slug:code>/<int:year>/reduce/", policy.money_reduce, name="money_reduce"),
    path("policy-money/<slug:code>/<int:year>/transfer/", policy.money_transfer, name="money_transfer"),
]
