"""The web application, as a WSGI server loads it."""

import os

from django.core.wsgi import get_wsgi_application

from config.processes import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# A killed server must not leave worker processes behind that still hold its port.
leave_with_parent(parent=int(os.environ.get("PALIER_WEB_PID", "0")) or None)
