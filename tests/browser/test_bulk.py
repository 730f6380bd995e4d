"""Many tickets at once, merging, splitting and snoozing, as people do them: by mouse and by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from tests.browser.conftest import until
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.browser.test_desk import WRITERS, fits
from tests.factories.customers import CustomerFactory
from tickets.domain.assignment import claim_unassigned
from tickets.domain.bulk import step
from tickets.models import BulkItem, BulkJob, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(mail: Callable[..., Ticket], brand: Brand, alice: User) -> list[Ticket]:
    """Five tickets in alice's list; the last two are of one person."""
    people = [
        CustomerFactory(pool=brand.pool, name=name, email=f"c{len(name)}@example.net")
        for name, *_rest in WRITERS
    ]
    made = [
        mail(person, subject, text, html)
        for person, (_name, subject, text, html) in zip(people, WRITERS, strict=True)
    ]
    made.append(mail(people[-1], "Glasses: here is the photo I forgot", "See the two broken ones."))
    for ticket in made:
        claim_unassigned(ticket.pk, agent=alice)
    return made


def box(page: Any, ticket: Ticket) -> Any:
    return page.locator(f'[data-pick-row="{ticket.pk}"]')


def finish(page: Any) -> None:
    """A job begun on the page runs at once in tests."""
    until(page, "document.querySelector('[data-close-bulk]') !== null")


