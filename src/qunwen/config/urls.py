"""Every address of the house. Areas bring their own urls.py; here is who stands where."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("desk/", include(wagtailadmin_urls)),
]
