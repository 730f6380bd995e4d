from django.apps import AppConfig


class BlobsConfig(AppConfig):
    name = "carecenter.lib.blobs"
    label = "blobs"
