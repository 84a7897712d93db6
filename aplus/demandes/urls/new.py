"""Addresses of a new demande and of the mandat."""

from django.urls import URLPattern, path

from aplus.demandes.views import communes, mandat, new

urlpatterns: list[URLPattern] = [
    path("demandes/nouvelle/", new.new, name="new"),
    path("demandes/nouvelle/communes/", communes.communes, name="communes"),
    path("demandes/nouvelle/<uuid:draft_id>/supprimer/", new.discard, name="discard"),
    path("demandes/nouvelle/<uuid:draft_id>/<slug:step>/", new.step, name="step"),
    path("mandats/vierge.pdf", mandat.blank, name="mandat_blank"),
    path("mandats/<uuid:mandat_id>/", mandat.page, name="mandat"),
    path("mandats/<uuid:mandat_id>.pdf", mandat.pdf, name="mandat_pdf"),
]
