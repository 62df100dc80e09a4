"""The rehearsal: a believable day played against a running server, through its public doors only.

Owns    everybody who is not the crew's own: people at the doors, devices, remote attendees, and stand-ins for the crew.
Never   imports an engine or a channel: it knows rows and verbs, as any client does.
Used by the command line (`demo`, `rehearse`) and by load tests.

Theory of operation: every actor is a coroutine with one or more lines (reconnecting sockets) and a random
generator of its own, seeded by the rehearsal's seed and the actor's name, so that the same seed tells the same story;
clocks only pace it. What people do follows from the rows they see: a floor hand changes a battery because an alert
fires, a moderator airs a question because one is approved.

`speed` compresses the plan (`tempo`): at speed 60 a talk of forty minutes is planned for forty seconds and run for
about as long, so clocks and lateness on the screens stay true, and a night lasts a minute. A plan of another day is
moved to now; one that has begun is left alone. The leads of calls and the holds of alerts are the server's, and real.
What hands and machines do (a report, an acknowledgement, an answer on stage) quickens by its square root only.
"""

from server.rehearsal.show import Show, rehearse

__all__ = ["Show", "rehearse"]
