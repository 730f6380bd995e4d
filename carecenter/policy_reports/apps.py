from django.apps import AppConfig


class PolicyReportsConfig(AppConfig):
    name = "carecenter.policy_reports"
    label = "policy_reports"
