"""The console command `palier`: Django's management underneath, tables and progress with rich.

Owns: reading the command line, showing what happened, the exit status.
May ask any room below; never another entrance. Each verb is one file with one function, `run(arguments)`,
which returns the exit status. What `config` assembles (server, supervisor, embedded database) it finds by
name in the settings.
"""
