"""Who may be the same person: found after a customer or an address is new, decided by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerPool, User
from carecenter.lib.statements import Given, Text
from carecenter.lib.time import now
from customers.domain.errors import CustomerError
from customers.domain.look_alikes import look_alikes
from customers.domain.merge import merge
from customers.domain.people import IDENTITIES_IN_ORDER, actor_code, ids_of, ids_of_all, living, living_ids
from customers.domain.search import MOST
from customers.models import Customer, JoinProposal, Merge
from journal.domain.recording import record, recorded_together

MOST_SHOWN = 20
Reasons = Sequence[dict[str, str]]
OPEN = Text(
    "SELECT count(*) FROM customers_joinproposal"
    " WHERE state = 'open' AND (customer_id = ANY(%s) OR other_id = ANY(%s))",
    [Given("ids"), Given("ids")],
)

WORDS: dict[str, Promise] = {
    "same_name": _("Same name"),
    "near_name": _("Nearly the same name"),
    "rare_name": _("Hardly anybody else is called so"),
    "same_mailbox": _("Same mailbox"),
    "same_email": _("Our systems give both the same e-mail address"),
    "same_external": _("Our systems give both the same customer number"),
    "typed_email": _("Gave the other's e-mail address, without proof"),
    "near_email": _("Nearly the same e-mail address"),
    "same_local_part": _("Same name before the @"),
    "same_domain": _("Same firm by e-mail address"),
    "same_phone": _("Same phone number"),
    "same_organisation": _("Same organisation"),
}


@dataclass(frozen=True)
class Candidate:
    """An open question about a customer: the other person as they are today, and why we ask."""

    proposal: JoinProposal
    other: Customer
    reasons: list[tuple[str, str]]  # words, detail


@dataclass(frozen=True)
class Pair:
    """An open question: two people as they are today, and why we ask."""

    one: Customer
    other: Customer
    reasons: list[tuple[str, str]]  # words, detail


def propose(one: Customer, two: Customer, reasons: Reasons) -> JoinProposal | None:
    """Ask once for each pair; what somebody decided is never asked again. None when there is nothing to ask."""
    first, second = sorted({living(one).pk, living(two).pk} | {0})[-2:]
    if not first or one.pool_id != two.pool_id:
        return None
    with transaction.atomic():
        made, created = JoinProposal.objects.get_or_create(
            customer_id=first, other_id=second, defaults={"reasons": list(reasons)}
        )
        if created:
            _record_proposed(made)
    return made if made.state == JoinProposal.State.OPEN else None


def _record_proposed(made: JoinProposal) -> None:
    record(
        "customer.join_proposed",
        actor=actor_code(None),
        customer_id=made.customer_id,
        subject=f"proposal:{made.pk}",
    )


def find_matches(customer: Customer) -> list[JoinProposal]:
    """Compare with everybody of the pool who shares something of name, address or organisation; propose.

    At most the MOST_SHOWN strongest: a page shows no more, and the hundredth employee of a firm is no question.
    """
    return find_matches_of([customer])


def find_matches_of(customers: Iterable[Customer]) -> list[JoinProposal]:
    """`find_matches` for a handful of people, in as many queries as for one."""
    people = list({one.pk: one for one in map(living, customers)}.values())
    strongest = {
        pk: dict(sorted(alike.items(), key=lambda pair: -sum(item.weight for item in pair[1]))[:MOST_SHOWN])
        for pk, alike in look_alikes(people).items()
    }
    reasons = {
        (pk, other): [item.as_reason() for item in evidence]
        for pk, alike in strongest.items()
        for other, evidence in alike.items()
    }
    try:
        return _propose_all(reasons)
    except IntegrityError:  # somebody else asked about a pair between our look and our insert
        rows = Customer.objects.in_bulk({pk for pair in reasons for pk in pair})
        found = [propose(rows[one], rows[two], why) for (one, two), why in reasons.items()]
        return [proposal for proposal in found if proposal is not None]


def _propose_all(reasons: Mapping[tuple[int, int], Reasons]) -> list[JoinProposal]:
    """`propose` for pairs of living people of one pool in two queries. Raises IntegrityError for one just asked."""
    if not reasons:
        return []
    wanted: dict[tuple[int, int], Reasons] = {}
    for pair, why in reasons.items():
        wanted.setdefault((min(pair), max(pair)), why)
    first, second = ({pair[place] for pair in wanted} for place in (0, 1))
    with transaction.atomic():
        rows = JoinProposal.objects.filter(customer__in=first, other__in=second)
        asked = {(row.customer_id, row.other_id): row for row in rows}
        new = [
            JoinProposal(customer_id=pair[0], other_id=pair[1], reasons=list(why))
            for pair, why in wanted.items()
            if pair not in asked
        ]
        with recorded_together():
            for made in JoinProposal.objects.bulk_create(new):
                _record_proposed(made)
    found = [*(row for pair, row in asked.items() if pair in wanted), *new]
    return [proposal for proposal in found if proposal.state == JoinProposal.State.OPEN]


def open_for(customer: Customer, ids: list[int] | None = None) -> list[Candidate]:
    """Open questions about this person, whichever of their rows they were asked of. One a living counterpart."""
    ids = ids if ids is not None else ids_of(customer)
    asked = JoinProposal.objects.filter(
        Q(customer_id__in=ids) | Q(other_id__in=ids), state=JoinProposal.State.OPEN
    )
    proposals = list(asked.order_by("-pk")[:MOST_SHOWN])
    if not proposals:
        return []
    mine = set(ids)
    counterpart = {p.pk: p.other_id if p.customer_id in mine else p.customer_id for p in proposals}
    alive = living_ids(counterpart.values())
    rows = Customer.objects.select_related("organisation").prefetch_related(IDENTITIES_IN_ORDER)
    rows = rows.annotate(order_count=Count("orders"))
    people = rows.in_bulk(list(alive.values()))
    shown: dict[int, Candidate] = {}
    for proposal in proposals:
        other = people[alive[counterpart[proposal.pk]]]
        if other.pk not in mine:
            shown.setdefault(other.pk, Candidate(proposal, other, in_words(proposal.reasons)))
    return list(shown.values())


def open_questions(
    pools: QuerySet[CustomerPool], people: QuerySet[Customer] | None = None
) -> QuerySet[JoinProposal]:
    """Of these pools; with one of these people on either side, whichever of their rows was asked of.

    At most `MOST` people are looked for, the newest. Both sides of a question are of one pool.
    """
    asked = JoinProposal.objects.filter(customer__pool__in=pools, state=JoinProposal.State.OPEN)
    if people is None:
        return asked
    ids = ids_of_all(people.order_by("-pk").values_list("pk", flat=True)[:MOST])
    return asked.filter(Q(customer_id__in=ids) | Q(other_id__in=ids))


def pairs_of(proposals: Sequence[JoinProposal]) -> list[Pair]:
    """Both sides as they are today, each two people once, none that have become one. Four queries, however many."""
    alive = living_ids({pk for one in proposals for pk in (one.customer_id, one.other_id)})
    rows = Customer.objects.select_related("organisation").prefetch_related(IDENTITIES_IN_ORDER)
    people = rows.in_bulk(set(alive.values()))
    shown: dict[frozenset[int], Pair] = {}
    for asked in proposals:
        one, other = alive[asked.customer_id], alive[asked.other_id]
        if one != other:
            pair = Pair(people[one], people[other], in_words(asked.reasons))
            shown.setdefault(frozenset((one, other)), pair)
    return list(shown.values())


def count_open_for(ids: list[int]) -> int:
    """How many questions are open about the person whose rows these are."""
    with connection.cursor() as cursor:
        cursor.execute(*OPEN.ready(connection, {"ids": ids}))
        (count,) = cursor.fetchone()
    return int(count)


def in_words(reasons: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """[(what speaks for it, the address or domain)] in the reader's language; codes we no longer know are left out."""
    return [(str(WORDS[r["code"]]), str(r.get("detail", ""))) for r in reasons if r.get("code") in WORDS]


def join(proposal: JoinProposal, *, kept: Customer, actor: User) -> Merge:
    """ "Same person": merge the two, whoever they are today, into `kept`. Raises CustomerError, CannotMerge."""
    one, two = living(proposal.customer), living(proposal.other)
    if kept.pk not in {one.pk, two.pk}:
        raise CustomerError(_("This customer is not part of the question."))
    return merge(kept, two if kept.pk == one.pk else one, actor=actor)


def dismiss(proposal: JoinProposal, *, actor: User) -> None:
    """ "Not the same person", for every open question between any rows of these two."""
    ones, twos = ids_of(proposal.customer_id), ids_of(proposal.other_id)
    between = Q(customer_id__in=ones, other_id__in=twos) | Q(customer_id__in=twos, other_id__in=ones)
    with transaction.atomic():
        asked = JoinProposal.objects.filter(between, state=JoinProposal.State.OPEN)
        changed = asked.update(state=JoinProposal.State.DISMISSED, decided_by=actor, decided_at=now())
        if changed:
            record(
                "customer.join_dismissed",
                actor=actor_code(actor),
                customer_id=proposal.customer_id,
                subject=f"proposal:{proposal.pk}",
            )
