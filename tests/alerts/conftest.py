"""A small installation after a run, and servers on this machine to be told by it: SMTP and HTTP, good and bad."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import duckdb
import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orchestration.alerts import send_alerts
from orchestration.installation.paths import Home
from orchestration.installation.run_record import RunRecord

TOWN, OTHER, THIRD = "623021100000", "623021101000", "623021102000"
# Nothing of these may ever be in an alert.
CANARIES = ("CANARY-RECORD-7", "CANARY-FILE", "CANARY-CASE-9")
TIMEOUT = 0.6


@dataclass
class County:
    """An installation whose ledger, edition and runs are set by the test."""

    home: Home
    failing: dict[tuple[str, str], int] = field(default_factory=dict)
    missing: set[tuple[str, str, str]] = field(default_factory=set)
    due: dict[tuple[str, str], int] = field(default_factory=dict)
    is_synthetic: bool = False
    runs: int = 0

    def write_ledger(self) -> None:
        self.home.quality.mkdir(parents=True, exist_ok=True)
        rows = [
            (rule, "gpl_resident", f"{CANARIES[0]}-{number}", town, CANARIES[1], None, False)
            for (rule, town), count in self.failing.items()
            for number in range(count)
        ]
        rows.append(("gone_rule", "gpl_resident", CANARIES[0], TOWN, CANARIES[1], dt.date(2026, 10, 1), False))
        rows.append(("waived_rule", "gpl_resident", CANARIES[0], TOWN, CANARIES[1], None, True))
        with duckdb.connect() as connection:
            connection.execute(
                "create table ledger (rule_id text, source text, record_ref text, division_code text,"
                " source_file text, resolved_on date, is_waived boolean)"
            )
            connection.executemany("insert into ledger values (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.execute(f"copy ledger to '{self.home.quality / 'ledger.parquet'}'")

    def write_edition(self, *, without: str | None = None) -> None:
        folder = self.home.editions / f"edition{time.monotonic_ns()}"
        folder.mkdir(parents=True)
        tables = {
            "dim_division": (
                "division_code text, division_name text, division_name_en text",
                [(TOWN, "城关镇", "Chengguan"), (OTHER, "新城镇", "Xincheng"), (THIRD, "古战镇", None)],
            ),
            "dim_indicator": (
                "indicator_code text, name_zh text, name_en text",
                [("inquiry_on_time", "协查按期办结率", "Inquiries on time")],
            ),
            "dim_rule": (
                "rule_id text, text_zh text, text_en text, severity text",
                [
                    ("gpl_id_valid", "身份号码无效", "The identity number is not valid", "error"),
                    ("gpl_volume", "行数异常", "The number of rows is unusual", "warning"),
                ],
            ),
            "fct_delivery": (
                "division_code text, source text, period_start date, state text, file_name text",
                [(town, source, f"{month}-01", "missing", CANARIES[1]) for town, source, month in self.missing]
                + [(TOWN, "system_login", "2026-09-01", state, CANARIES[1]) for state in ("delivered", "late")],
            ),
            "fct_open_case": (
                "source text, case_ref text, division_code text, indicator_code text, due_at timestamp,"
                " hours_left double, state text",
                [
                    ("exchange_message", f"{CANARIES[2]}-{number}", f"{town[:9]}201", "inquiry_on_time",
                     f"{day} 23:59:59", 23.0, "open")
                    for (town, day), count in self.due.items()
                    for number in range(count)
                ]
                + [
                    ("exchange_message", CANARIES[2], TOWN, "inquiry_on_time", "2026-11-01 23:59:59", -24.0, "overdue"),
                    ("exchange_message", CANARIES[2], TOWN, "inquiry_on_time", "2026-11-30 23:59:59", 400.0, "open"),
                ],
            ),
            "fct_batch": ("batch_id text, is_synthetic boolean", [("b", self.is_synthetic)]),
        }  # fmt: skip
        with duckdb.connect(folder / "shuangbai.duckdb") as connection:
            for name, (columns, rows) in tables.items():
                if name != without:
                    connection.execute(f"create table {name} ({columns})")
                    for row in rows:
                        connection.execute(f"insert into {name} values ({', '.join('?' * len(row))})", row)
        link = self.home.editions / "next"
        link.symlink_to(folder.name)
        link.rename(self.home.current_edition)

    def write(self) -> None:
        self.write_ledger()
        self.write_edition()

    def run(self, state: str = "published", reasons: tuple[dict, ...] = ()) -> RunRecord:
        """One run's end: what did not arrive is in its `alerts`."""
        self.runs += 1
        record = RunRecord.begin(self.home)
        record.state, record.reasons, record.edition = state, list(reasons), f"edition{self.runs}"
        send_alerts(self.home, record)
        return record

    def configure(self, *channels: dict, **others: object) -> None:
        settings = {"timeout_seconds": TIMEOUT, "channels": list(channels)} | others
        self.home.root.mkdir(parents=True, exist_ok=True)
        self.home.alerts.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def county(tmp_path, monkeypatch) -> County:
    """Two townships with failing rows, one delivery missing, one deadline near."""
    monkeypatch.delenv("SHUANGBAI_WORKBENCH_URL", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    county = County(
        Home(tmp_path / "home"),
        failing={("gpl_id_valid", TOWN): 2, ("gpl_id_valid", OTHER): 5, ("gpl_volume", TOWN): 1},
        missing={(OTHER, "padis_resident", "2026-10")},
        due={(TOWN, "2026-11-16"): 3},
    )
    county.write()
    return county


class Robot(ThreadingHTTPServer):
    """A group robot that keeps what it is sent and answers as it is told: `ok`, a status, an error, or never."""

    daemon_threads = True

    def __init__(self, answer: str = "ok", context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _RobotHandler)
        self.answer, self.requests = answer, []
        self.ends = threading.Event()
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.address = f"{'https' if context else 'http'}://127.0.0.1:{self.server_port}/send?key=hidden-key"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def received(self) -> list[dict]:
        return [json.loads(body) for _, body in self.requests]

    def handle_error(self, *_: object) -> None:
        """A caller that hangs up is what some tests are about."""


class _RobotHandler(BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, body))
        answer = self.server.answer
        if answer == "hang":
            self.server.ends.wait(20)
            return
        status = int(answer) if answer.isdigit() else 200
        said = {"ok": b'{"errcode":0,"errmsg":"ok"}', "refuse": b'{"errcode":93000,"errmsg":"hidden-key"}'}
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", self.server.elsewhere)
        self.end_headers()
        if answer == "drip":
            while not self.server.ends.wait(TIMEOUT / 4):
                self.wfile.write(b" ")
                self.wfile.flush()
            return
        self.wfile.write(said.get(answer, b"<html>log in</html>"))

    def do_GET(self) -> None:
        """What a caller makes of a redirect that it follows."""
        self.server.requests.append((self.path, b"{}"))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"errcode":0}')

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def robots():
    """Makes robots, and ends them."""
    made: list[Robot] = []

    def make(*arguments: object) -> Robot:
        made.append(Robot(*arguments))
        return made[-1]

    yield make
    for robot in made:
        robot.ends.set()
        robot.shutdown()
        robot.server_close()


