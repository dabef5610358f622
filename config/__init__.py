"""Assembly: settings, addresses, the embedded database and the supervisor. No behaviour of the product.

May import anything; nothing in `palier` imports it (use `django.conf.settings`).
"""
