"""The frame of every page: layout, components, security headers, the unit of work, error pages, health."""
