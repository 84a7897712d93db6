"""Addresses of the public home, the help and the legal pages."""

from django.urls import path

from aplus.help import views

app_name = "help"
urlpatterns = [
    path("", views.home, name="home"),
    path("aide/", views.text_page("help/guide.html"), name="guide"),
    path("contact/", views.text_page("help/contact.html"), name="contact"),
    path("mentions-legales/", views.text_page("help/legal_notice.html"), name="legal_notice"),
    path("confidentialite/", views.text_page("help/privacy.html"), name="privacy"),
    path("cgu/", views.terms, name="terms"),
    path("cgu/<str:version>/", views.terms_version, name="terms_version"),
    path("accessibilite/", views.text_page("help/accessibility.html"), name="accessibility"),
    path("securite/", views.text_page("help/security.html"), name="security"),
    path("plan-du-site/", views.text_page("help/site_map.html"), name="site_map"),
]
