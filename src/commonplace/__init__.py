"""Commonplace: a self-hosted place where a small group keeps and shares what it makes."""

__version__ = "0.1.0"
