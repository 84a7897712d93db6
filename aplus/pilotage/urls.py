"""Addresses of pilotage and of the public figures."""

from django.urls import path

from aplus.pilotage.views import addresses, cgu, closing, directory, home, lists, notices, people, places, roles

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
    path("pilotage/territoires/", places.territoires, name="territoires"),
    path("pilotage/territoires/<slug:territoire_code>/", places.territoire, name="territoire"),
    path("pilotage/thematiques/", lists.themes, name="themes"),
    path("pilotage/thematiques/nouvelle/", lists.new_theme, name="new_theme"),
    path("pilotage/thematiques/<slug:thematique_code>/", lists.theme, name="theme"),
    path("pilotage/thematiques/<slug:thematique_code>/ordre/", lists.move_theme, name="move_theme"),
    path("pilotage/thematiques/<slug:thematique_code>/retrait/", lists.retire_theme, name="retire_theme"),
    path("pilotage/organismes/", places.organismes, name="organismes"),
    path("pilotage/organismes/nouveau/", places.new_organisme, name="new_organisme"),
    path("pilotage/organismes/<slug:organisme_code>/", places.organisme, name="organisme"),
    path("pilotage/organismes/<slug:organisme_code>/questions/", lists.questions, name="questions"),
    path("pilotage/organismes/<slug:organisme_code>/questions/nouvelle/", lists.new_question, name="new_question"),
    path("pilotage/organismes/<slug:organisme_code>/questions/<slug:question_code>/", lists.question, name="question"),
    path(
        "pilotage/organismes/<slug:organisme_code>/questions/<slug:question_code>/ordre/",
        lists.move_question,
        name="move_question",
    ),
    path(
        "pilotage/organismes/<slug:organisme_code>/questions/<slug:question_code>/retrait/",
        lists.retire_question,
        name="retire_question",
    ),
    path("pilotage/maintenance/", notices.maintenance, name="maintenance"),
    path("pilotage/annuaire/", directory.groupes, name="directory"),
    path("pilotage/annuaire/groupes.csv", directory.groupes_csv, name="directory_csv"),
    path("pilotage/annuaire/personnes/", directory.people, name="directory_people"),
    path("pilotage/annuaire/personnes.csv", directory.people_csv, name="directory_people_csv"),
    path("pilotage/personnes/", people.people, name="people"),
    path("pilotage/personnes/<uuid:person_id>/", people.person, name="person"),
    path("pilotage/personnes/<uuid:person_id>/sessions/", people.end_sessions, name="end_sessions"),
    path("pilotage/personnes/<uuid:person_id>/roles/", roles.roles_of, name="roles_of"),
    path("pilotage/personnes/<uuid:person_id>/roles/<slug:role>/", roles.role, name="role"),
    path("pilotage/roles/", roles.holders, name="roles"),
    path("statistiques/", home.statistics, name="statistics"),
]
