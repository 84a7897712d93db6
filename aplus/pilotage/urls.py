"""Addresses of pilotage and of the public figures."""

from django.urls import path

from aplus.pilotage.views import addresses, cgu, closing, home, notices

app_name = "pilotage"
urlpatterns = [
    path("pilotage/", home.home, name="home"),
    path("pilotage/personnes/<uuid:person_id>/adresse/", addresses.change_address, name="change_address"),
    path("pilotage/personnes/<uuid:person_id>/desactivation/", closing.deactivate, name="deactivate"),
    path("pilotage/personnes/<uuid:person_id>/reactivation/", closing.reactivate, name="reactivate"),
    path("pilotage/bandeaux/", notices.banners, name="banners"),
    path("pilotage/bandeaux/nouveau/", notices.new_banner, name="new_banner"),
    path("pilotage/bandeaux/<uuid:banner_id>/", notices.banner, name="banner"),
    path("pilotage/bandeaux/<uuid:banner_id>/fin/", notices.end_banner, name="end_banner"),
    path("pilotage/bandeaux/<uuid:banner_id>/suppression/", notices.delete_banner, name="delete_banner"),
    path("pilotage/cgu/", cgu.versions, name="cgu"),
    path("pilotage/cgu/nouvelle/", cgu.new_version, name="new_cgu"),
    path("pilotage/cgu/<str:version>/", cgu.version, name="cgu_version"),
    path("pilotage/cgu/<str:version>/retrait/", cgu.withdraw_version, name="withdraw_cgu"),
    path("pilotage/maintenance/", notices.maintenance, name="maintenance"),
    path("statistiques/", home.statistics, name="statistics"),
]
