"""The commands of this floor, in the order in which help lists them; each is loaded when it is asked for."""

COMMANDS = {
    "run": "commonplace.operations.run:run",
    "worker": "commonplace.operations.worker:worker",
    "init-db": "commonplace.operations.database:init_db",
    "drop-db": "commonplace.operations.database:drop_db",
    "db": "commonplace.operations.database:db",
    "doctor": "commonplace.operations.doctor:doctor",
    "backup": "commonplace.operations.keeping:backup",
    "restore": "commonplace.operations.keeping:restore",
    "routes": "commonplace.operations.keeping:routes",
    "search": "commonplace.operations.keeping:search",
    "shell": "commonplace.operations.keeping:shell",
    "demo": "commonplace.operations.demo:demo",
}
