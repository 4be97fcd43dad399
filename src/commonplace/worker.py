"""The job worker for a supervisor of your own: `celery --app commonplace.worker worker`."""

import commonplace.app  # noqa: F401 - makes all jobs known
from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.core.logs import start_logging
from commonplace.jobs.application import make_celery

start_logging()
celery = make_celery(House.build(Settings.read()))
