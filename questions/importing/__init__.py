"""Reads what people already have. ``IMPORTING.md`` tells how, and what the report means.

``reading`` opens a file and finds its format. Markdown goes through ``characters`` (repair that is
certain), ``lines`` (one neutral sequence of lines), ``shapes`` (which of them ask), ``cutting``
(questions, sections and the rest) and ``bodies`` (what stands below a question). Tables, cards and
trivia lists have one reader each. All give a ``document.Document``; ``making`` turns its entries
into questions that the format accepts, and ``writing`` puts them into a bank, all or none.
"""
