"""The arithmetic and the rules of Palier, in pure Python.

Owns money, dates, prices, quotes and the tables of states.
Knows no Django, no clock and no network: facts come in, answers come out.
May ask nothing of any other room.
"""
