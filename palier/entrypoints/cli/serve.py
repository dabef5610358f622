"""`palier serve`: the web pages."""

import argparse

from django.conf import settings
from django.utils.module_loading import import_string


def run(arguments: argparse.Namespace) -> int:
    serve = import_string(settings.WEB_SERVER)
    serve(arguments.host, arguments.port, workers=arguments.workers, threads=arguments.threads)
    return 0
