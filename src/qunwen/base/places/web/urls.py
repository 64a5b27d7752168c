"""Under /desk/places/. A place is named by its code."""

from django.urls import path

from qunwen.base.ui.web.desk import with_reasons

from . import changes, desk, grids, loading, networks, populations

app_name = "places"

urlpatterns = with_reasons(
    [
        path("", desk.index, name="list"),
        path("populations/", populations.index, name="populations"),
        path("populations/export.xlsx", populations.export, name="population_export"),
        path("populations/add/", populations.add, name="population_add"),
        path("populations/load/", loading.upload, name="load"),
        path("populations/load/blank.xlsx", loading.blank, name="load_blank"),
        path("populations/load/check/", loading.check, name="load_check"),
        path("populations/load/marked.xlsx", loading.marked, name="load_marked"),
        path("populations/load/apply/", loading.apply, name="load_apply"),
        path("populations/<uuid:pk>/", populations.edit, name="population"),
        path("networks/", networks.index, name="networks"),
        path("networks/add/", networks.add, name="network_add"),
        path("networks/<uuid:pk>/end/", networks.end, name="network_end"),
        path("<str:code>/", desk.page, name="page"),
        *(path(f"<str:code>/{kind}/", changes.change, {"kind": kind}, name=kind) for kind in changes.WAYS),
        path("<str:code>/grids/add/", grids.add, name="grid_add"),
        path("<str:code>/grid/", grids.rename, name="grid_rename"),
        path("<str:code>/grid/close/", grids.close, name="grid_close"),
    ]
)
