"""What can be done, one function each: it takes the caller's session, checks role and ownership itself, applies the
rules of `domain`, and returns frozen values, never rows.

`session` comes from `Database.transaction()` (or `Database.reading()` for what only reads); all other arguments are
keywords. `actor` is a person (`Actor` or user id) or `domain.permissions.CONSOLE`, the operator at the command line.
"""
