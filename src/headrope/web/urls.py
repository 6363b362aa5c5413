"""All addresses of the pages, grouped by word."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from headrope.web import health, style, theme
from headrope.web.account import views as account
from headrope.web.audit import views as audit
from headrope.web.definitions import views as definitions
from headrope.web.figures import boards, uploads
from headrope.web.figures import downloads as board
from headrope.web.figures import views as figures
from headrope.web.forms import views as forms
from headrope.web.gaps import list_views, rule_views
from headrope.web.gaps import views as gaps
from headrope.web.landing import views as landing
from headrope.web.meetings import noting, screens
from headrope.web.meetings import views as meetings
from headrope.web.organisation import views as organisation
from headrope.web.origin import views as origin
from headrope.web.owe import views as owe
from headrope.web.papers import views as papers
from headrope.web.people import views as people
from headrope.web.posts import dated, lists, things
from headrope.web.review import views as review
from headrope.web.sheet import views as sheet
from headrope.web.sign_in import provider, second_factor
from headrope.web.sign_in import views as sign_in
from headrope.web.start import papers as start_papers
from headrope.web.start import views as start
from headrope.web.units import views as units

urlpatterns: list[URLPattern] = [
    path("", review.first, name="review-first"),
    path("review/<str:unit>/", review.latest, name="review-latest"),
    path("review/<str:unit>/<str:period>/", review.page, name="review-page"),
    path("review/<str:unit>/<str:period>/below/", review.below, name="review-below"),
    path("review/<str:unit>/<str:period>/since/", review.since, name="review-since"),
    path("review/<str:unit>/<str:period>/paper.<str:ending>", papers.paper, {"kind": "situation"}, name="review-paper"),
    path("review/<str:unit>/<str:period>/<str:table>.xlsx", review.download, name="review-download"),
    path("sheet/<str:unit>/", sheet.latest, name="sheet-latest"),
    path("sheet/<str:unit>/<str:period>/", sheet.page, name="sheet-page"),
    path("sheet/<str:unit>/<str:period>/paper.<str:ending>", papers.paper, {"kind": "sheet"}, name="sheet-paper"),
    path("origin/<str:unit>/<str:measure>/<str:period>/<str:version>/", origin.page, name="origin-page"),
    path("origin/<str:unit>/<str:period>/restated/", origin.restated, name="origin-restated"),
    path(
        "origin/<str:unit>/<str:measure>/<str:period>/<str:version>/<str:table>.xlsx",
        origin.download,
        name="origin-download",
    ),
    path("landing/", landing.first, name="landing-first"),
    path("landing/judged/", landing.judged, name="landing-judged"),
    path("landing/judged/<str:table>.xlsx", landing.judged_download, name="landing-judged-download"),
    path("landing/<str:unit>/", landing.unit, name="landing-unit"),
    path("landing/<str:unit>/<str:year>/", landing.page, name="landing-page"),
    path("landing/<str:unit>/<str:year>/<str:table>.xlsx", landing.download, name="landing-download"),
    path("gaps/<str:unit>/", gaps.latest, {"word": "gaps"}, name="gaps-latest"),
    path("gaps/<str:unit>/<str:period>/", gaps.page, name="gaps-page"),
    path("gaps/<str:unit>/<str:period>/gaps.xlsx", gaps.download, name="gaps-download"),
    path("gaps/<str:unit>/<str:period>/<str:measure>/", gaps.answer, name="gaps-answer"),
    path("gaps/<str:unit>/<str:period>/<str:measure>/ask/", gaps.ask, name="gaps-ask"),
    path("gaps/<str:unit>/<str:period>/<str:measure>/files/<int:number>/", gaps.file, name="gaps-file"),
    path("lists/<str:unit>/", gaps.latest, {"word": "lists"}, name="lists-latest"),
    path("lists/<str:unit>/<str:period>/", list_views.lists, name="lists-page"),
    path("lists/<str:unit>/<str:period>/lists.xlsx", list_views.lists_download, name="lists-download"),
    path("benchmarks/<str:unit>/", gaps.latest, {"word": "benchmarks"}, name="benchmarks-latest"),
    path("benchmarks/<str:unit>/<str:period>/", list_views.benchmarks, name="benchmarks-page"),
    path(
        "benchmarks/<str:unit>/<str:period>/benchmarks.xlsx", list_views.benchmarks_download, name="benchmarks-download"
    ),
    path("rules/", rule_views.index, name="rules-index"),
    path("rules/<str:kind>.csv", rule_views.text, name="rules-text"),
    path("rules/<str:kind>/", rule_views.table, name="rules-table"),
    path("rules/<str:kind>/row/", rule_views.row, name="rules-row"),
    path("owe/", owe.page, name="owe-page"),
    path("owe/count/", owe.count, name="owe-count"),
    path("owe/answers/", owe.open_below, name="owe-answers"),
    path("owe/own/", owe.own, name="owe-own"),
    path("owe/<str:table>.xlsx", owe.download, name="owe-download"),
    path("forms/", forms.index, name="forms-index"),
    path("forms/forms.xlsx", forms.download, name="forms-download"),
    path("forms/<str:form>/", forms.form, name="forms-form"),
    path("forms/<str:form>/<str:table>.xlsx", forms.table, name="forms-table"),
    path("figures/", figures.first, name="figures-first"),
    path("figures/<str:unit>/<str:form>/<str:period>/", figures.entry, name="figures-entry"),
    path("figures/<str:unit>/<str:form>/<str:period>/save/", figures.save, name="figures-save"),
    path("figures/<str:unit>/<str:form>/<str:period>/workbook.xlsx", uploads.workbook, name="figures-workbook"),
    path("figures/<str:unit>/<str:form>/<str:period>/upload/", uploads.upload, name="figures-upload"),
    path("figures/<str:unit>/<str:form>/<str:period>/files/<int:number>/", uploads.file, name="figures-file"),
    path("figures/<str:unit>/<str:form>/<str:period>/units.xlsx", board.units, name="figures-board"),
    path("figures/<str:unit>/<str:form>/<str:period>/tiers.xlsx", board.tiers, name="figures-tiers"),
    path("figures/<str:unit>/<str:form>/<str:period>/units/", boards.units, name="figures-units"),
    path("figures/<str:unit>/<str:form>/<str:period>/units/<str:decision>/", boards.decide, name="figures-decide"),
    path("figures/<str:unit>/<str:form>/<str:period>/<str:change>/", figures.change, name="figures-change"),
    path("meetings/", meetings.page, name="meetings-page"),
    path("meetings/meetings.xlsx", meetings.download, name="meetings-download"),
    path("meetings/worker.js", screens.worker, name="meetings-worker"),
    path("meetings/<int:number>/", meetings.prepare, name="meetings-prepare"),
    path("meetings/<int:number>/order/", meetings.order, name="meetings-order"),
    path("meetings/<int:number>/screen/", screens.screen, name="meetings-screen"),
    path("meetings/<int:number>/live.json", screens.state, name="meetings-live"),
    path("meetings/<int:number>/move/", screens.move, name="meetings-move"),
    path("meetings/<int:number>/notes/", noting.page, name="meetings-notes"),
    path("meetings/<int:number>/note/", noting.write, name="meetings-note"),
    path("units/", units.page, name="units-page"),
    path("units/rows.json", units.rows, name="units-rows"),
    path("units/units.xlsx", units.download, name="units-download"),
    path("units/found/", units.found, name="units-found"),
    path("units/below/<str:unit>/", units.below, name="units-below"),
    path("organisation/", organisation.files, name="organisation-files"),
    path("organisation/units.xlsx", organisation.workbook, name="organisation-workbook"),
    path("organisation/units.csv", organisation.table, name="organisation-table"),
    path("organisation/<str:unit>/", organisation.unit, name="organisation-unit"),
    path("organisation/<str:unit>/history.xlsx", organisation.history, name="organisation-history"),
    path("organisation/<str:unit>/people.xlsx", organisation.people, name="organisation-people"),
    path("organisation/<str:unit>/<str:change>/", organisation.change, name="organisation-change"),
    path("definitions/", definitions.index, name="definitions-index"),
    path("definitions/kinds.xlsx", definitions.index_download, name="definitions-index-download"),
    path("definitions/<str:kind>.xlsx", definitions.workbook, name="definitions-workbook"),
    path("definitions/<str:kind>.csv", definitions.text, name="definitions-text"),
    path("definitions/<str:kind>/", definitions.table, name="definitions-table"),
    path("definitions/<str:kind>/new/", definitions.new, name="definitions-new"),
    path("definitions/<str:kind>/row/", definitions.row, name="definitions-row"),
    path("definitions/<str:kind>/save/", definitions.keep, name="definitions-save"),
    path("start/", start.page, name="start-page"),
    path("start/group.xlsx", start.workbook, name="start-workbook"),
    path("start/example.xlsx", start.example, name="start-example"),
    path("start/papers/<str:paper>.pdf", start_papers.paper, name="start-paper"),
    path("start/passwords/", start.passwords, name="start-passwords"),
    path("people/", people.page, name="people-page"),
    path("people/people.xlsx", people.download, name="people-download"),
    path("people/make/account/", people.make, name="people-make"),
    path("people/<str:user>/", people.person, name="people-person"),
    path("people/<str:user>/mandates.xlsx", people.mandates, name="people-mandates"),
    path("posts/", lists.table, name="posts-people"),
    path("posts/<str:table>.xlsx", lists.download, name="posts-download"),
    path("posts/add/<str:kind>/", things.add, name="posts-add"),
    path("posts/<str:kind>/<str:code>.xlsx", things.download, name="posts-thing-download"),
    path("posts/<str:table>/", lists.table, name="posts-table"),
    path("posts/<str:kind>/<str:code>/", things.thing, name="posts-thing"),
    path("posts/person/<str:code>/post/", dated.dated, {"kind": "person"}, name="posts-post-new"),
    path("posts/person/<str:code>/post/<int:row>/", dated.dated, {"kind": "person"}, name="posts-post"),
    path("posts/body/<str:code>/member/", dated.dated, {"kind": "body"}, name="posts-member-new"),
    path("posts/body/<str:code>/member/<int:row>/", dated.dated, {"kind": "body"}, name="posts-member"),
    path("audit/", audit.page, name="audit-page"),
    path("audit/audit.xlsx", audit.download, name="audit-download"),
    path("account/", account.page, name="account-page"),
    path("account/mandates.xlsx", account.mandates, name="account-mandates"),
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
