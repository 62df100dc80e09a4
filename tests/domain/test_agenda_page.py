"""The crew's page draws what the transition tables say."""

from __future__ import annotations

import re
from pathlib import Path

from server.domain.agenda.state import CALL_LIFECYCLE, LIFECYCLE, leads_of
from server.plan import CallLeads

PAGE = (Path(__file__).parents[2] / "docs" / "agenda.md").read_text(encoding="utf-8")


def drawn() -> list[dict[tuple[str, str], str]]:
    """Return the steps of every diagram of the page."""
    blocks = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", PAGE, re.DOTALL)
    steps = [re.findall(r"(\w+) --> (\w+): (\w+)", block) for block in blocks]
    return [{(before, verb): after for before, after, verb in each} for each in steps]


def test_both_diagrams_are_the_transition_tables() -> None:
    assert drawn() == [LIFECYCLE, CALL_LIFECYCLE]


def test_the_usual_leads_are_those_told() -> None:
    leads = {role: [lead // 60_000 for lead in each] for role, each in leads_of(CallLeads()).items()}

    assert leads == {"speaker": [15, 5], "host": [15, 5], "tech": [10]}
    assert "15 and 5 minutes ahead, the technician 10" in PAGE
