"""Addresses that belong to no subject: health, robots, security.txt, icon."""

from django.urls import path

from aplus.ui import views

app_name = "ui"
urlpatterns = [
    path("etat", views.health_page, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
