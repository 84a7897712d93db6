"""Where mail services tell what became of the mails."""

from django.urls import path

from aplus.notifications import views

app_name = "notifications"
urlpatterns = [path("retours/mailjet/", views.mailjet_events, name="mailjet_events")]
