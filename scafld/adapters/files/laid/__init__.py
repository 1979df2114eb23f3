"""What `init` lays down in a repository, and what lies there of it."""
