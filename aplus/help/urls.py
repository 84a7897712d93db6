"""Addresses of the public home, the help and the legal pages."""

from django.urls import path

from aplus.help.views import guides, home, terms, texts

app_name = "help"
urlpatterns = [
    path("", home.home, name="home"),
    path("aide/", guides.index, name="index"),
    path("aide/<slug:topic>/", guides.topic, name="topic"),
    path("contact/", texts.text_page("help/contact.html"), name="contact"),
    path("mentions-legales/", texts.text_page("help/legal_notice.html"), name="legal_notice"),
    path("confidentialite/", texts.text_page("help/privacy.html"), name="privacy"),
    path("cgu/", terms.terms, name="terms"),
    path("cgu/<str:version>/", terms.terms_version, name="terms_version"),
    path("accessibilite/", texts.text_page("help/accessibility.html"), name="accessibility"),
    path("securite/", texts.text_page("help/security.html"), name="security"),
    path("plan-du-site/", texts.text_page("help/site_map.html"), name="site_map"),
]
