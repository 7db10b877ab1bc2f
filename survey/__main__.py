"""`python3 -m survey …`: sees that the packages are there, then runs the command."""

import importlib
import sys

from survey import bootstrap

if __name__ == "__main__":
    bootstrap.ensure(sys.argv[1:])
    importlib.import_module("survey.cli").main()
