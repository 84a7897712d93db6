"""Every address of the demandes: lists, new, one."""

from django.urls import URLPattern

from aplus.demandes.urls import lists, new, one

app_name = "demandes"

urlpatterns: list[URLPattern] = [*lists.urlpatterns, *new.urlpatterns, *one.urlpatterns]
