"""Every address of the house. Areas bring their own urls.py; here is who stands where."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("qunwen.base.people.web.urls")),
    path("", include("qunwen.faces.portal.urls")),
    path("demo/", include("qunwen.gateways.sms.urls")),
    path("accounts/", include("allauth.urls")),
    path("ui/", include("qunwen.base.ui.web.urls")),
    path("me/notices/", include("qunwen.base.notices.web.urls")),
    path("me/after-school/bills/", include("qunwen.services.afterschool.web.bills_urls")),
    path("me/after-school/", include("qunwen.services.afterschool.web.family_urls")),
    path("evidence/", include("qunwen.base.evidence.web.urls")),
    path("draws/", include("qunwen.services.draws.web.urls")),
    path("api/v1/", include("qunwen.faces.api.urls")),
    path("desk/", include("qunwen.faces.desk.closed")),
    path("desk/", include("qunwen.faces.portal.desk_tree")),
    path("desk/", include(wagtailadmin_urls)),
]

handler403 = "qunwen.base.ui.web.errors.forbidden"
handler404 = "qunwen.base.ui.web.errors.not_found"
handler500 = "qunwen.base.ui.web.errors.server_error"
