"""The generated documents: what can be said of the interface and the settings by reading the code.

Owns    docs/protocol.md and docs/configuration.md, as text, and the pieces of other pages that the code knows.
Never   writes a file, or says by hand what the code says already.
Used by scripts/docs and the tests that hold the documents against the code.
"""

from server.documents.buttons import picture as button_box
from server.documents.configuration import configuration as configuration
from server.documents.lifecycle import with_lifecycle as with_lifecycle
from server.documents.pieces import filled as filled
from server.documents.protocol import protocol as protocol

__all__ = ["button_box", "configuration", "filled", "protocol", "with_lifecycle"]
