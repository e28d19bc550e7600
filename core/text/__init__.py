"""What the product says: messages of a key and values, and the sentences they are told in.

`template` is how a sentence is written, a file for each part of core holds its sentences by key, `catalogue` is all
of them, and `message` keeps, joins, stores and tells.
"""
