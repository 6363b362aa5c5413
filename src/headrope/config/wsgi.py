"""The WSGI entry point that granian or gunicorn serves; it does not start on a database that is not fit."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from headrope.journal.checks import refuse_unfit_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headrope.config.settings")
application = get_wsgi_application()
refuse_unfit_database()
import_module(settings.ROOT_URLCONF)  # all pages: else whoever asks for the first one waits for them
# A page makes some fifty thousand short-lived objects, nearly all of which go with it: looking for cycles among them every
# 700 costs a fifth of its time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
