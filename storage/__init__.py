"""Tables, use cases, files and data-set formats: all that is kept."""
