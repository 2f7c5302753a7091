"""The workshop page's server: answers line by line, nothing from outside, and nothing beside the page."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
import uvicorn
from stand_ins import FIGURES, FUTURE, gradual, quick
from starlette.responses import PlainTextResponse

from sim.app import answers, choices, hosts, taking
from sim.app import command as app_command
from sim.app import pool as pools
from sim.app.asked import LARGEST_BODY
from sim.app.challenge import assumptions
from sim.app.command import serve
from sim.app.reports import Reports, Step, file_name
from sim.app.routes import STATIC
from sim.app.server import make_app
from sim.app.streaming import NO_NUMBER
from sim.app.worker import Kind
from sim.problems import ScenarioError
from sim.scenario import load_scenario


@contextmanager
def serving(stand_in: Any) -> Iterator[int]:
    """The port of a server whose processes only pretend to simulate."""
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        patch.setattr(pools, "answer", stand_in)
        free.bind(("127.0.0.1", 0))
        app = make_app(pools.Pool(4, 1.0, 2))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield free.getsockname()[1]
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(quick) as number:
        while json.loads(asked(number, "GET", "/api/baseline")[1])["ready"] < 4:
            time.sleep(0.05)
        yield number


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[Any, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as link:
        sent = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
        link.request(method, path, sent, {"Content-Type": "application/json"} | headers)
        with link.getresponse() as response:
            return response, response.read().decode()


def question(**changes: Any) -> dict[str, Any]:
    lever = {"lever": "zero_hours_ban", "source": "zero_hours_ban", "strength": 1.0}
    return {"person": "somebody-1", "levers": [lever]} | changes


def test_an_answer_comes_line_by_line_until_all_draws_are_in(port):
    response, text = asked(port, "POST", "/api/answer", question())
    told = [json.loads(line) for line in text.splitlines()]
    assert response.status == 200
    assert [one["draws"] for one in told] == sorted(one["draws"] for one in told)
    assert told[-1]["draws"] == 4
    assert told[-1]["change"]["vacancies"]["mean"] == pytest.approx(1e-3)


def test_what_is_believed_without_a_package_is_told_anew_as_draws_become_ready():
    one = assumptions()[0]
    believed = {one.name: one.parameter.central}
    with serving(gradual) as number:
        response, text = asked(number, "POST", "/api/answer", question(levers=[], believed=believed))
    told = [json.loads(line) for line in text.splitlines()]
    assert response.status == 200
    assert len(told) > 1
    assert told[-1]["draws"] == 4


def test_however_many_packages_were_tried_a_question_is_answered(port):
    assert asked(port, "POST", "/api/answer", question(tried=5000))[0].status == 200


def test_what_is_wrong_with_a_question_is_told_field_by_field(port):
    response, text = asked(port, "POST", "/api/answer", question(person="x", tried=0))
    assert response.status == 400
    told = json.loads(text)["error"]
    assert told.startswith("person: String should have at least 8 characters; tried: ")
    assert "pydantic" not in told


def test_a_scenario_file_has_the_name_that_the_hand_out_says(port):
    name = "\u00c4rzte & Pflege"
    response, _ = asked(port, "POST", "/api/scenario", {"name": name, "levers": question()["levers"]})
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(file_name(name))}"
    assert file_name(name) == "\u00e4rzte_pflege.yaml"


def test_a_package_comes_back_as_a_scenario_file(port, tmp_path):
    _, text = asked(port, "POST", "/api/scenario", {"name": "Ours", "levers": question()["levers"]})
    (tmp_path / "ours.yaml").write_text(text)
    assert load_scenario(tmp_path / "ours.yaml").name == "Ours"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (question(person="x"), 400),
        (question(levers=[{"lever": "zero_hours_bann", "source": "zero_hours_ban", "strength": 1.0}]), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "../../etc/passwd", "strength": 1.0}]), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "zero_hours_ban", "strength": 9.0}]), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "zero_hours_ban", "strength": float("nan")}]), 400),
        (question(believed={"closure_bse": 0.0}), 400),
        (question(believed={"closure_base": 99.0}), 400),
        (question(levers=[{"lever": "zero_hours_ban", "source": "uploaded-nothing", "strength": 1.0}]), 400),
        (b"[" * 60_000, 400),
        (b" " * (LARGEST_BODY + 1), 413),
    ],
)
def test_what_is_no_question_is_refused(port, body, status):
    response, text = asked(port, "POST", "/api/answer", body)
    assert response.status == status
    assert "Traceback" not in text


def test_no_file_of_the_machine_is_read_as_a_package(port, tmp_path):
    """Neither what stands in it nor that it is there is told, even where it is a sound scenario."""
    secret, sound = tmp_path / "secret.txt", tmp_path / "sound.yaml"
    secret.write_text("word of the day: swordfish: again")
    sound.write_text(choices.as_file("Sound", [choices.Choice("zero_hours_ban", "zero_hours_ban", 1.0)]))
    for file in (secret, sound, tmp_path / "nothing.yaml"):
        lever = {"lever": "zero_hours_ban", "source": str(file), "strength": 1.0}
        response, text = asked(port, "POST", "/api/scenario", {"name": "Ours", "levers": [lever]})
        assert response.status == 400, file
        assert "no such lever" in text
        assert "swordfish" not in text


def test_a_hand_out_is_of_all_draws_or_says_why_there_is_none(port, monkeypatch):
    wanted = question(name="Ours", charted="vacancies")
    made: list[bytes] = []
    monkeypatch.setattr(taking, "handout", lambda told: made.append(b"%PDF") or b"%PDF")
    assert asked(port, "POST", "/api/handout", wanted)[1] == "%PDF"
    said: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(taking, "handout", lambda told: said.append(told.finding) or b"%PDF")
        for tried in (1, 4):
            asked(port, "POST", "/api/handout", wanted | {"tried": tried})
    assert said[0] == ""
    assert said[1].startswith("4 packages were tried: the best of many looks better than it is")

    async def stopped(self: Any, *what: Any) -> Any:
        raise pools.WorkersGone
        yield

    async def replaced(self: Any, *what: Any) -> Any:
        yield pools.Question(1, "one", (), Kind.PATH, (1, 2, 3, 4), {1: np.ones((FIGURES, FUTURE))})
        raise pools.GivenUp

    for ask, status, words in ((stopped, 503, "has stopped"), (replaced, 409, "another hand-out")):
        monkeypatch.setattr(pools.Pool, "ask", ask)
        response, text = asked(port, "POST", "/api/handout", wanted)
        assert response.status == status
        assert words in json.loads(text)["error"]
    assert len(made) == 1


def test_a_report_is_fetched_by_a_word_and_closed_off_from_the_page(port, tmp_path, monkeypatch):
    page, book = tmp_path / "report.html", tmp_path / "report.xlsx"
    page.write_text("<h1>Report</h1>")
    book.write_bytes(b"PK")

    async def made(self: Any, packages: Any, draws: int, scale: float, person: str) -> Any:
        assert [name for name, _ in packages] == ["Ours"]
        yield Step(0.0, "starting")
        yield Step(1.0, "done", page, book)

    monkeypatch.setattr(Reports, "make", made)
    wanted = {"person": "somebody-1", "packages": [{"name": "Ours", "levers": question()["levers"]}]}
    _, text = asked(port, "POST", "/api/report", wanted)
    first, last = (json.loads(line) for line in text.splitlines())
    assert first["doing"] == "starting"
    response, text = asked(port, "GET", f"/api/report/{last['report']}/report.html")
    assert response.status == 200
    assert text == "<h1>Report</h1>"
    rules = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "sandbox allow-scripts" in rules
    for path in ("else/report.html", f"{last['report']}/page.html", f"{last['report']}/..%2freport.html"):
        assert asked(port, "GET", f"/api/report/{path}")[0].status == 404, path


def test_a_page_from_elsewhere_cannot_pretend_to_be_this_one(port):
    for name in ("example.org", "192.0.2.1", "localhost.example.org", "[::", ""):
        assert asked(port, "GET", "/", Host=name)[0].status == 400, name
    for name in ("localhost", "LOCALHOST:80", f"127.0.0.1:{port}", "[::1]:80"):
        assert asked(port, "GET", "/", Host=name)[0].status == 200, name


@pytest.mark.parametrize(
    ("host", "own", "foreign"),
    [
        ("0.0.0.0", ["192.0.2.1:8765", "[2001:db8::1]", "room-pc", "room-pc.local", "localhost"], ["example.org"]),
        ("care.example.org", ["care.example.org", "192.0.2.1"], ["example.org", "room-pc.example.org", "1.example"]),
    ],
)
def test_other_machines_may_ask_by_address_and_by_this_ones_names_alone(host, own, foreign, monkeypatch):
    monkeypatch.setattr(hosts.socket, "gethostname", lambda: "Room-PC")

    async def status(name: str) -> int:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        async def page(scope: Any, receive: Any, send: Any) -> None:
            await PlainTextResponse("the page")(scope, receive, send)

        scope = {"type": "http", "method": "GET", "headers": [(b"host", name.encode())]}
        await hosts.Hosts(page, host)(scope, None, send)
        return int(told[0]["status"])

    assert {name: asyncio.run(status(name)) for name in own} == dict.fromkeys(own, 200)
    assert {name: asyncio.run(status(name)) for name in foreign} == dict.fromkeys(foreign, 400)


def test_a_figure_that_is_no_number_is_told_in_words(port, monkeypatch):
    monkeypatch.setattr(answers, "told", lambda *given: {"draws": 4, "change": float("nan")})
    _, text = asked(port, "POST", "/api/answer", question(person="no-number"))
    assert {json.loads(line)["error"] for line in text.splitlines()} == {NO_NUMBER}


def test_a_hand_out_that_nobody_waits_for_is_not_simulated_to_the_end(port, monkeypatch):
    served = []
    begin = pools._Worker.begin
    monkeypatch.setattr(pools._Worker, "begin", lambda *given: (served.append(given[1]), begin(*given)))
    printed = question(person="gone-home", name="Ours", charted="vacancy_rate")
    printed["levers"][0]["strength"] = 0.77
    body = json.dumps(printed).encode()
    with socket.create_connection(("127.0.0.1", port)) as link:
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}"
        link.sendall(f"POST /api/handout HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n\r\n".encode() + body)
        while not served:
            time.sleep(0.005)
    time.sleep(0.5)
    assert len(served) < 4


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_page_from_elsewhere_cannot_have_anything_simulated(port, kind):
    """Browsers send these kinds to other sites without asking them first; JSON they do not."""
    assert asked(port, "POST", "/api/answer", question(), **{"Content-Type": kind})[0].status == 415


def test_the_page_may_fetch_nothing_from_outside(port):
    response, text = asked(port, "GET", "/")
    assert response.status == 200
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert 'lang="en"' in text
    for file in STATIC.iterdir():
        urls = set(re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8")))
        assert urls <= {"http://www.w3.org/2000/svg"}, file


def test_nothing_beside_the_page_is_served(port):
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/server.py"):
        assert asked(port, "GET", path)[0].status == 404


def test_static_files_are_shipped():
    assert {file.suffix for file in STATIC.iterdir()} <= {".css", ".html", ".js"}
    assert Path(STATIC / "page.html").is_file()


@pytest.mark.parametrize("host", ["", "address.invalid", "http://x", "192.0.2.1", "\x00"])
def test_an_address_that_is_not_of_this_machine_is_refused_before_anything_is_promised(host, capsys):
    with pytest.raises(ScenarioError, match="--host"):
        serve(host, 8765, draws=2, scale=1.0, browser=False)
    assert capsys.readouterr().out == ""


def test_a_port_that_is_in_use_is_refused(port, capsys):
    with pytest.raises(ScenarioError, match=f"--port: {port} is in use"):
        serve("127.0.0.1", port, draws=2, scale=1.0, browser=False)
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="needs both versions of the Internet Protocol")
def test_at_every_address_the_one_that_is_announced_answers():
    with app_command._listening("::", 0) as link:
        with socket.create_connection(("127.0.0.1", link.getsockname()[1]), timeout=5):
            pass
        assert app_command._announced("::", link) == "127.0.0.1"
    with app_command._listening("::1", 0) as link:
        assert app_command._announced("::1", link) == "[::1]"
    assert app_command._announced("room-pc", link) == "room-pc"
