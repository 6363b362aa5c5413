"""All addresses of the pages, grouped by word."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from headrope.web import health, sign_in, theme
from headrope.web.organisation import views as organisation
from headrope.web.origin import views as origin
from headrope.web.review import views as review
from headrope.web.units import views as units

urlpatterns: list[URLPattern] = [
    path("", review.first, name="review-first"),
    path("review/<str:unit>/", review.latest, name="review-latest"),
    path("review/<str:unit>/<str:period>/", review.page, name="review-page"),
    path("origin/<str:unit>/<str:measure>/<str:period>/<str:version>/", origin.page, name="origin-page"),
    path("units/", units.page, name="units-page"),
    path("units/found/", units.found, name="units-found"),
    path("units/below/<str:unit>/", units.below, name="units-below"),
    path("organisation/", organisation.files, name="organisation-files"),
    path("organisation/units.xlsx", organisation.workbook, name="organisation-workbook"),
    path("organisation/units.csv", organisation.table, name="organisation-table"),
    path("organisation/<str:unit>/", organisation.unit, name="organisation-unit"),
    path("organisation/<str:unit>/<str:change>/", organisation.change, name="organisation-change"),
    # The names of the sign-in pages are allauth's.
    path("sign-in/", sign_in.login, name="account_login"),
    path("sign-out/", sign_in.logout, name="account_logout"),
    path("password/", sign_in.password, name="account_change_password"),
    path("language/", set_language, name="language-switch"),
    path("theme/", theme.switch, name="theme-switch"),
    path("health/", health.page, name="health-page"),
]