class Postbox:
    """What an SMTP server was given, and whom it refuses."""

    def __init__(self) -> None:
        self.messages: list[SimpleNamespace] = []
        self.refused: tuple[str, ...] = ()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(
            SimpleNamespace(
                to=list(envelope.rcpt_tos), content=envelope.content, has_turned_secure=session.ssl is not None,
                greeting=session.host_name,
            )
        )  # fmt: skip
        return "250 OK"


class _Implicit(Controller):
    """aiosmtpd's own controller tries whether it answers without TLS; asking for a connection is enough."""

    def _trigger_server(self) -> None:
        socket.create_connection((self.hostname, self.port), timeout=5).close()


@pytest.fixture
def post_office(certificates):
    """Starts SMTP servers: plain, starttls or tls, with a login if one is given."""
    running: list[Controller] = []

    def start(security: str = "plain", login: tuple[str, str] | None = None) -> tuple[Postbox, int]:
        postbox = Postbox()

        def authenticate(server, session, envelope, mechanism, data):
            given = (data.login.decode(), data.password.decode())
            return AuthResult(success=given == login, auth_data=given[0], handled=False)

        options: dict[str, object] = {"hostname": "127.0.0.1", "port": free_port()}
        if login:
            options |= {
                "authenticator": authenticate,
                "auth_required": True,
                "auth_require_tls": security == "starttls",
            }
        if security == "starttls":
            options |= {"tls_context": certificates.context, "require_starttls": True}
        if security == "tls":
            options |= {"ssl_context": certificates.context}
        controller = (_Implicit if security == "tls" else Controller)(postbox, **options)
        controller.start()
        running.append(controller)
        return postbox, controller.port

    yield start
    for controller in running:
        controller.stop(no_assert=True)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def silent_port():
    """A server that accepts and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> SimpleNamespace:
    """A server's certificate that signs itself: `context` for the server, `file` for who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificates")
    file, key_file = folder / "server.pem", folder / "key.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return SimpleNamespace(context=context, file=str(file))


@pytest.fixture
def channel(monkeypatch):
    """Settings of a channel to a robot, its address in an environment variable."""

    def make(kind: str, address: str, name: str = "group", secret: str | None = None, **others: object) -> dict:
        variable = f"TEST_ADDRESS_{name.upper()}"
        monkeypatch.setenv(variable, address)
        settings: dict[str, object] = {"kind": kind, "name": name, "url_variable": variable}
        if secret:
            monkeypatch.setenv("TEST_SECRET", secret)
            settings["secret_variable"] = "TEST_SECRET"
        return settings | others

    return make


def mail(port: int, security: str = "plain", **others: object) -> dict:
    """Settings of a channel to an SMTP server on this machine."""
    return {
        "kind": "email", "name": "mail", "host": "127.0.0.1", "port": port, "security": security,
        "sender": "shuangbai@county.example", "recipients": ["quality@county.example"],
    } | others  # fmt: skip


@pytest.fixture(name="mail")
def mail_settings():
    return mail


@pytest.fixture
def everything_said(county):
    """All that a test's runs wrote about alerts."""

    def read(record: RunRecord) -> str:
        record.finish(county.home)
        logs = [file.read_text(encoding="utf-8") for file in sorted(county.home.logs.glob("*"))]
        return county.home.run_record.read_text(encoding="utf-8") + "".join(logs)

    return read
