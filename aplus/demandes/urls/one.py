"""One demande: its page, one POST per act, its files."""

from django.urls import path

from aplus.demandes.views import acts, files, mandat_acts, messages, page, reading, reply_parts, replying, sheet

urlpatterns = [
    path("demandes/<uuid:demande_id>/", page.page, name="page"),
    path("demandes/<uuid:demande_id>/journal/", page.history, name="history"),
    path("demandes/<uuid:demande_id>/fiche/", sheet.sheet, name="sheet"),
    path("demandes/<uuid:demande_id>/suite/", reading.news, name="news"),
    path("demandes/<uuid:demande_id>/suivante/", reading.following, name="following"),
    path("demandes/<uuid:demande_id>/impression/", reading.paper, name="paper"),
    path("demandes/<uuid:demande_id>/messages/", replying.reply, name="reply"),
    path("demandes/<uuid:demande_id>/messages/<uuid:message_id>/correction/", messages.correct, name="correct_message"),
    path("demandes/<uuid:demande_id>/messages/<uuid:message_id>/retrait/", messages.withdraw, name="withdraw_message"),
    path("demandes/<uuid:demande_id>/brouillon/", reply_parts.draft, name="reply_draft"),
    path("demandes/<uuid:demande_id>/brouillon/choix/", reply_parts.choose, name="choose_reply"),
    path("demandes/<uuid:demande_id>/fichiers/", reply_parts.upload, name="upload"),
    path("demandes/<uuid:demande_id>/fichiers/retrait/", reply_parts.remove, name="remove_upload"),
    path("demandes/<uuid:demande_id>/invitations/", acts.invite, name="invite"),
    path("demandes/<uuid:demande_id>/attribution/", acts.give_part, name="give_part"),
    path("demandes/<uuid:demande_id>/co-auteurs/", acts.add_co_authors, name="add_co_authors"),
    path("demandes/<uuid:demande_id>/toujours-bloque/", acts.still_blocked, name="still_blocked"),
    path("demandes/<uuid:demande_id>/reouverture/", acts.reopen, name="reopen"),
    path("demandes/<uuid:demande_id>/archivage/", acts.archive, name="archive"),
    path("demandes/<uuid:demande_id>/retrait-du-mandat/", mandat_acts.withdraw, name="withdraw_mandat"),
    path("demandes/<uuid:demande_id>/renouvellement-du-mandat/", mandat_acts.renew, name="renew_mandat"),
    path("demandes/<uuid:demande_id>/nouveau/", acts.bring_news, name="bring_news"),
    path("demandes/<uuid:demande_id>/identifiants/", acts.show_identifier, name="show_identifier"),
    path("demandes/<uuid:demande_id>/suivi/", acts.follow, name="follow"),
    path("demandes/<uuid:demande_id>/depart/", acts.leave, name="leave"),
    path("fichiers/<uuid:file_id>/", files.download, name="file"),
]
