"""The browser's half: templates, scripts, styles and catalogs, as package data.

Owns    what is served under `/static` and rendered into pages.
Never   holds Python code: the server reads these files by their place in the package.
Used by the pages and the catalogs of the server.
"""
