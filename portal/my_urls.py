"""Addresses below /help/BRAND/my/."""

from django.urls import path

from portal.views import my_account as account
from portal.views import my_sign_in as door
from portal.views import my_tickets as mine

app_name = "my"
urlpatterns = [
    path("", mine.tickets, name="tickets"),
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-in/code/<slug:key>/", door.code, name="code"),
    path("sign-in/link/<slug:token>/", door.link_in, name="link_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("tickets/<slug:token>/", mine.ticket, name="ticket"),
    path("tickets/<slug:token>/answer/", mine.answer, name="answer"),
    path("tickets/<slug:token>/close/", mine.close, name="close"),
    path("tickets/<slug:token>/reopen/", mine.reopen, name="reopen"),
    path("tickets/<slug:token>/rate/", mine.rate, name="rate"),
    path("tickets/<slug:token>/share/", mine.share, name="share"),
    path("tickets/<slug:token>/files/<slug:name>/", mine.file, name="file"),
    path("link/<slug:token>/", mine.shared, name="shared"),
    path("link/<slug:token>/files/<slug:name>/", mine.shared_file, name="shared_file"),
    path("orders/", mine.orders, name="orders"),
    path("preferences/", account.preferences, name="preferences"),
    path("privacy/", account.privacy, name="privacy"),
    path("privacy/copy/", account.ask_copy, name="ask_copy"),
    path("privacy/copy/<slug:token>/", account.copy, name="copy"),
    path("privacy/erase/", account.erase, name="erase"),
    path("privacy/keep/<slug:token>/", account.keep, name="keep"),
]
