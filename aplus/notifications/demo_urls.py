"""Addresses of the demo's mailbox; included by config/urls.py in the demo only."""

from django.urls import path

from aplus.notifications import demo_views

app_name = "demo"
urlpatterns = [
    path("mails/", demo_views.mails, name="mails"),
    path("mails/<str:name>/", demo_views.mail, name="mail"),
]
