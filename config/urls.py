"""Every address of the product, one line per app."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("aplus.help.urls")),
    path("", include("aplus.accounts.urls")),
    path("", include("aplus.demandes.urls")),
    path("", include("aplus.gestion.urls")),
    path("", include("aplus.pilotage.urls")),
    path("", include("aplus.notifications.urls")),
    path("", include("aplus.ui.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("aplus.notifications.demo_urls")))
    urlpatterns.append(path("demo/", include("aplus.ui.demo_urls")))

handler400 = "aplus.ui.views.bad_request"
handler403 = "aplus.ui.views.forbidden"
handler404 = "aplus.ui.views.not_found"
handler500 = "aplus.ui.views.broken"
