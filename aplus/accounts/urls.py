"""Addresses of signing in, being welcomed and leaving."""

from django.urls import path

from aplus.accounts.views import (
    addresses,
    beginning,
    entering,
    joining,
    own_factors,
    passkeys,
    passwords,
    proconnect,
    second_factor,
    security,
)

app_name = "accounts"
urlpatterns = [
    path("connexion/", entering.sign_in, name="sign_in"),
    path("connexion/envoye/", entering.sign_in_sent, name="sign_in_sent"),
    path("connexion/lien/<str:token>/", entering.enter, name="enter"),
    path("inscription/<str:token>/", joining.join, name="join"),
    path("connexion/mot-de-passe/", passwords.sign_in, name="password_sign_in"),
    path("connexion/mot-de-passe/oublie/", passwords.forgotten, name="password_forgotten"),
    path("connexion/mot-de-passe/nouveau/<str:token>/", passwords.new_password, name="new_password"),
    path("connexion/proconnect/", proconnect.start, name="proconnect"),
    path("connexion/proconnect/retour/", proconnect.come_back, name="proconnect_back"),
    path("connexion/second-facteur/", second_factor.second_factor, name="second_factor"),
    path("connexion/cle/", passkeys.enter, name="enter_with_passkey"),
    path("bienvenue/", entering.welcome, name="welcome"),
    path("deconnexion/", entering.sign_out, name="sign_out"),
    path("moi/premiers-pas/", beginning.first_steps, name="first_steps"),
    path("moi/securite/", security.security, name="security"),
    path("moi/securite/mot-de-passe/", passwords.own_password, name="own_password"),
    path("moi/securite/mot-de-passe/retrait/", passwords.remove_own_password, name="remove_own_password"),
    path("moi/securite/sessions/autres/", security.end_other_sessions, name="end_other_sessions"),
    path("moi/securite/sessions/<uuid:session_id>/fin/", security.end_session, name="end_session"),
    path("moi/securite/application/", own_factors.application, name="application"),
    path("moi/securite/application/retrait/", own_factors.remove_application, name="remove_application"),
    path("moi/securite/cles/", passkeys.passkeys, name="passkeys"),
    path("moi/securite/cles/<uuid:passkey_id>/nom/", passkeys.rename_passkey, name="rename_passkey"),
    path("moi/securite/cles/<uuid:passkey_id>/retrait/", passkeys.remove_passkey, name="remove_passkey"),
    path("moi/securite/codes/", own_factors.recovery_codes, name="recovery_codes"),
    path("moi/adresse/", addresses.change_address, name="change_address"),
    path("moi/adresse/<str:token>/", addresses.confirm_address, name="confirm_address"),
]
