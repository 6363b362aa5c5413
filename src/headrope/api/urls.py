"""All addresses of the interface for programs; those of the operations stand in operations.py."""

from django.urls import URLPattern, URLResolver, path

from headrope.api import description
from headrope.api.operations import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", description.page, name="api-page"),
    path("v1/openapi.json", description.openapi, name="api-openapi"),
    path("v1/", api.urls),
]
