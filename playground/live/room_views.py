"""What is seen of a room, by role. Nobody sees votes before they are shown to all, and no name that is hidden."""

from typing import Any

from playground.classroom.room import Member, Room
from playground.core.i18n import Translate

from .gathering import Gathering


def shared(room: Room, gathering: Gathering, translate: Translate) -> dict[str, Any]:
    """What every seat sees."""
    return {
        "at": room.at,
        "pace": room.pace,
        "paused": room.paused,
        "locked": room.locked,
        "anonymous": room.anonymous,
        "count": len(room.present),
        "here": len(gathering.connected),
        "votes": {str(at): room.votes(at) for at in sorted(room.votes_shown)},
        "right": {str(at): right for at, right in sorted(room.revealed.items())},
        "presented": [_pick(room, place, translate) for place in room.presented],
    }


def own(room: Room, member: Member, translate: Translate) -> dict[str, Any]:
    """What a member sees of oneself."""
    return {
        "me": {
            "index": member.index,
            "name": room.label(member, translate),
            "answers": {str(at): answer for at, answer in sorted(member.answers.items())},
        }
    }


def of_teachers(room: Room, gathering: Gathering, translate: Translate) -> dict[str, Any]:
    """What consoles and projectors see besides."""
    here = gathering.connected
    return {
        "picks": [_pick(room, place, translate) for place in range(len(room.picks))],
        "members": [_member(room, gathering, member, member.index in here, translate) for member in room.present],
        "answered": sum(room.at in member.answers for member in room.present),
    }


def _member(room: Room, gathering: Gathering, member: Member, here: bool, translate: Translate) -> dict[str, Any]:
    state = gathering.state(member.index)
    return {
        "index": member.index,
        "name": room.label(member, translate, hidden=room.anonymous),
        "here": here,
        "at": state.at,
        "page": state.page,
        "run": state.run,
        "step": state.step,
        "score": state.score,
        "playing": state.playing,
        "done": state.done,
        "answered": state.at in member.answers,
    }


def _pick(room: Room, place: int, translate: Translate) -> dict[str, Any]:
    pick = room.picks[place]
    return {
        "place": place,
        "name": room.label(room.members[pick.index], translate, hidden=room.anonymous),
        "run": pick.run,
        "step": pick.step,
    }
