"""Under /desk/reviews/."""

from django.urls import path

from . import desk, steps

app_name = "reviews"

urlpatterns = [
    path("", desk.todo, name="todo"),
    path("approve/", desk.approve_many, name="approve_many"),
    path("steps/", steps.index, name="steps"),
    path("steps/<str:kind>/<str:code>/", steps.edit, name="steps_edit"),
    path("<str:county>/<uuid:pk>/", desk.item, name="item"),
    path("<str:county>/<uuid:pk>/next/", desk.skip, name="skip"),
    path("<str:county>/<uuid:pk>/approve/", desk.decide, {"verb": "approve"}, name="approve"),
    path("<str:county>/<uuid:pk>/return/", desk.decide, {"verb": "return"}, name="return"),
    path("<str:county>/<uuid:pk>/withdraw/", desk.own, {"verb": "withdraw"}, name="withdraw"),
    path("<str:county>/<uuid:pk>/urge/", desk.own, {"verb": "urge"}, name="urge"),
]
