"""Under /desk/scores/."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import desk, entering, publishing

app_name = "scores"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("published/<str:county>/<uuid:pk>/", publishing.page, name="published"),
        path("entry/<str:county>/<uuid:pk>/", entering.page, name="entry"),
        path("entry/<str:county>/<uuid:pk>/correct/", entering.correct, name="correct"),
        path("entry/<str:county>/<uuid:pk>/withdraw/", entering.withdraw, name="withdraw"),
        path("entry/<str:county>/<uuid:pk>/decide/", entering.decide, name="decide"),
        path("entry/<str:county>/<uuid:pk>/finish/", entering.finish, name="finish"),
        path("entry/<str:county>/<uuid:pk>/evidence/", entering.evidence_add, name="evidence"),
        path("<str:sheet>/", desk.ranking, name="ranking"),
        path("<str:sheet>/add/", entering.add, name="add"),
        path("<str:sheet>/publish/", publishing.publish, name="publish"),
        path("<str:sheet>/of/<path:subject>/", desk.subject, name="subject"),
    ]
)
