"""The program: `commonplace`, or `python -m commonplace`."""

import gc


def main() -> None:
    """Load the command line and run it."""
    gc.disable()  # what some hundred modules make while they are loaded stays: to look for garbage in it costs a sixth
    from commonplace.cli import main as command  # noqa: PLC0415 - not before

    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
