"""Addresses of the demo only."""

from django.urls import path

from aplus.ui import demo_views

app_name = "ui_demo"
urlpatterns = [path("composants/", demo_views.gallery, name="gallery")]
