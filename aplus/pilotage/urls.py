"""Addresses of pilotage and of the public figures."""

from django.urls import path

from aplus.pilotage.views import addresses, home

app_name = "pilotage"
urlpatterns = [
    path("pilotage/", home.home, name="home"),
    path("pilotage/personnes/<uuid:person_id>/adresse/", addresses.change_address, name="change_address"),
    path("statistiques/", home.statistics, name="statistics"),
]
