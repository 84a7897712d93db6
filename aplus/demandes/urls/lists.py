"""Addresses of the lists."""

from django.urls import URLPattern, path

from aplus.demandes.views import exporting, lists, searching

urlpatterns: list[URLPattern] = [
    path("demandes/", lists.demandes, name="list"),
    path("demandes.csv", exporting.as_csv, name="csv"),
    path("demandes.xlsx", exporting.as_xlsx, name="xlsx"),
    path("demandes/choix/", lists.choices, name="list_choices"),
    path("demandes/recherche/", searching.search, name="search"),
]
