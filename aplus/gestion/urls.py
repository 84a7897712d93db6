"""Addresses of groupes and of one's own account."""

from django.urls import path

from aplus.gestion import views

app_name = "gestion"
urlpatterns = [
    path("groupes/", views.groupes, name="groupes"),
    path("groupes/<uuid:groupe_id>/", views.groupe, name="groupe"),
    path("moi/", views.me, name="me"),
]
