"""The numbers of the method, in one place: what computes and what explains the computation both read them here."""

import msgspec


class Method(msgspec.Struct, frozen=True):
    """Every number that a score, a margin or a verdict depends on and that a plan or questionnaire does not set.

    A release carries `name`; another set of numbers is another name.
    """

    name: str = "3"

    fewest_answered: int = 2
    """A person's score needs this many answered items, or all that apply where fewer apply."""
    share_answered: tuple[int, int] = (3, 5)
    """... and this share of those that apply, as an exact fraction."""

    confidence: float = 0.95
    prior_weight: int = 4
    """Degrees of freedom that the round's pooled variance lends to each unit's own."""
    level_certainty: float = 0.90

    least_variance_share: float = 0.25
    """A published margin never uses a variance below this share of the pooled one."""
    least_outlier: float = 25.0
    """... nor one that would pin every person within this many points of the mean."""
    most_answered: float = 0.9
    """A published margin or band never tells that more than this share answered."""
    band: int = 5
    """Width of the bands in which the number of scored people is shown."""
    highest: int = 95
    lowest: int = 5
    """Beyond these a mean is shown as "95 or more" or "5 or less"."""

    smallest_stratum: int = 5
    heaviest_weight: float = 5.0
    """A stratum with fewer scored people, or a larger relative weight, is merged with its neighbour."""
    moderated_below: int = 10
    """In a roll-up, strata with fewer scored people borrow from the pooled variance."""
    largest_share: float = 0.1
    """No person may carry more of a published weighted mean than this."""

    least_coverage: int = 70
    """A staff group is shown only if this percentage of it stands in atoms of its own."""

    false_discoveries: float = 0.05
    """Of units said to have changed on a vision, at most this share is expected not to have."""
    least_overlap: float = 0.7
    """Two rounds' units are compared only where at least this share of people by headcount was in both."""

    rate_eligible: int = 20
    """While a round is open, response rates are told of groups of at least this size."""
    rate_step: float = 5.0
    rate_people: int = 3
    """... in steps of so many per cent or so many people, whichever is wider."""

    fewest_comments: int = 30
    """Comments are read, and shown, only where at least this many people answered the same question in words."""

    smallest_item: int = 20
    """Item results, shares and what rests on only some of a vision's items need this many answers, alone and in all
    that can be computed from them."""
    people_a_band: int = 6
    """... and this many for each band that they are told in: 30 for five, but 20 for three."""
    smallest_band: int = 3
    """Fewer people than this are never told of as a band of their own."""
    share_step: int = 5
    """Shares are told to the nearest 5 per cent."""
    open_points: float = 5.0
    """Rounded shares must leave the mean of an item open over this many points: of 20 people, one person's range. What
    an item and the score that it is part of tell together is then never closer than that."""
    most_not_applicable: float = 25.0
    """An item that does not apply to more than this percentage of a group is not comparable there."""

    person_width: float = 50.0
    """A reader must stay uncertain of any one person's score over at least this many points."""
    hidden_width: float = 100.0
    """... and of the sum of a hidden group over at least one whole person's range."""


METHOD = Method()
