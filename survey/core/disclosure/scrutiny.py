"""What a reader of a release alone can check of its findings: that they are whole, that they follow from what else is
shown, and that they are told of enough people, alone and in what remains.

Nothing here trusts the file: whatever it says, there is an answer.
"""

from collections.abc import Iterable, Iterator, Sequence

from survey.core.disclosure import bands, distributions, figures, pieces, shares, wholeness
from survey.core.disclosure.audits import Breach
from survey.core.disclosure.changes import LINKED
from survey.core.disclosure.lineage import impossible
from survey.core.disclosure.release import (
    Cell,
    Change,
    Compared,
    Distribution,
    Figure,
    Group,
    GroupKind,
    Priority,
    Rates,
    Release,
    Share,
)
from survey.core.scoring.method import METHOD

_DIGEST = 64


def findings(release: Release) -> Iterator[Breach]:
    yield from _complete(release)
    yield from _changes(release)
    groups = {group.id: group for group in release.groups}
    for priority in release.priorities:
        if priority.group in groups:
            yield from _priority(release, priority, groups[priority.group])
    yield from _rankings(release)
    for spread, levels in ((release.items, 0), (release.levels_held, len(release.levels))):
        for one in spread:
            if one.group in groups:
                yield from _distribution(one, groups[one.group], levels)
    for rates in release.rates:
        if rates.group in groups:
            yield from _rates(rates, groups[rates.group])


def _complete(release: Release) -> Iterator[Breach]:
    """One finding for every group that may have it, in the groups' order, and for no other."""
    parts: dict[str, tuple[list[tuple[str, str]], Sequence[GroupKind]]] = {
        "priorities": ([(one.group, f"{one.item}, {one.option}") for one in release.priorities], pieces.KINDS),
        "items": ([(one.group, one.of) for one in release.items], distributions.KINDS_SHOWN),
        "levels_held": ([(one.group, one.of) for one in release.levels_held], distributions.KINDS_SHOWN),
        "rates": ([(one.group, one.item) for one in release.rates], distributions.KINDS_SHOWN),
    }
    for part, (found, kinds) in parts.items():
        ids = {group.id for group in release.groups if group.kind in kinds}
        about = dict.fromkeys(what for _, what in found)
        if len(found) != len(set(found)) or set(found) != {(group, what) for group in ids for what in about}:
            yield Breach("findings_whole", f"{part}: there is not exactly one for every group that may have it.")


def _changes(release: Release) -> Iterator[Breach]:
    if release.compared is None:
        if release.changes:
            yield Breach("change_follows", "There are changes, and no round that they are changes from.")
        return
    if not _names_a_release(release, release.compared):
        yield Breach("change_follows", "The round that changes are told against is not named as one can be.")
    cells = {(cell.group, cell.measure): cell for cell in release.cells}
    kinds = {group.id: group for group in release.groups}
    found = [(change.group, change.measure) for change in release.changes]
    if found != [(cell.group, cell.measure) for cell in release.cells]:
        yield Breach("change_follows", "There is not exactly one change for every cell.")
        return
    for change in release.changes:
        what = _amiss(change, cells[change.group, change.measure], kinds.get(change.group), release.compared)
        if what is not None:
            yield Breach("change_follows", f"{change.group}, {change.measure}: {what}")
    yield from _not_following(release.changes)
    yield from impossible(release)


def _names_a_release(release: Release, compared: Compared) -> bool:
    is_digest = len(compared.digest) == _DIGEST and set(compared.digest) <= set("0123456789abcdef")
    measures = {measure.id for measure in release.measures}
    return is_digest and compared.number > 0 and compared.round != release.round and set(compared.whole) <= measures


