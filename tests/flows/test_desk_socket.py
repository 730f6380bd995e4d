"""The desk's socket on the running product: closed soon when rights go, and bounded for one who does not read."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.client import Client
from bench.processes import pss_mib
from tests.stacks import Stack, clean_environment, run_command

pytestmark = pytest.mark.slow

SEED = """
import json
from accounts.models import Brand, CustomerPool, Grant, Role, User
brand = Brand.objects.create(pool=CustomerPool.objects.create(name="Nordlicht"), name="Nordlicht", slug="nordlicht")
for name in ("kim", "lee"):
    user = User.objects.create_user(f"{name}@desk.test", "correct horse battery", name=name.title())
    Grant.objects.create(user=user, role=Role.objects.get(name="Agent"), brand=brand)
admin = User.objects.create_user("ada@desk.test", "correct horse battery", name="Ada")
Grant.objects.create(user=admin, role=Role.objects.get(name="Admin"))
print(json.dumps({"brand": brand.pk}))
"""
DEACTIVATE = """
from accounts.domain.people import deactivate
from accounts.models import User
deactivate(User.objects.get(email="lee@desk.test"), actor=User.objects.get(email="ada@desk.test"))
"""
FACTS, SIZE = 3000, 8000
FLOOD = """
import time
from carecenter.lib.realtime import push
for number in range({facts}):
    push(["brand-{brand}"], {{"name": "flood", "number": number, "brand": {brand}, "pad": "x" * {size}}})
    time.sleep(0.001)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, int]]:
    with Stack(tmp_path_factory.mktemp("socket") / "data") as stack:
        stack.start()
        yield stack, json.loads(shell(stack, SEED))["brand"]


def shell(stack: Stack, code: str) -> str:
    env = clean_environment(CARECENTER_DATA=str(stack.data), **stack.env)
    done = run_command("manage", "shell", "-v0", "-c", code, env=env, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def browser(stack: Stack, name: str) -> Client:
    return Client(stack.port).sign_in(f"{name}@desk.test", "correct horse battery")


def headers(stack: Stack, client: Client) -> dict[str, str]:
    return {"Cookie": f"sessionid={client.cookies['sessionid']}", "Origin": stack.address}


def desk(stack: Stack, client: Client) -> Any:
    address = f"ws://127.0.0.1:{stack.port}/ws/desk/"
    return connect(address, additional_headers=headers(stack, client), max_queue=None)


async def code_of(line: ClientConnection) -> int | None:
    """Why it was closed, once it is."""
    try:
        while True:
            await line.recv()
    except ConnectionClosed:
        return line.close_code


def test_signing_out_closes_the_socket_within_seconds(house: tuple[Stack, int]) -> None:
    stack, _ = house

    async def run() -> tuple[float, int | None, int | None]:
        client = await asyncio.to_thread(browser, stack, "kim")
        async with desk(stack, client) as line:
            form = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
            begun = time.monotonic()
            await asyncio.to_thread(client.post, "/accounts/sign-out/", form)
            code = await asyncio.wait_for(code_of(line), 5)
            seconds = time.monotonic() - begun
        async with desk(stack, client) as again:
            return seconds, code, await asyncio.wait_for(code_of(again), 5)

    seconds, code, later = asyncio.run(run())
    print(f"closed {seconds:.2f} s after signing out")
    assert seconds < 5
    assert later == 4401
    assert code == 4409


def test_somebody_deactivated_is_out_within_seconds(house: tuple[Stack, int]) -> None:
    stack, _ = house

    async def run() -> tuple[int | None, float]:
        client = await asyncio.to_thread(browser, stack, "lee")
        async with desk(stack, client) as line:
            closing = asyncio.ensure_future(code_of(line))
            await asyncio.to_thread(shell, stack, DEACTIVATE)
            begun = time.monotonic()  # the command has ended after its commit: this is not the whole wait
            return await asyncio.wait_for(closing, 5), time.monotonic() - begun

    code, seconds = asyncio.run(run())
    assert code == 4409
    assert seconds < 5


def asleep(stack: Stack, client: Client) -> socket.socket:
    """A socket that is opened and then never read, with little room of its own."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", stack.port))
    words = [
        "GET /ws/desk/ HTTP/1.1",
        f"Host: 127.0.0.1:{stack.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
    ]
    words += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"]
    words += [f"{name}: {value}" for name, value in headers(stack, client).items()]
    line.sendall("\r\n".join([*words, "", ""]).encode())
    assert line.recv(12) == b"HTTP/1.1 101"
    return line


def rest_of(line: socket.socket) -> int:
    """Bytes that still come until the other side has closed."""
    line.settimeout(40)
    count = 0
    try:
        while piece := line.recv(2**16):
            count += len(piece)
    except ConnectionResetError:
        pass
    return count


def test_one_who_does_not_read_is_dropped_and_costs_little(house: tuple[Stack, int]) -> None:
    stack, brand = house
    code = FLOOD.format(facts=FACTS, brand=brand, size=SIZE)

    async def run() -> tuple[int, int, float]:
        client = await asyncio.to_thread(browser, stack, "kim")
        sleeper = await asyncio.to_thread(asleep, stack, client)
        before = pss_mib([stack.pid("web")])
        heard = 0
        async with desk(stack, client) as line:
            flood = asyncio.ensure_future(asyncio.to_thread(shell, stack, code))
            while heard < FACTS:
                heard += json.loads(await asyncio.wait_for(line.recv(), 60))["name"] == "flood"
            await flood
        grown = pss_mib([stack.pid("web")]) - before
        return heard, await asyncio.to_thread(rest_of, sleeper), grown

    heard, rest, grown = asyncio.run(run())
    print(
        f"of {FACTS * SIZE:,} bytes {rest:,} were kept for who slept; the web process grew by {grown:.1f} MiB"
    )
    assert heard == FACTS
    assert rest < FACTS * SIZE / 2
    assert grown < 20
