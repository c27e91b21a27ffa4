"""Taking over what the old system (Flask, PostgreSQL or SQLite, a storage folder) holds.

How a lab does it: docs/migration.md.

`source` and `storage` read; `values` is what one row says. `catalog`, `people`, `jobs`, `short_ids`, `files`,
`history`, `payments` and `plans` decide, without touching a store; `writing` writes; `run` goes through all
of it, and `report` says what came of it.
"""
