"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from .content_type import reading_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.settings")

application = reading_utf_8(get_wsgi_application())
