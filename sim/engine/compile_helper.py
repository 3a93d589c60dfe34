"""The second process of a compilation: `python -m sim.engine.compile_helper FOLDER`, a pickle on standard input.

The pickle holds a program and a state, of which only the types matter. The folder is that of the first process;
nothing is kept in it where the sources have changed since.
"""

import pickle
import sys
from pathlib import Path

from sim.engine.compiler import compile_from_the_end

if __name__ == "__main__":
    program, state = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the first process
    compile_from_the_end(program, state, Path(sys.argv[1]))
