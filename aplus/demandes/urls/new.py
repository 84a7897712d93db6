"""Addresses of a new demande and of the mandat."""

from django.urls import URLPattern, path

from aplus.demandes.views import communes, mandat, new, new_parts

urlpatterns: list[URLPattern] = [
    path("demandes/nouvelle/", new.new, name="new"),
    path("demandes/nouvelle/communes/", communes.communes, name="communes"),
    path("demandes/nouvelle/<uuid:draft_id>/supprimer/", new.discard, name="discard"),
    path("demandes/nouvelle/<uuid:draft_id>/fichiers/", new_parts.upload, name="draft_upload"),
    path("demandes/nouvelle/<uuid:draft_id>/fichiers/retrait/", new_parts.remove, name="draft_remove"),
    path("demandes/nouvelle/<uuid:draft_id>/<slug:step>/", new.step, name="step"),
    path("demandes/nouvelle/<uuid:draft_id>/<slug:step>/version/", new_parts.choose, name="draft_choose"),
    path("mandats/vierge.pdf", mandat.blank, name="mandat_blank"),
    path("mandats/<uuid:mandat_id>/", mandat.page, name="mandat"),
    path("mandats/<uuid:mandat_id>.pdf", mandat.pdf, name="mandat_pdf"),
]
