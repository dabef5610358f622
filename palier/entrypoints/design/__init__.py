"""The shared look: base template, parts, styles, icons, small scripts, theme and language, error and sign-in pages.

Owns nothing in the database. The other entrances extend `palier/base.html` and give it a page view.
May ask people who the provider is and which language a person reads; nothing else.
`parts.py` holds the values that several pages show; `templatetags/look.py` draws them.
"""
