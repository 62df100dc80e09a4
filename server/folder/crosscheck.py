"""What the tables of event.toml say about the rest of the event.

Owns    whether rooms, spares and categories that they name exist.
Never   reads a file.
Used by `server.folder.read`.
"""

from __future__ import annotations

from collections.abc import Set

import msgspec

from server.folder.faults import Report, did_you_mean
from server.folder.rooms import Rooms
from server.folder.toml import EventFile
from server.folder.wording import quoted
from server.plan import PlannedDevice


def check_tables(file: EventFile, rooms: Rooms, categories: Set[str], report: Report) -> None:
    """Tell of devices in rooms and with spares that are not there, and warn of products that nobody has."""
    spares = {device.id for device in file.devices}
    names = [room.title for room in rooms.planned] + [room.id for room in rooms.planned]
    for device in file.devices:
        place = _place(file, "devices", device.id)
        if device.room and rooms.find(device.room) is None:
            line = file.lines.line("devices", place, "room")
            report.fault(line, f"There is no room {quoted(device.room)}{did_you_mean(device.room, names)}")
        for backup in device.backups:
            if backup not in spares or backup == device.id:
                message = f"The spare {quoted(backup)} is no other device{did_you_mean(backup, spares - {device.id})}"
                report.fault(file.lines.line("devices", place, "backups"), message)
    if categories:
        _check_products(file, categories, report)


def _check_products(file: EventFile, categories: Set[str], report: Report) -> None:
    for planned in file.lists:
        for product in planned.products:
            if product not in categories:
                line = file.lines.line("lists", _place(file, "lists", planned.id), "products")
                near = did_you_mean(product, categories)
                report.warn(line, f"No attendee has the category {quoted(product)}, which this list admits{near}")


def _place(file: EventFile, table: str, ident: object) -> int:
    """Return which entry of the array, as written, has this id."""
    return file.places.get((table, ident), 0)


def devices_in_rooms(file: EventFile, rooms: Rooms) -> tuple[PlannedDevice, ...]:
    """Return the devices with their rooms' ids, where they name rooms by title."""
    return tuple(_in_room(device, rooms.find(device.room) if device.room else None) for device in file.devices)


def _in_room(device: PlannedDevice, room: str | None) -> PlannedDevice:
    return device if device.room == room else msgspec.structs.replace(device, room=room)
