"""Addresses of pilotage and of the public figures."""

from django.urls import path

from aplus.pilotage import views

app_name = "pilotage"
urlpatterns = [
    path("pilotage/", views.home, name="home"),
    path("statistiques/", views.statistics, name="statistics"),
]
