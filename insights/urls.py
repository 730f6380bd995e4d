"""Addresses below /insights/: the dashboard, the cases behind its numbers, what the numbers mean."""

from django.urls import path

from insights.views import boards, files, hours, me, pages, present

app_name = "insights"
urlpatterns = [
    path("", pages.dashboard, name="dashboard"),
    path("beside/", pages.beside, name="beside"),
    path("tags/", pages.tags, name="tags"),
    path("cases/", pages.cases, name="cases"),
    path("definitions/", pages.definitions, name="definitions"),
    path("me/", me.me, name="me"),
    path("me/cases/", me.my_cases, name="my_cases"),
    path("boards/", boards.board_list, name="boards"),
    path("boards/new/", boards.board_new, name="board_new"),
    path("boards/<int:pk>/", boards.board, name="board"),
    path("boards/<int:pk>/change/", boards.board_change, name="board_change"),
    path("boards/<int:pk>/pdf/", boards.board_pdf, name="board_pdf"),
    path("boards/<int:pk>/mail/", boards.board_mail, name="board_mail"),
    path("boards/<int:pk>/tiles/", boards.tile_add, name="tile_add"),
    path("boards/<int:pk>/tiles/<str:tile>/remove/", boards.tile_remove, name="tile_remove"),
    path("boards/<int:pk>/tiles/<str:tile>/move/", boards.tile_move, name="tile_move"),
    path("boards/<int:pk>/delete/", boards.board_delete, name="board_delete"),
    path("boards/<int:pk>/restore/", boards.board_restore, name="board_restore"),
    path("hours/<int:pk>/", hours.effect, name="hours_effect"),
    path("now/", present.now_page, name="now"),
    path("now/numbers/", present.now_numbers, name="now_numbers"),
    path("wall/", present.wall, name="wall"),
    path("wall/numbers/", present.wall_numbers, name="wall_numbers"),
    path("wall/limits/", present.limits, name="wall_limits"),
    path("wall/links/", present.link_new, name="link_new"),
    path("wall/links/<int:pk>/revoke/", present.link_revoke, name="link_revoke"),
    path("screen/<str:token>/", present.screen, name="screen"),
    path("screen/<str:token>/numbers/", present.screen_numbers, name="screen_numbers"),
    path("numbers.csv", files.numbers_csv, name="numbers_csv"),
    path("numbers.xlsx", files.numbers_xlsx, name="numbers_xlsx"),
    path("numbers.pdf", files.numbers_pdf, name="numbers_pdf"),
    path("cases.csv", files.cases_csv, name="cases_csv"),
    path("cases.xlsx", files.cases_xlsx, name="cases_xlsx"),
]
