"""`pinnwand http PORT`, on loopback alone; run by the Python of the peer's environment."""

import sys
from functools import partialmethod

from pinnwand.command import main
from tornado.web import Application

Application.listen = partialmethod(Application.listen, address="127.0.0.1")

if __name__ == "__main__":
    main(["http", "--port", sys.argv[1]])
