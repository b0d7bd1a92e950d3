"""What the command line does, one file for each command.

Each module has `HELP` (its purpose in a line), `add_arguments(parser)`, and `run(arguments)`, which returns the exit
code, or None for 0.
"""
