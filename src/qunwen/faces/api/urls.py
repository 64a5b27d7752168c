"""Addresses under /api/v1/."""

from django.urls import path

from .interface import addresses
from .web.docs import docs

app_name = "api"
urlpatterns = [path("docs/", docs, name="docs"), *addresses()]
