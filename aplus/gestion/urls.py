"""Addresses of groupes and of one's own account."""

from django.urls import path

from aplus.gestion.views import (
    absences,
    bell,
    closing,
    demandes,
    editing,
    exporting,
    groupes,
    importing,
    inviting,
    me,
    members,
    models,
    my_data,
    proposals,
    shutting,
)

app_name = "gestion"
urlpatterns = [
    path("groupes/", groupes.groupes, name="groupes"),
    path("groupes/import/", importing.import_people, name="import"),
    path("groupes/import/modele.csv", importing.model_file, name="import_model"),
    path("groupes/nouveau/", editing.new_groupe, name="new_groupe"),
    path("groupes/<uuid:groupe_id>/", groupes.groupe, name="groupe"),
    path("groupes/<uuid:groupe_id>/modification/", editing.change_groupe, name="change_groupe"),
    path("groupes/<uuid:groupe_id>/fermeture/", shutting.close_groupe, name="close_groupe"),
    path("groupes/<uuid:groupe_id>/demandes.csv", exporting.as_csv, name="groupe_csv"),
    path("groupes/<uuid:groupe_id>/demandes.xlsx", exporting.as_xlsx, name="groupe_xlsx"),
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
    path("groupes/<uuid:groupe_id>/absences/", absences.groupe_absences, name="groupe_absences"),
    path(
        "groupes/<uuid:groupe_id>/absences/<uuid:absence_id>/fin/",
        absences.end_members_absence,
        name="end_members_absence",
    ),
    path("groupes/<uuid:groupe_id>/membres/ajout/", inviting.add_members, name="add_members"),
    path(
        "groupes/<uuid:groupe_id>/invitations/<uuid:invitation_id>/renvoi/",
        inviting.send_again,
        name="send_invitation_again",
    ),
    path(
        "groupes/<uuid:groupe_id>/invitations/<uuid:invitation_id>/retrait/",
        inviting.withdraw,
        name="withdraw_invitation",
    ),
    path("groupes/<uuid:groupe_id>/propositions/", proposals.propose, name="propose"),
    path("groupes/<uuid:groupe_id>/propositions/<uuid:proposal_id>/", proposals.decide, name="decide"),
    path("groupes/<uuid:groupe_id>/membres/<uuid:user_id>/", members.member, name="member"),
    path("groupes/<uuid:groupe_id>/membres/<uuid:user_id>/retrait/", members.remove, name="remove_member"),
    path(
        "groupes/<uuid:groupe_id>/membres/<uuid:user_id>/desactivation/",
        closing.deactivate,
        name="deactivate_member",
    ),
    path(
        "groupes/<uuid:groupe_id>/membres/<uuid:user_id>/reactivation/",
        closing.reactivate,
        name="reactivate_member",
    ),
    path("groupes/<uuid:groupe_id>/modeles/", models.models, name="models"),
    path("groupes/<uuid:groupe_id>/modeles/<uuid:model_id>/", models.model, name="model"),
    path("groupes/<uuid:groupe_id>/modeles/<uuid:model_id>/retrait/", models.remove, name="remove_model"),
    path("notifications/", bell.notifications, name="notifications"),
    path("moi/", me.me, name="me"),
    path("moi/informations/", me.identity, name="identity"),
    path("moi/notifications/", me.choices, name="choices"),
    path("moi/donnees/", my_data.my_data, name="my_data"),
    path("moi/donnees/fichier/", my_data.my_data_file, name="my_data_file"),
    path("moi/absences/", absences.plan_own, name="plan_own_absence"),
    path("moi/absences/<uuid:absence_id>/fin/", absences.end_own, name="end_own_absence"),
]
