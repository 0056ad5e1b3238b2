"""Everything outside that is not our own tables: a server, files, processes, services."""
