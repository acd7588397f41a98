"""Every module here is an export format: its `FORMAT` says what it is called and who writes it.

Heavy imports belong inside its functions, for `--help` reads all of them.
"""
