"""Let a client into their panel without their password."""

from palier.provisioning.models import Service
from palier.provisioning.panels import panel_of


def sign_in_url(service: Service) -> str:
    """An address that signs the client in, once: send them there, and keep it nowhere.

    Raises the panel's errors, or `NotConfigured`.
    """
    return panel_of(service.server).sign_in_url(service.panel_account)
