"""A worker as a process of its own: `python -m tests.jobs.worker_process DATA_DIR BROKER_URL OPTIONS QUEUES`."""

import json
import sys
from pathlib import Path

import commonplace.mail.tasks  # noqa: F401 - the jobs it does
import tests.jobs.samples  # noqa: F401 - as above
from commonplace.config import Settings
from commonplace.core.house import House
from commonplace.core.logs import start_logging
from commonplace.jobs.application import make_celery
from commonplace.operations.worker import run_worker

if __name__ == "__main__":
    start_logging()
    data_dir, broker_url, options, queues = sys.argv[1:]
    celery = make_celery(House.build(Settings.read(data_dir=Path(data_dir), broker_url=broker_url)))
    celery.conf.broker_transport_options.update(json.loads(options))
    sys.exit(run_worker(celery, queues=queues.split(","), beat="bulk" in queues))
