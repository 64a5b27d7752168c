from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from . import public

app_name = "ui"
urlpatterns = [
    path("papercut/<slug:code>.svg", public.papercut, name="papercut"),
    path("elder/", public.set_elder, name="elder"),
    path("language/", csrf_exempt(set_language), name="language"),
    path("offline/", public.offline, name="offline"),
    path("worker.js", public.service_worker, name="service_worker"),
    path("manifest.webmanifest", public.manifest, name="manifest"),
    path("gallery/", public.gallery, name="gallery"),
]
