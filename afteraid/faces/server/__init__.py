"""A small server for pages of this machine: guarded, with events for open pages and workers for runs.

Knows nothing of what the pages show. Needs the extra `workshop` (Starlette and uvicorn).
"""
