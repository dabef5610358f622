"""What each page of the client area shows, as frozen values: a view fills one from queries, a template says it.

Values are typed (Money, dates, instants, cycles, codes of states); the templates put them into words. Addresses are
texts, empty where the reader may not or cannot go there. A page has `title`, `crumbs` and `section`.
"""
