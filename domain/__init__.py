"""Rules of the labelling work, with no input or output of their own."""
