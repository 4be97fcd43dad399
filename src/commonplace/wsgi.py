"""The application for a WSGI server: `gunicorn commonplace.wsgi:app`."""

from commonplace.app import create_app
from commonplace.core.logs import start_logging

start_logging()
app = create_app()
