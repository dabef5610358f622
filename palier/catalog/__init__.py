"""What is for sale: products, plans with ranks and limits, options, prices, taxes, and which change may follow which.

Owns the catalogue's tables, the file they are written from, and the immutable snapshot everyone reads.
May ask people, events, words and core.
"""
