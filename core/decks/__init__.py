"""Decks: figures that somebody pinned, in order, with words of their own; kept as folders of the workspace.

deck.py      Deck, Slide, Pinned: what a deck is, and what can be done to one; plain data that a file holds
sources.py   from the texts of a pin back to what its figure is made of
folder.py    a deck on disk, changed under a lock; removal.py takes decks, and figures from them, away
shelf.py     the decks of this machine: listed, begun, changed, undone
shared.py    a deck as one file to hand on, and what comes back
again.py     every figure made again from what is there now: which slides changed, which cannot be made
standard.py  the published presentation, its pictures measured here; standard_words.py what its slides say
files.py     a deck as slides, one page or a zip
"""
