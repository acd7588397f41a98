"""Trust in people's work: tests before it, hidden gold in it, and the flip guard's questions after a save.

Nothing is imported here: the gate is asked by use cases of which others of this package are made.
"""
