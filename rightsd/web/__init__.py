"""The edge: HTTP in, problem documents out. `api` is for programs, `portal` for people."""
