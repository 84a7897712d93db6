"""Addresses of groupes and of one's own account."""

from django.urls import path

from aplus.gestion.views import demandes, groupes

app_name = "gestion"
urlpatterns = [
    path("groupes/", groupes.groupes, name="groupes"),
    path("groupes/<uuid:groupe_id>/", groupes.groupe, name="groupe"),
    path("groupes/<uuid:groupe_id>/demandes/", demandes.groupe_demandes, name="groupe_demandes"),
    path(
        "groupes/<uuid:groupe_id>/demandes/<uuid:demande_id>/attribution/",
        demandes.give_part,
        name="give_part",
    ),
    path(
        "groupes/<uuid:groupe_id>/demandes/<uuid:demande_id>/passation/",
        demandes.hand_over,
        name="hand_over",
    ),
    path("moi/", groupes.me, name="me"),
]
