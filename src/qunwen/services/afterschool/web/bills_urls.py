"""Under /me/after-school/bills/: the parent's bills."""

from django.urls import path

from . import bills

app_name = "afterschool_bills"
ONE = "<str:county>/<uuid:pk>/"

urlpatterns = [
    path("", bills.index, name="list"),
    path(ONE, bills.page, name="page"),
    path(f"{ONE}pay/", bills.pay, name="pay"),
    path(f"{ONE}receipts/<uuid:payment>/", bills.receipt, name="receipt"),
]
