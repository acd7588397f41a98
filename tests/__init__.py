"""All tests and benchmarks. They compute as the program does, see `ui.cli.app`: NumPy with one thread."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
