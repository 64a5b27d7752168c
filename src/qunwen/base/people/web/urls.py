"""Addresses of residents and of one's own account."""

from django.urls import path

from . import account, public

app_name = "people"

urlpatterns = [
    path("me/", public.me, name="me"),
    path("me/login/", public.log_in, name="login"),
    path("me/login/code/", public.enter_code, name="code"),
    path("me/login/choose/", public.choose, name="choose"),
    path("me/register/", public.register, name="register"),
    path("me/logout/", public.log_out, name="logout"),
    path("me/edit/", public.edit_me, name="edit_me"),
    path("me/family/add/", public.add_family, name="add_family"),
    path("me/family/<uuid:pk>/", public.edit_family, name="edit_family"),
    path("me/family/<uuid:pk>/leave/", public.leave_family, name="leave_family"),
    path("me/acting/stop/", public.stop_acting, name="stop_acting"),
    path("accounts/devices/", account.devices, name="devices"),
]
