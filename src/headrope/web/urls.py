"""All addresses of the pages, grouped by word."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from headrope.web import health, style, theme
from headrope.web.account import views as account
from headrope.web.audit import views as audit
from headrope.web.definitions import views as definitions
from headrope.web.figures import uploads
from headrope.web.figures import views as figures
from headrope.web.organisation import views as organisation
from headrope.web.origin import views as origin
from headrope.web.owe import views as owe
from headrope.web.people import views as people
from headrope.web.review import views as review
from headrope.web.sign_in import provider, second_factor
from headrope.web.sign_in import views as sign_in
from headrope.web.start import views as start
from headrope.web.units import views as units

urlpatterns: list[URLPattern] = [
    path("", review.first, name="review-first"),
    path("review/<str:unit>/", review.latest, name="review-latest"),
    path("review/<str:unit>/<str:period>/", review.page, name="review-page"),
    path("review/<str:unit>/<str:period>/<str:table>.xlsx", review.download, name="review-download"),
    path("origin/<str:unit>/<str:measure>/<str:period>/<str:version>/", origin.page, name="origin-page"),
    path(
        "origin/<str:unit>/<str:measure>/<str:period>/<str:version>/<str:table>.xlsx",
        origin.download,
        name="origin-download",
    ),
    path("owe/", owe.page, name="owe-page"),
    path("owe/count/", owe.count, name="owe-count"),
    path("figures/", figures.first, name="figures-first"),
    path("figures/<str:unit>/<str:form>/<str:period>/", figures.entry, name="figures-entry"),
    path("figures/<str:unit>/<str:form>/<str:period>/save/", figures.save, name="figures-save"),
    path("figures/<str:unit>/<str:form>/<str:period>/workbook.xlsx", uploads.workbook, name="figures-workbook"),
    path("figures/<str:unit>/<str:form>/<str:period>/upload/", uploads.upload, name="figures-upload"),
    path("figures/<str:unit>/<str:form>/<str:period>/units/", figures.units, name="figures-units"),
    path("figures/<str:unit>/<str:form>/<str:period>/units/<str:decision>/", figures.decide, name="figures-decide"),
    path("figures/<str:unit>/<str:form>/<str:period>/<str:change>/", figures.change, name="figures-change"),
    path("units/", units.page, name="units-page"),
    path("units/rows.json", units.rows, name="units-rows"),
    path("units/units.xlsx", units.download, name="units-download"),
    path("units/found/", units.found, name="units-found"),
    path("units/below/<str:unit>/", units.below, name="units-below"),
    path("organisation/", organisation.files, name="organisation-files"),
    path("organisation/units.xlsx", organisation.workbook, name="organisation-workbook"),
    path("organisation/units.csv", organisation.table, name="organisation-table"),
    path("organisation/<str:unit>/", organisation.unit, name="organisation-unit"),
    path("organisation/<str:unit>/<str:change>/", organisation.change, name="organisation-change"),
    path("definitions/", definitions.index, name="definitions-index"),
    path("definitions/<str:kind>.xlsx", definitions.workbook, name="definitions-workbook"),
    path("definitions/<str:kind>.csv", definitions.text, name="definitions-text"),
    path("definitions/<str:kind>/", definitions.table, name="definitions-table"),
    path("definitions/<str:kind>/new/", definitions.new, name="definitions-new"),
    path("definitions/<str:kind>/row/", definitions.row, name="definitions-row"),
    path("definitions/<str:kind>/save/", definitions.keep, name="definitions-save"),
    path("start/", start.page, name="start-page"),
    path("start/group.xlsx", start.workbook, name="start-workbook"),
    path("start/example.xlsx", start.example, name="start-example"),
    path("start/passwords/", start.passwords, name="start-passwords"),
    path("people/", people.page, name="people-page"),
    path("people/make/account/", people.make, name="people-make"),
    path("people/<str:user>/", people.person, name="people-person"),
    path("audit/", audit.page, name="audit-page"),
    path("account/", account.page, name="account-page"),
    # The names of the sign-in pages are allauth's.
    path("sign-in/", sign_in.login, name="account_login"),
    path("sign-in/code/", second_factor.ask, name="mfa_authenticate"),
    path("sign-in/provider/", provider.login, name="sign-in-provider"),
    path("sign-in/<str:provider_id>/back/", provider.callback, name="openid_connect_callback"),
    path("sign-in/closed/", sign_in.closed, name="account_inactive"),
    path("sign-in/lost/", sign_in.lost, name="account_reset_password"),
    path("sign-in/new/<str:uidb36>/<str:key>/", sign_in.new, name="account_reset_password_from_key"),
    path("sign-out/", sign_in.logout, name="account_logout"),
    path("password/", sign_in.password, name="account_change_password"),
    path("account/again/", sign_in.again, name="account_reauthenticate"),
    path("account/again/code/", second_factor.ask_again, name="mfa_reauthenticate"),
    path("account/second-factor/", second_factor.set_up, name="mfa_activate_totp"),
    path("account/second-factor/remove/", second_factor.remove, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", second_factor.codes, name="mfa_view_recovery_codes"),
    path("account/second-factor/codes.txt", second_factor.download, name="mfa_download_recovery_codes"),
    path("account/second-factor/codes/new/", second_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("language/", set_language, name="language-switch"),
    path("theme/", theme.switch, name="theme-switch"),
    path("numbers/", style.switch, name="style-switch"),
    path("health/", health.page, name="health-page"),
]
