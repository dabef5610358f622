"""`palier run`: everything in one terminal."""

import argparse

from django.conf import settings
from django.utils.module_loading import import_string


def run(arguments: argparse.Namespace) -> int:
    supervise = import_string(settings.SUPERVISOR)
    return int(supervise(arguments.host, arguments.port))
