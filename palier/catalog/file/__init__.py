"""The catalogue as a file: YAML in, a document that is right in every field out, or everything that is wrong with it.

Pure: it reads a text and writes nothing. apply.py makes the tables say what the document says.
"""
