"""The second process of a compilation: `python -m sim.compile_helper FOLDER`, with a pickled state on standard input.

Of the state only the types matter. The folder is that of the first process; nothing is kept in it where the sources
have changed since.
"""

import pickle
import sys
from pathlib import Path

from sim.compiler import compile_from_the_end

if __name__ == "__main__":
    compile_from_the_end(pickle.load(sys.stdin.buffer), Path(sys.argv[1]))  # noqa: S301 - from the first process
