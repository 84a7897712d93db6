"""Addresses of the lists."""

from django.urls import URLPattern, path

from aplus.demandes.views import lists

urlpatterns: list[URLPattern] = [
    path("demandes/", lists.demandes, name="list"),
    path("demandes/choix/", lists.choices, name="list_choices"),
]
