"""The frame of the JSON API: versions, problems, guards, paging, ETags, idempotency keys, OpenAPI."""
