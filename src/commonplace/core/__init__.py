"""What the whole house stands on: no Flask, no Click, no Celery, and no word of users or entries."""
