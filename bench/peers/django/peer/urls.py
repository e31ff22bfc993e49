"""The classic calls over HTTP."""

from django.urls import path

from scanlogin import views

urlpatterns = [
    path("qrcode/", views.qrcode),
    path("allow/", views.allow),
]
