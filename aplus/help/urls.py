"""Addresses of the public home, the help and the legal pages."""

from django.urls import path

from aplus.help.views import contact, guides, home, terms, texts

app_name = "help"
urlpatterns = [
    path("", home.home, name="home"),
    path("aide/", guides.index, name="index"),
    path("aide/<slug:topic>/", guides.topic, name="topic"),
    path("contact/", contact.contact, name="contact"),
    path("contact/envoye/", contact.contact_sent, name="contact_sent"),
    path("mentions-legales/", texts.text_page("help/legal_notice.html"), name="legal_notice"),
    path("confidentialite/", texts.privacy, name="privacy"),
    path("cgu/", terms.terms, name="terms"),
    path("cgu/<str:version>/", terms.terms_version, name="terms_version"),
    path("accessibilite/", texts.text_page("help/accessibility.html"), name="accessibility"),
    path("securite/", texts.text_page("help/security.html"), name="security"),
    path("plan-du-site/", texts.site_map, name="site_map"),
]
