"""Messages to people, written from events and sent by mail.

Owns Notice: one for each event and person, whatever repeats.
May ask every room below.
"""
