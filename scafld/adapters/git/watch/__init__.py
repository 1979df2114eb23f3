"""What a model at work must leave as it was: tracked files, refs, index, configuration, hooks, other worktrees."""
