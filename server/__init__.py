"""Cuedesk: the live desk of a conference crew."""

__version__ = "0.1.0"
