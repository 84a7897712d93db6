"""Addresses of pilotage and of the public figures."""

from django.urls import path

from aplus.pilotage.views import addresses, closing, home

app_name = "pilotage"
urlpatterns = [
    path("pilotage/", home.home, name="home"),
    path("pilotage/personnes/<uuid:person_id>/adresse/", addresses.change_address, name="change_address"),
    path("pilotage/personnes/<uuid:person_id>/desactivation/", closing.deactivate, name="deactivate"),
    path("pilotage/personnes/<uuid:person_id>/reactivation/", closing.reactivate, name="reactivate"),
    path("statistiques/", home.statistics, name="statistics"),
]
