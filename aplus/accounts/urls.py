"""Addresses of signing in, being welcomed and leaving."""

from django.urls import path

from aplus.accounts import views

app_name = "accounts"
urlpatterns = [
    path("connexion/", views.sign_in, name="sign_in"),
    path("connexion/envoye/", views.sign_in_sent, name="sign_in_sent"),
    path("connexion/lien/<str:token>/", views.enter, name="enter"),
    path("bienvenue/", views.welcome, name="welcome"),
    path("deconnexion/", views.sign_out, name="sign_out"),
]
