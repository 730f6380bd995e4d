"""Who may be the same person: found after a customer or an address is new, decided by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.db.models.functions import Reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib.time import now
from customers.domain import matching
from customers.domain.errors import CustomerError
from customers.domain.merge import merge
from customers.domain.people import actor_code, ids_of, living, living_ids
from customers.models import Customer, Identity, JoinProposal, Merge
from journal.domain.recording import record

MOST_CANDIDATES = 200  # rows of addresses looked at for one customer
MOST_SHOWN = 20
RARE = 5  # a name that so many customers of the pool share, at most, is a rare one
Reasons = Sequence[dict[str, str]]

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
    customer = living(customer)
    namesakes = _namesakes(customer)
    candidates = _candidates(customer) | set(namesakes)
    people = _people([customer.pk, *candidates])
    mine = people.pop(customer.pk)
    is_rare = len(namesakes) < RARE
    compared = {pk: matching.compare(mine, person, rare_name=is_rare) for pk, person in people.items()}
    alike = {pk: evidence for pk, evidence in compared.items() if evidence}
    strongest = sorted(alike, key=lambda pk: -sum(item.weight for item in alike[pk]))[:MOST_SHOWN]
    rows = Customer.objects.living().in_bulk(strongest) if strongest else {}
    reasons = {pk: [item.as_reason() for item in alike[pk]] for pk in strongest if pk in rows}
    try:
        return _propose_all(customer, reasons)
    except IntegrityError:  # somebody else asked about a pair between our look and our insert
        found = [propose(customer, rows[pk], why) for pk, why in reasons.items()]
        return [proposal for proposal in found if proposal is not None]


def _propose_all(customer: Customer, reasons: Mapping[int, Reasons]) -> list[JoinProposal]:
    """`propose` for many living others of the pool in two queries. Raises IntegrityError when a pair is just asked."""
    if not reasons:
        return []
    others = list(reasons)
    pairs = Q(customer_id=customer.pk, other_id__in=others) | Q(other_id=customer.pk, customer_id__in=others)
    with transaction.atomic():
        asked = list(JoinProposal.objects.filter(pairs))
        known = {pk for proposal in asked for pk in (proposal.customer_id, proposal.other_id)}
        new = []
        for pk in others:
            if pk not in known:
                first, second = sorted((customer.pk, pk))
                new.append(JoinProposal(customer_id=first, other_id=second, reasons=list(reasons[pk])))
        for made in JoinProposal.objects.bulk_create(new):
            _record_proposed(made)
    return [proposal for proposal in (*asked, *new) if proposal.state == JoinProposal.State.OPEN]


def _namesakes(customer: Customer) -> list[int]:
    """Others of the pool with exactly this name, a few at most: of a frequent name no more is to be learnt."""
    if len(matching.name_words(customer.name)) < 2:
        return []
    others = Customer.objects.living().filter(pool_id=customer.pool_id, name__ilike=customer.name)
    return list(others.exclude(pk=customer.pk).order_by("-pk").values_list("pk", flat=True)[: 4 * RARE])


def _candidates(customer: Customer) -> set[int]:
    """Ids of living customers worth comparing, found by indexed look-ups alone."""
    own = list(Identity.objects.filter(customer=customer).values_list("kind", "value")[:50])
    others = Identity.objects.filter(pool_id=customer.pool_id).exclude(customer=customer)
    others = others.annotate(reversed=Reverse("value"))
    ids: set[int] = set()
    full_name = len(matching.name_words(customer.name)) > 1
    mailboxes = {matching.mailbox(value) for _kind, value in own}
    is_dotted = any(value.endswith(matching.DOTTED) for _kind, value in own)
    for q in [_like(kind, value, full_name=full_name) for kind, value in own]:
        rows = others.filter(q).values_list(
            "customer_id", "customer__merged_into_id", "value", "customer__name"
        )
        ids.update(
            pk
            for pk, merged, value, name in rows[:MOST_CANDIDATES]
            if merged or is_dotted or _is_worth(customer.name, name, mailboxes, value)
        )
    if customer.organisation_id and customer.name:
        colleagues = Customer.objects.living().filter(organisation_id=customer.organisation_id)
        ids.update(colleagues.values_list("pk", flat=True)[:MOST_CANDIDATES])
    return set(living_ids(ids).values()) - {customer.pk} if ids else set()


def _is_worth(name: str, other_name: str, mailboxes: set[str], value: str) -> bool:
    """As `compare` begins, before the rest of them is read: of a big firm's colleagues hardly any are left."""
    return bool(matching.name_evidence(name, other_name)) or matching.mailbox(value) in mailboxes


def _like(kind: str, value: str, *, full_name: bool) -> Q:
    """Addresses that could belong to the same person, as prefixes that an index answers.

    A firm's other addresses are worth a look only with a full name to compare.
    """
    if kind == Identity.Kind.PHONE:
        return Q(kind=kind, value__startswith=value.partition(";")[0])
    if kind != Identity.Kind.EMAIL:
        return Q(pk__in=[])
    local, _at, domain = value.rpartition("@")
    local = local.partition("+")[0]
    q = Q(kind=kind, value__startswith=f"{local}@") | Q(kind=kind, value__startswith=f"{local}+")
    if local in matching.ROLE_BOXES or len(local) < 4:
        q = Q(kind=kind, value=f"{local}@{domain}") | Q(kind=kind, value__startswith=f"{local}+")
    if full_name and domain not in matching.PUBLIC_DOMAINS:
        q |= Q(kind=kind, reversed__startswith=f"@{domain}"[::-1])
    return q


def _people(ids: Iterable[int]) -> dict[int, matching.Person]:
    """What is compared, for many customers in two queries."""
    values: dict[int, dict[str, set[str]]] = {}
    wanted = list(ids)
    rows = Customer.objects.filter(pk__in=wanted).values_list("pk", "name", "organisation_id")
    known = Identity.objects.filter(customer__in=wanted).values_list("customer", "kind", "value")
    for pk, kind, value in known:
        values.setdefault(pk, {}).setdefault(kind, set()).add(value)
    return {
        pk: matching.Person(
            name=name,
            emails=frozenset(values.get(pk, {}).get(Identity.Kind.EMAIL, ())),
            phones=frozenset(values.get(pk, {}).get(Identity.Kind.PHONE, ())),
            numbers=frozenset(values.get(pk, {}).get(Identity.Kind.EXTERNAL, ())),
            organisation_id=organisation_id,
        )
        for pk, name, organisation_id in rows
    }


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
    rows = Customer.objects.select_related("organisation").prefetch_related("identities")
    rows = rows.annotate(order_count=Count("orders"))
    people = rows.in_bulk(list(alive.values()))
    shown: dict[int, Candidate] = {}
    for proposal in proposals:
        other = people[alive[counterpart[proposal.pk]]]
        if other.pk not in mine:
            shown.setdefault(other.pk, Candidate(proposal, other, in_words(proposal.reasons)))
    return list(shown.values())


def count_open_for(customer: Customer) -> int:
    """How many questions are open about this person. Two queries."""
    ids = ids_of(customer)
    asked = JoinProposal.objects.filter(Q(customer_id__in=ids) | Q(other_id__in=ids))
    return asked.filter(state=JoinProposal.State.OPEN).count()


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
