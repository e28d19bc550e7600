"""One declaration a figure: its question, what it needs, what one may choose, and how it is made from a case.

exhibit.py    Exhibit, Choice, Chart: what a declaration is made of
case.py       Case: the one gatherer of runs, tables and inspection of a data set and horizon; cell.py opens one
seeds.py      every training whose errors are known: runs on this machine, and what a shipped table (tabled.py) adds
choices.py    the choices that several figures share: mode, variable, block, window, hour; links.py writes their texts
asked.py      what figures ask of the engine; inside.py reads averages and single windows
probed.py     what the response probe found, for its exhibits and their checks
checks.py     the trust strip below a finding; measured.py, trust.py and trust_asked.py say how each check is read
errors.py ... the declarations, one topic a file; catalogue.py lists all of them in telling order
card.py       Card: a figure with its words and numbers, as pages, decks and files take it
"""
