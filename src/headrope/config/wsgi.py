"""The WSGI entry point that granian or gunicorn serves; it does not start on a database that is not fit."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headrope.config.settings")
application = get_wsgi_application()
call_command("check", databases=["default"], tags=["database"], verbosity=0)
