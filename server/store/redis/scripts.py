"""What Redis does in one step: the scripts that open a batch and append it.

Owns    the layout of an event's keys, and every rule that must hold whatever dies when.
Never   knows a connection.
Used by the journal.

Keys, all in one hash slot: `meta` (a hash: epoch, offset and mark of the newest batch, generation, disputed), `pen`,
`turn` (who has it next), `events` (a stream of batches, its ids are the offsets of their last events), `answers`,
`keys`, `checkpoint`, and the channels `live` and `news`.

Every batch has a random mark, kept with it. Two histories that went apart have other marks from there
on, so a process knows from the mark at its own offset whether Redis still holds the history that it knows.

Who has the pen, and who the next turn, is kept in the primary's memory only (`set_repl`): neither its file nor a
replica hears of it, so that a turn costs no write to the disk. A failover loses it, which is as if it had expired.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

NAMES = ("meta", "pen", "turn", "events", "answers", "keys", "checkpoint", "live", "news")


class Keys(NamedTuple):
    """The names of one event's keys."""

    meta: str
    pen: str
    turn: str
    events: str
    answers: str
    keys: str
    checkpoint: str
    live: str
    news: str

    @classmethod
    def of(cls, event: str) -> Keys:
        """Return the keys of `event`; the braces put them all in one slot of a cluster."""
        return cls(*(f"cuedesk:{{{event}}}:{name}" for name in NAMES))


_HISTORY = """
local function history(epoch, mine, mark, generation)
  local meta = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'mark', 'generation', 'disputed')
  if meta[1] ~= epoch then return 'emptied' end
  local offset = tonumber(meta[2] or '0')
  local there = meta[3] or ''
  if offset ~= mine and mine > 0 then
    local at = redis.call('XRANGE', KEYS[2], mine .. '-0', mine .. '-0')
    there = nil
    if at[1] then there = at[1][2][4] end
  elseif mine == 0 then there = mark end
  if there ~= mark then
    if (meta[4] or '0') == generation then redis.call('HSETNX', KEYS[1], 'disputed', mine) end
    return 'rolled back'
  end
  if meta[5] then return 'disputed' end
  return nil, offset
end
"""
"""Says what is wrong with the history here; the first to know disputes it, so that nobody goes on with it unasked.

A process of an older generation was left behind when the operator decided to go on: it refuses for itself only."""

START = """
redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1])
if redis.call('HDEL', KEYS[1], 'disputed') == 1 then redis.call('HINCRBY', KEYS[1], 'generation', 1) end
return redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'mark', 'generation')
"""
"""Whoever starts goes on with what is here: that is how an operator accepts a history that was disputed."""

OPEN = (
    _HISTORY
    + """
local wrong, offset = history(ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4])
if wrong then return {wrong} end
if ARGV[5] ~= '' then
  redis.set_repl(redis.REPL_NONE)
  local pen, turn = unpack(redis.call('MGET', KEYS[3], KEYS[5]))
  if pen ~= ARGV[5] then
    if pen or (turn and turn ~= ARGV[5]) then
      if not turn then redis.call('SET', KEYS[5], ARGV[5], 'PX', ARGV[7]) end
      return {'busy'}
    end
    redis.call('SET', KEYS[3], ARGV[5], 'PX', ARGV[6])
    if turn then redis.call('DEL', KEYS[5]) end
  end
end
local newer, known = {}, {}
if offset ~= tonumber(ARGV[2]) then
  newer = redis.call('XRANGE', KEYS[2], '(' .. ARGV[2] .. '-0', '+', 'COUNT', ARGV[8])
end
if #ARGV > 8 then known = redis.call('HMGET', KEYS[4], unpack(ARGV, 9)) end
return {'open', newer, known}
"""
)
"""Takes the pen (unless no token is given), and returns what is newer and the answers asked for. Who finds it taken has
the next turn, if nobody else has it already: for a moment nobody takes the pen before."""

APPEND = """
local function close()
  redis.set_repl(redis.REPL_NONE)
  if redis.call('GET', KEYS[3]) == ARGV[5] then redis.call('DEL', KEYS[3]) end
end
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'offset', 'mark')
local expected, count = tonumber(ARGV[2]), tonumber(ARGV[6])
local last = expected + count
if meta[1] ~= ARGV[1] then close() return 'emptied' end
if tonumber(meta[2] or '0') ~= expected or (meta[3] or '') ~= ARGV[3] then
  local made = count > 0 and redis.call('XRANGE', KEYS[2], last .. '-0', last .. '-0')[1]
  local done = made and made[2][4] == ARGV[4]
  if done then redis.call('HSET', KEYS[1], 'offset', meta[2]) end
  close()
  return done and 'done' or 'behind'
end
if count > 0 then
  redis.call('XADD', KEYS[2], last .. '-0', 'b', ARGV[9], 'm', ARGV[4])
  redis.call('HSET', KEYS[1], 'offset', last, 'mark', ARGV[4])
end
local keys = 10 + 2 * tonumber(ARGV[7])
local function keep(hash, from, to)
  for at = from, to, 4000 do redis.call('HSET', hash, unpack(ARGV, at, math.min(at + 3999, to))) end
end
keep(KEYS[4], 10, keys - 1)
keep(KEYS[5], keys, keys + 2 * tonumber(ARGV[8]) - 1)
close()
if count > 0 then redis.pcall('PUBLISH', KEYS[6], ARGV[5] .. ' ' .. last .. ' ' .. ARGV[4] .. ARGV[9]) end
return 'done'
"""
"""Appends after the expected offset and mark, all or nothing. Sent again after a lost answer it finds its own mark and
says `done`; that it writes then, too, lets WAIT count the replicas that have it. What was appended is told to whoever
listens; a process that may not publish has appended all the same."""

RELEASE = """
local epoch = ARGV[2] == '1' and redis.call('HGET', KEYS[2], 'epoch')
if epoch then redis.call('HSET', KEYS[2], 'epoch', epoch) end
redis.set_repl(redis.REPL_NONE)
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
"""Puts the pen down. Where replicas are to be waited for (`1`) it writes what is there already, for WAIT to count."""

SAVE = (
    _HISTORY
    + """
local wrong = history(ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4])
if wrong then return wrong end
redis.call('SET', KEYS[3], ARGV[5])
return 'done'
"""
)
"""Keeps a checkpoint, if it was made of the history that is here."""


@cache
def sha(script: str) -> str:
    """Return the name under which Redis remembers a script."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
