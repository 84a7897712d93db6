"""Addresses of pilotage and of the public figures."""

from django.urls import path

from aplus.pilotage.views import home

app_name = "pilotage"
urlpatterns = [
    path("pilotage/", home.home, name="home"),
    path("statistiques/", home.statistics, name="statistics"),
]
