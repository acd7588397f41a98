"""Data-set formats: what other programs' files hold, read without trusting them and written so that they agree."""
