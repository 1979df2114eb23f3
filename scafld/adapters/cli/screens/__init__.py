"""What people read: one module a page, each a pure function from values to lines."""
