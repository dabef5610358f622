"""Let a client into their panel without their password."""

from dataclasses import replace

from palier.provisioning.circuit import asked
from palier.provisioning.models import Service
from palier.provisioning.panels import panel_of


def sign_in_url(service: Service, browser: str) -> str:
    """An address that signs the client in, once: send them there, and keep it nowhere.

    `browser` is the address of their browser: some panels let in no other. Raises the panel's errors, or
    `NotConfigured`.
    """
    with asked(service.server_id):
        return panel_of(service.server).sign_in_url(replace(service.panel_account, browser=browser))