def _amiss(change: Change, cell: Cell, group: Group | None, compared: Compared) -> str | None:
    """What cannot be of one change, whatever the others say."""
    told = (change.items, change.now, change.before, change.difference, change.margin, change.detectable)
    if change.why is not None:
        silent = change.words == "not comparable" and all(part is None for part in told)
        return None if silent else "it is not comparable, and yet it says something."
    if change.now is None or change.before is None or change.difference is None or group is None:
        return "it gives neither a change nor why there is none."
    if cell.bound != "exact" or None in (cell.value, cell.low, cell.high, cell.answers):
        return "a change is told of a score that is not shown."
    if change.overlap is None or change.overlap < 100 * METHOD.least_overlap or change.group_before is None:
        return "it compares groups of other people."
    for side, of in (("now", change.now), ("before", change.before)):
        for field, wrong in wholeness.figure(of):
            return f"of {side}, {field}: {wrong}"
    if change.now.eligible != group.eligible:
        return f"of now, eligible: {change.now.eligible}, and the group has {group.eligible}."
    if abs(change.difference - (change.now.value - change.before.value)) > 1:
        return "the difference is not that of the two scores."
    return _wrong_basis(change, change.now, cell, group, compared)


def _wrong_basis(change: Change, now: Figure, cell: Cell, group: Group, compared: Compared) -> str | None:
    is_whole = change.measure in compared.whole
    if change.items != ("all" if is_whole else "common"):
        return "it does not say on which questions it rests."
    if is_whole:
        same = now == figures.figure(cell, group.eligible)
        return None if same else "its score is not the one that is shown."
    enough = figures.first_of(now.answers) >= METHOD.smallest_item and group.kind in LINKED
    return None if enough else "only some questions are the same, and the group is too small for that."


def _not_following(changes: Sequence[Change]) -> Iterator[Breach]:
    """What is said of a change is computed again, measure by measure, for words look at all groups."""
    for measure in dict.fromkeys(change.measure for change in changes):
        told = [
            (change, figures.compared(change.now, change.before, change.difference))
            for change in changes
            if change.measure == measure and change.why is None
            if change.now is not None and change.before is not None and change.difference is not None
            if not any(True for of in (change.now, change.before) for _ in wholeness.figure(of))
        ]
        words = figures.words([of for _, of in told])
        for (change, of), said in zip(told, words, strict=True):
            if (change.margin, change.detectable, change.words) != (figures.margin(of), figures.detectable(of), said):
                what = f"{change.group}, {measure}: what is said of the change does not follow from the two margins."
                yield Breach("change_follows", what)


def _priority(release: Release, one: Priority, group: Group) -> Iterator[Breach]:
    place = f"{wholeness.place(group, one.item)}, option {one.option}"
    if one.reason is not None:
        if one != Priority(one.group, one.item, one.option, reason=one.reason):
            yield Breach("findings_whole", f"{place}: withheld, and yet it says something.")
        return
    if one.value is None or one.low is None or one.high is None:
        yield Breach("findings_whole", f"{place}, value, low, high: one of them is missing.")
        return
    people = wholeness.people(one.answers, one.effective, group.eligible, release.k)
    n = bands.lower(one.answers, group.eligible) if one.effective is None else 0
    for field, why in (*people, *wholeness.margin(one.value, one.low, one.high, n, group.eligible)):
        yield Breach("findings_whole", f"{place}, {field}: {why}")


def _rankings(release: Release) -> Iterator[Breach]:
    """All options of a group's ranking are shown or none, for the same people, and their points add up."""
    found: dict[tuple[str, str], list[Priority]] = {}
    for one in release.priorities:
        found.setdefault((one.group, one.item), []).append(one)
    for (group, item), options in found.items():
        if [one.option for one in options] != list(range(1, len(options) + 1)):
            yield Breach("ranks_add_up", f"{group}, {item}: its options are not all there.")
        elif not _are_one(options):
            yield Breach("ranks_add_up", f"{group}, {item}: its options are not about the same people.")
        elif not _adds_up(options):
            yield Breach("ranks_add_up", f"{group}, {item}: its points do not add up, or give one away.")


def _are_one(options: Sequence[Priority]) -> bool:
    """Shown for the same people, or withheld for one reason; beside what is shown only options may be withheld."""
    shown = {(one.answers, one.effective) for one in options if one.reason is None}
    reasons = {one.reason for one in options if one.reason is not None}
    return len(shown) <= 1 and (not shown or reasons <= {"all_alike"}) and len(reasons) <= 1


