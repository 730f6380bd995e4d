"""Addresses below /desk/feedback/: figures, answers, follow-ups, and the panels of other pages."""

from django.urls import path

from feedback.views import follow_ups, panels, results

app_name = "feedback"
urlpatterns = [
    path("", results.results, name="results"),
    path("answers/", results.answers, name="answers"),
    path("answers.csv", results.answers_csv, name="answers_csv"),
    path("figures.csv", results.figures_csv, name="figures_csv"),
    path("mine/", results.mine, name="mine"),
    path("mine/answers/", results.my_answers, name="my_answers"),
    path("follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/waiting/", follow_ups.waiting, name="waiting"),
    path("follow-ups/<int:pk>/", follow_ups.follow_up, name="follow_up"),
    path("follow-ups/<int:pk>/step/", follow_ups.step, name="step"),
    path("follow-ups/<int:pk>/note/", follow_ups.note, name="note"),
    path("follow-ups/<int:pk>/owner/", follow_ups.owner, name="owner"),
    path("follow-ups/<int:pk>/take/", follow_ups.take, name="take"),
    path("follow-ups/<int:pk>/end/", follow_ups.end, name="end"),
    path("follow-ups/<int:pk>/reopen/", follow_ups.reopen, name="reopen"),
    path("tickets/<int:pk>/", panels.of_ticket, name="of_ticket"),
    path("customers/<int:pk>/", panels.of_customer, name="of_customer"),
]
