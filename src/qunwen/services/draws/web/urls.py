"""Under /draws/. Addresses of facts carry the county."""

from django.urls import path

from . import files, public

app_name = "draws"
DRAW = "<str:county>/<uuid:pk>/"
MINE = "<str:county>/mine/<uuid:pk>/"

urlpatterns = [
    path("verify_draw.py", files.script, name="script"),
    path("verify_draw.html", files.page, name="page"),
    path("<str:county>/", public.index, name="list"),
    path(DRAW, public.draw, name="draw"),
    path(f"{DRAW}apply/", public.apply, name="apply"),
    path(f"{DRAW}file.json", files.result, name="file"),
    path(MINE, public.mine, name="mine"),
    path(f"{MINE}wishes/", public.change, name="change"),
    path(f"{MINE}withdraw/", public.withdraw, name="withdraw"),
]
