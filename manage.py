#!/usr/bin/env python
"""Django's command-line utility for Veille."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "veille.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A variable that is missing or wrong: its name helps, our own lines do not.
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