def test_ticking_rows_and_setting_the_priority(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    page = open_page(alice, "/desk/?view=mine")
    rows = page.locator("[data-pick-row]")
    rows.nth(0).check(force=True)
    rows.nth(3).click(modifiers=["Shift"], force=True)
    assert page.locator("[data-picked-count]").inner_text() == "4 selected"
    picture(page, "bulk-picked-light")
    assert axe(page) == []
    page.get_by_role("button", name="Set the priority…").click()
    picture(page, "bulk-picker-light")
    page.get_by_role("menuitem", name="Urgent").click()
    finish(page)
    assert page.get_by_role("status").filter(has_text="4 tickets changed").is_visible()
    until(page, "document.querySelectorAll('.row-item .chip[data-tone=red]').length === 4")
    picture(page, "bulk-done-light")
    page.get_by_role("button", name="Undo").click()
    until(page, "document.querySelector('.bulk-card')?.innerText.includes('4 tickets are as they were')")
    until(page, "document.querySelectorAll('.row-item .chip[data-tone=red]').length === 0")
    assert set(Ticket.objects.values_list("priority", flat=True)) == {2}


def test_progress_is_watched_and_stopped(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    """With a job whose worker takes its time: its rows without the event that wakes one."""
    job = BulkJob.objects.create(user=alice, verb="tag", arguments={"tag": "spring-sale"}, total=5)
    BulkItem.objects.bulk_create(BulkItem(job=job, ticket=ticket) for ticket in desk)
    page = open_page(alice, f"/desk/tickets/{desk[0].pk}/?view=mine")
    page.evaluate(f"sessionStorage.setItem('bulk-job', '/desk/bulk/{job.pk}/')")
    page.reload()
    until(page, "document.querySelector('.bulk-card')?.innerText.includes('5 of 5 left')")
    step(job.pk)
    step(job.pk)
    until(page, "document.querySelector('.bulk-card')?.innerText.includes('3 of 5 left')")
    picture(page, "bulk-running-light")
    assert axe(page) == []
    page.get_by_role("button", name="Stop").click()
    until(page, "document.querySelector('.bulk-card').innerText.includes('3 tickets were not touched')")
    picture(page, "bulk-stopped-light")
    assert not step(job.pk)


def test_by_keyboard_alone(open_page: Any, desk: list[Ticket], alice: User, bob: User) -> None:
    page = open_page(alice, "/desk/?view=mine")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    until(page, "document.querySelector('[data-picked-count]').innerText === '2 selected'")
    page.locator("#bulk-bar [data-key=bulk-assign]").focus()
    page.keyboard.press("Enter")
    until(page, "document.getElementById('picker').open")
    page.keyboard.type("Bob")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    finish(page)
    assert Ticket.objects.filter(assignee=bob).count() == 2
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    assert page.locator("#bulk-bar").is_hidden()


def test_failures_are_shown_with_their_reasons(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    page = open_page(alice, "/desk/?view=all", theme="dark")
    page.locator("[data-select-mode]").click()
    page.get_by_role("button", name="Clear the selection").count()
    for ticket in desk[:3]:
        box(page, ticket).check(force=True)
    page.get_by_role("button", name="Set the status…").click()
    Ticket.objects.filter(pk=desk[0].pk).update(status="closed")
    page.get_by_role("menuitem", name="Waiting for customer").click()
    finish(page)
    assert page.locator(".bulk-failures li").count() == 1
    picture(page, "bulk-failures-dark")
    assert axe(page) == []


def test_ticks_stay_when_rows_are_drawn_anew(open_page: Any, desk: list[Ticket], alice: User) -> None:
    page = open_page(alice, "/desk/?view=mine")
    box(page, desk[1]).check(force=True)
    Ticket.objects.filter(pk=desk[1].pk).update(priority=4, version=99)
    page.evaluate(
        "pk => document.body.dispatchEvent("
        "new CustomEvent('ticket-changed', {detail: {ticket: pk}, bubbles: true}))",
        desk[1].pk,
    )
    until(page, f"document.querySelector('#row-{desk[1].pk} .chip[data-tone=red]') !== null")
    assert box(page, desk[1]).is_checked()
    page.locator('[data-view-link="all"]').first.click()
    settle(page)
    assert page.locator("#bulk-bar").is_hidden()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_picking_looks_right(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any, size: str, theme: str
) -> None:
    page = open_page(alice, "/desk/?view=mine", size=size, theme=theme)
    page.locator("[data-select-mode]").click()
    for ticket in desk[1:3]:
        box(page, ticket).check()
    assert fits(page)
    picture(page, f"bulk-bar-{size}-{theme}")
    assert axe(page) == []


def test_merge_from_the_ticket_and_undo(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    gone, kept = desk[4], desk[3]
    page = open_page(alice, f"/desk/tickets/{gone.pk}/?view=mine")
    page.keyboard.press("m")
    until(page, "document.getElementById('action-dialog').open")
    picture(page, "merge-dialog-light")
    assert axe(page, "#action-dialog") == []
    assert page.get_by_role("button", name="Merge", exact=True).is_disabled()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Merge", exact=True).click()
    until(page, f"document.querySelector('#ticket-pane').dataset.ticket === '{kept.pk}'")
    assert page.url.endswith(f"/desk/tickets/{kept.pk}/")
    until(page, "document.querySelectorAll('#conversation .message').length === 2")
    picture(page, "merged-light")
    page.locator(".toast-card").get_by_role("button", name="Undo").click()
    until(page, "document.querySelectorAll('#conversation .message').length === 1")
    assert Ticket.objects.get(pk=gone.pk).merged_into is None


def test_merging_what_is_ticked(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    page = open_page(alice, "/desk/?view=mine", size="phone")
    page.locator("[data-select-mode]").click()
    for ticket in desk[2:5]:
        box(page, ticket).check()
    page.get_by_role("button", name="Merge…").click()
    until(page, "document.getElementById('action-dialog').open")
    picture(page, "bulk-merge-phone")
    assert axe(page, "#action-dialog") == []
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Merge", exact=True).click()
    finish(page)
    picture(page, "bulk-merged-phone")
    assert Ticket.objects.filter(merged_into=desk[3]).count() == 2


def test_old_address_shows_the_living_ticket(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    from tickets.domain.merging import merge

    merge(desk[4], into=desk[3], actor=alice)
    page = open_page(alice, f"/desk/tickets/{desk[4].pk}/", theme="dark")
    assert page.locator(".note-line").inner_text() == f"#{desk[4].number} was merged into this ticket."
    picture(page, "merged-note-dark")
    assert axe(page) == []
    page.locator(".event-line").get_by_role("button", name="Undo").click()
    until(page, "document.querySelectorAll('#conversation .message').length === 1")


def test_split_off_a_message(
    open_page: Any, mail: Callable[..., Ticket], desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    ticket = desk[0]
    mail(ticket.customer, "Re: sign in", "And please send me an invoice for May.", ticket=ticket)
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/?view=mine")
    action = page.locator(".message-action").last
    action.focus()
    picture(page, "message-action-light")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('action-dialog').open")
    page.get_by_label("Subject of the new ticket").fill("Invoice for May")
    picture(page, "split-dialog-light")
    assert axe(page, "#action-dialog") == []
    page.get_by_role("button", name="Split off").click()
    until(page, "document.querySelector('#ticket-head h1').innerText === 'Invoice for May'")
    picture(page, "split-light")
    page.locator(".event-line").get_by_role("button", name="Undo").click()
    until(page, f"document.querySelector('#ticket-pane').dataset.ticket === '{ticket.pk}'")
    assert ticket.messages.count() == 2


def test_snooze_by_keyboard_and_undo(
    open_page: Any, desk: list[Ticket], alice: User, picture: Any, axe: Any
) -> None:
    ticket = desk[2]
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/?view=mine")
    page.keyboard.press("z")
    until(page, "document.getElementById('picker').open")
    picture(page, "snooze-picker-light")
    page.keyboard.type("Tomorrow")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#ticket-head .chip') !== null")
    until(page, "document.querySelector('.toast-card') !== null")
    picture(page, "snoozed-light")
    assert axe(page) == []
    page.locator(".toast-card").get_by_role("button", name="Undo").click()
    until(page, "document.querySelector('#ticket-head .chip') === null")
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None
    page.keyboard.press("z")
    until(page, "document.getElementById('picker').open")
    page.get_by_role("menuitem", name="Choose day and time…").click()
    until(page, "document.getElementById('action-dialog').open")
    picture(page, "snooze-own-light")
    assert axe(page, "#action-dialog") == []
    page.locator("#action-dialog").get_by_role("button", name="Snooze").click()
    until(page, "document.querySelector('#ticket-head .chip') !== null")
