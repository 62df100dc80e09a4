"""Check-in: who may come in, who is in, and how fast they come.

Owns    the rules of the doors, as a package: words (commands, events), state, roster (imports), verdict (who may
        pass), tally (counts), flow (rates), engine.
Never   knows a row, a role or a scanner's protocol.
Used by the check-in channel; adapters read from the engine; other channels hear `Scanned` and `TicketBound`.
"""

from server.domain.checkin.engine import CheckinEngine as CheckinEngine
from server.domain.checkin.flow import Forecast as Forecast
from server.domain.checkin.state import CheckinState as CheckinState
from server.domain.checkin.state import Passage as Passage
from server.domain.checkin.state import Ticket as Ticket
from server.domain.checkin.tally import minute_of as minute_of
from server.domain.checkin.words import COUNTED as COUNTED
from server.domain.checkin.words import EVENTS as EVENTS
from server.domain.checkin.words import Annul as Annul
from server.domain.checkin.words import AttendeeEnrolled as AttendeeEnrolled
from server.domain.checkin.words import CheckinConfigured as CheckinConfigured
from server.domain.checkin.words import Enrolment as Enrolment
from server.domain.checkin.words import Import as Import
from server.domain.checkin.words import Join as Join
from server.domain.checkin.words import Lane as Lane
from server.domain.checkin.words import LaneOpened as LaneOpened
from server.domain.checkin.words import ListOpened as ListOpened
from server.domain.checkin.words import ListRules as ListRules
from server.domain.checkin.words import Scan as Scan
from server.domain.checkin.words import ScanAnnulled as ScanAnnulled
from server.domain.checkin.words import ScanDenied as ScanDenied
from server.domain.checkin.words import Scanned as Scanned
from server.domain.checkin.words import TicketBound as TicketBound
from server.domain.checkin.words import WalkIn as WalkIn