def _adds_up(options: Sequence[Priority]) -> bool:
    """To 50 each, but for rounding; what is left of it for those that are not told is possible, and not one's alone."""
    shown = [one.value or 0 for one in options if one.reason is None]
    hidden = len(options) - len(shown)
    left, slack = 50 * len(options) - sum(shown), len(shown) / 2 + 1e-9
    if not shown:
        return True
    return hidden != 1 and -slack <= left <= 100 * hidden + slack


def _distribution(one: Distribution, group: Group, levels: int) -> Iterator[Breach]:
    """`levels`: how many there are, of how people stand at levels; 0 of an item's answers."""
    place = wholeness.place(group, one.of)
    if one.reason is not None:
        if one != Distribution(one.group, one.of, reason=one.reason):
            yield Breach("findings_whole", f"{place}: withheld, and yet it says something.")
        return
    options = sorted(option for share in one.shares for option in share.options)
    if len(one.shares) < 2 or options != sorted(set(options)) or not all(share.options for share in one.shares):
        yield Breach("large_groups", f"{place}, shares: its bands are not bands.")
        return
    people = bands.most(one.answers, group.eligible)
    if people < max(METHOD.smallest_item, METHOD.people_a_band * min(len(one.shares), 5)):
        yield Breach("large_groups", f"{place}, answers: told in too many bands for so few people.")
    yield from _shares(place, one.shares, one.answers, group)
    if options[0] < 1 or (levels and (options != list(range(1, levels + 1)) or not _is_whole(one.shares))):
        yield Breach("findings_whole", f"{place}, shares: they are not of everybody once.")


def _is_whole(told: Sequence[Share]) -> bool:
    """Whether shares can be of everybody together."""
    ends = [shares.window(share.value, share.bound) for share in told]
    return sum(low for low, _ in ends) <= 100 <= sum(high for _, high in ends)


def _shares(place: str, told: Iterable[Share], band: str | None, group: Group) -> Iterator[Breach]:
    for share in told:
        if not _is_share(share, band, group):
            what = f"{place}: a share of {share.value} is finer than may be told, or its margin is not its own."
            yield Breach("large_groups", what)


def _rates(one: Rates, group: Group) -> Iterator[Breach]:
    place = wholeness.place(group, one.item)
    if one.reason is not None:
        if one != Rates(one.group, one.item, reason=one.reason):
            yield Breach("findings_whole", f"{place}: withheld, and yet it says something.")
        return
    told = [share for share in (one.dont_know, one.not_applicable, one.skipped) if share is not None]
    if one.skipped is None or one.comparable is None or any(share.options or share.tone for share in told):
        yield Breach("findings_whole", f"{place}: it is not whole.")
    elif bands.most(one.asked, group.eligible) < METHOD.smallest_item:
        yield Breach("large_groups", f"{place}, asked: told of too few people, or of what is no band of them.")
    elif too_fine := list(_shares(place, told, one.asked, group)):
        yield from too_fine
    elif sum(shares.window(share.value, share.bound)[0] for share in told) > 100:
        yield Breach("findings_whole", f"{place}: more did not answer than were asked.")
    elif one.comparable != _comparable(one):
        yield Breach("findings_whole", f"{place}, comparable: it does not follow from its share.")


def _comparable(one: Rates) -> bool | None:
    """What the share that it does not apply to says of that; as the release says where that stands on the edge."""
    if one.not_applicable is None:
        return True
    low, high = shares.window(one.not_applicable.value, one.not_applicable.bound)
    if low <= METHOD.most_not_applicable <= high:
        return one.comparable
    return high < METHOD.most_not_applicable


def _is_share(share: Share, band: str | None, group: Group) -> bool:
    first = bands.lower(band, group.eligible)
    if not first or share.value % METHOD.share_step:
        return False
    ends = {"or_less": (5, 10), "or_more": (90, 95)}.get(share.bound, ())
    inside = share.value in ends if ends else METHOD.lowest < share.value < METHOD.highest
    return inside and (share.low, share.high) == shares.margin(share.value, share.bound, first, group.eligible)
