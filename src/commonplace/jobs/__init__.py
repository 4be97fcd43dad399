"""The frame of work that nobody waits for: jobs on two queues, their broker, periodic jobs, signs of life."""
