"""Addresses for testing the house by itself."""

from django.urls import include, path

from qunwen.base.ui.site import NavItem, SiteProfile


def raise_error(request):
    raise RuntimeError("boom")


def county_profile(request):
    return SiteProfile(
        county_name="龙泉驿区",
        responsible_unit="龙泉驿区文化馆",
        phone="028-00000000",
        search_url="/search/",
        account_url="/me/",
        account_label="我的",
        nav=(NavItem("home", "首页", "/", "home"), NavItem("venues", "场馆", "/venues/", "building")),
    )


urlpatterns = [path("ui/", include("qunwen.base.ui.web.urls")), path("boom/", raise_error)]
handler404 = "qunwen.base.ui.web.errors.not_found"
handler500 = "qunwen.base.ui.web.errors.server_error"
