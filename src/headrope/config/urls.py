"""All addresses."""

from django.urls import include, path

urlpatterns = [path("api/", include("headrope.api.urls")), path("", include("headrope.web.urls"))]
