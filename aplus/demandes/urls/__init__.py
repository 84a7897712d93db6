"""Every address of the demandes: lists, new, one."""

from django.urls import URLPattern

from aplus.demandes.urls import lists as lists
from aplus.demandes.urls import new as new
from aplus.demandes.urls import one as one

app_name = "demandes"

urlpatterns: list[URLPattern] = [*lists.urlpatterns, *new.urlpatterns, *one.urlpatterns]
