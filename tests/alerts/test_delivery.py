"""Messages on the wire: what arrives, and what is said when it does not."""

from __future__ import annotations

import email
import email.policy
import shutil
import socket
import subprocess
import time
from urllib.parse import parse_qs, urlsplit

import pytest

TIMEOUT = 0.6


def trouble(record) -> str:
    """What did not arrive, in Chinese; blank if everything did."""
    assert all(note["zh"] and note["en"] for note in record.alerts)
    return "".join(note["zh"] for note in record.alerts)


# E-mail


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_a_mail_arrives(county, post_office, mail, certificates, security):
    postbox, port = post_office(security)
    trust = {} if security == "plain" else {"ca_file": certificates.file}
    recipients = ["quality@county.example", "head@county.example"]
    county.configure(mail(port, security, recipients=recipients, **trust))
    assert not trouble(county.run())
    (sent,) = postbox.messages
    assert sent.to == recipients and sent.has_turned_secure == (security == "starttls")
    assert sent.greeting == "county.example", "not the name of this machine"
    message = email.message_from_bytes(sent.content, policy=email.policy.default)
    assert message["Subject"] == "双百数据质量：新出现 1 类错误，缺报 1 份，3 件即将到期"
    assert message["From"] == "shuangbai@county.example" and message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@county.example>") and socket.gethostname() not in str(message.items())
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    line = "身份号码无效：7 行（新城镇 5、城关镇 2）"
    assert f"· {line}" in plain and f"<li>{line}</li>" in html
    assert "http" not in html and "src=" not in html, "nothing to load"


def test_html_holds_what_is_said_and_no_markup_of_it(county, post_office, mail):
    postbox, port = post_office()
    county.configure(mail(port))
    county.run("blocked", ({"zh": "<b>甲</b>", "en": "a"},))
    message = email.message_from_bytes(postbox.messages[0].content, policy=email.policy.default)
    assert "&lt;b&gt;甲&lt;/b&gt;" in message.get_body(("html",)).get_content()


@pytest.mark.parametrize(("password", "state"), [("right", "sent"), ("wrong", "failed")])
def test_a_login_is_the_value_of_a_variable(
    county, post_office, mail, certificates, monkeypatch, everything_said, password, state
):
    monkeypatch.setenv("TEST_PASSWORD", password)
    postbox, port = post_office("starttls", ("clerk", "right"))
    login = {"username": "clerk", "password_variable": "TEST_PASSWORD", "ca_file": certificates.file}
    county.configure(mail(port, "starttls", **login))
    record = county.run()
    assert len(postbox.messages) == (state == "sent")
    assert ("用户名或密码" in trouble(record)) == (state == "failed")
    assert password not in everything_said(record)


def test_a_variable_that_is_not_set_is_named(county, post_office, mail, certificates, monkeypatch):
    monkeypatch.delenv("TEST_PASSWORD", raising=False)
    _, port = post_office("starttls", ("clerk", "right"))
    login = {"username": "clerk", "password_variable": "TEST_PASSWORD", "ca_file": certificates.file}
    county.configure(mail(port, "starttls", **login))
    assert "没有设置环境变量 TEST_PASSWORD。" in trouble(county.run())


def test_who_has_it_does_not_get_it_again_because_another_was_refused(county, post_office, mail):
    postbox, port = post_office()
    postbox.refused = ("gone@county.example",)
    county.configure(mail(port, recipients=["quality@county.example", "gone@county.example"]))
    assert "已发送，但有 1 个收件人被服务器拒绝。" in trouble(county.run())
    assert not trouble(county.run()) and len(postbox.messages) == 1


def test_a_server_that_refuses_all_is_asked_again(county, post_office, mail):
    postbox, port = post_office()
    postbox.refused = ("quality@county.example",)
    county.configure(mail(port))
    assert "服务器不接受任何收件人。" in trouble(county.run())
    postbox.refused = ()
    assert not trouble(county.run())


@pytest.mark.parametrize(
    ("served", "asked", "is_trusted"),
    [("plain", "tls", True), ("plain", "starttls", True), ("tls", "tls", False), ("starttls", "starttls", False),
     ("tls", "plain", True), ("starttls", "plain", True)],
)  # fmt: skip
def test_wrong_encryption_fails_and_nothing_is_sent(county, post_office, mail, certificates, served, asked, is_trusted):
    postbox, port = post_office(served)
    county.configure(mail(port, asked, **({"ca_file": certificates.file} if is_trusted else {})))
    assert trouble(county.run()) and postbox.messages == []


# Group robots


def test_wecom_gets_its_markdown(county, robots, channel):
    robot = robots()
    county.configure(channel("wecom", robot.address))
    assert not trouble(county.run())
    (message,) = robot.received
    assert message.keys() == {"msgtype", "markdown"} and message["msgtype"] == "markdown"
    assert list(message["markdown"]) == ["content"]


def test_dingtalk_gets_its_markdown_with_a_signature_of_now(county, robots, channel):
    robot, key = robots(), "SEC000"
    county.configure(channel("dingtalk", robot.address, secret=key))
    assert not trouble(county.run())
    ((path, _),) = robot.requests
    (message,) = robot.received
    assert message["msgtype"] == "markdown" and message["markdown"].keys() == {"title", "text"}
    assert message["markdown"]["title"].startswith("双百数据质量：")
    query = parse_qs(urlsplit(path).query, strict_parsing=True)
    assert query["key"] == ["hidden-key"]
    (moment,), (sign,) = query["timestamp"], query["sign"]
    assert abs(int(moment) / 1000 - time.time()) < 60
    assert sign == signed_by_openssl(key, moment)


def signed_by_openssl(key: str, moment: str) -> str:
    """The signature of DingTalk's documents, by another hand: openssl and base64."""
    openssl, encode = shutil.which("openssl"), shutil.which("base64")
    assert openssl and encode
    digest = subprocess.run(
        [openssl, "dgst", "-sha256", "-hmac", key, "-binary"], input=f"{moment}\n{key}".encode(),
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    return subprocess.run([encode], input=digest, capture_output=True, check=True).stdout.decode().strip()


@pytest.mark.parametrize(
    ("answer", "says"),
    [("500", "答复代码 500"), ("403", "答复代码 403"), ("refuse", "答复代码 93000"), ("a page", "答复代码 -"),
     ("hang", "没有及时答复"), ("drip", "没有及时答复")],
)  # fmt: skip
def test_a_robot_that_does_not_take_it_is_asked_again(county, robots, channel, everything_said, answer, says):
    robot = robots(answer)
    county.configure(channel("wecom", robot.address))
    began = time.monotonic()
    record = county.run()
    assert time.monotonic() - began < 3 * TIMEOUT + 3, "the run does not wait for ever"
    assert says in trouble(record) and record.state == "published"
    assert "hidden-key" not in everything_said(record)
    robot.answer = "ok"
    assert not trouble(county.run())


@pytest.mark.parametrize("status", ["301", "302", "307"])
def test_a_secret_address_is_not_sent_on(county, robots, channel, status):
    robot, elsewhere = robots(status), robots()
    robot.elsewhere = elsewhere.address
    county.configure(channel("wecom", robot.address))
    assert f"答复代码 {status}。" in trouble(county.run()) and elsewhere.requests == []


def test_https_needs_a_certificate_that_is_trusted(county, robots, channel, certificates):
    robot = robots("ok", certificates.context)
    county.configure(channel("wecom", robot.address))
    assert "加密连接" in trouble(county.run()) and robot.requests == []
    county.configure(channel("wecom", robot.address, ca_file=certificates.file))
    assert not trouble(county.run())


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "no address", "https://", ""])
def test_an_address_that_is_none_is_named_by_its_variable(county, channel, address):
    county.configure(channel("wecom", address))
    assert "TEST_ADDRESS_GROUP" in trouble(county.run())


# Services of apprise


@pytest.fixture
def service(robots, channel):
    """A robot as a service of apprise: JSON posted to an address of one's own."""

    def make(*arguments: object, ending: str = "") -> tuple[object, dict]:
        robot = robots(*arguments)
        scheme, rest = robot.address.split("://")
        return robot, channel("apprise", f"{scheme.replace('http', 'json')}://{rest}{ending}", "phones")

    return make


def test_a_service_of_apprise_gets_title_and_text(county, service):
    robot, settings = service()
    county.configure(settings)
    assert not trouble(county.run())
    (message,) = robot.received
    assert message["title"] == "双百数据质量：新出现 1 类错误，缺报 1 份，3 件即将到期"
    assert (
        "· 身份号码无效：7 行（新城镇 5、城关镇 2）" in message["message"]
        and message["title"] not in message["message"]
    )
    assert not trouble(county.run()) and len(robot.requests) == 1, "told once"


@pytest.mark.parametrize("answer", ["500", "403", "302", "hang", "drip"])
def test_a_service_that_does_not_take_it_is_asked_again(county, service, robots, everything_said, capfd, answer):
    robot, settings = service(answer)
    robot.elsewhere = robots().address
    county.configure(settings)
    began = time.monotonic()
    record = county.run()
    assert time.monotonic() - began < 3 * TIMEOUT + 3, "the run does not wait for ever"
    assert "没有及时答复" in trouble(record) and record.state == "published"
    assert "hidden-key" not in everything_said(record) + "".join(capfd.readouterr())
    robot.answer = "ok"
    assert not trouble(county.run())


def test_a_service_needs_a_certificate_that_is_trusted(county, service, certificates):
    robot, settings = service("ok", certificates.context)
    county.configure(settings)
    assert trouble(county.run()) and robot.requests == []


def test_a_service_is_sent_no_more_than_it_takes(county, service, monkeypatch):
    from apprise.plugins.custom_json import NotifyJSON

    robot, settings = service()
    county.configure(settings)
    for title, longest in ((250, 200), (0, 300), (0, 67)):
        monkeypatch.setattr(NotifyJSON, "title_maxlen", title)
        monkeypatch.setattr(NotifyJSON, "body_maxlen", longest)
        county.failing = county.failing | {(f"rule_{longest}_{number}", "623021100000"): 1 for number in range(9)}
        county.write_ledger()
        assert not trouble(county.run())
        assert len(robot.received[-1]["message"]) <= longest
    assert robot.received[1]["message"].endswith("……其余见看板。")


@pytest.mark.parametrize("address", ["no address", "nonsense://hidden-key", "dingtalk://hidden key!", "json://"])
def test_an_address_that_apprise_does_not_know_is_named_by_its_variable(
    county, channel, everything_said, capfd, caplog, address
):
    county.configure(channel("apprise", address))
    record = county.run()
    assert "TEST_ADDRESS_GROUP" in trouble(record)
    assert "hidden" not in everything_said(record) + "".join(capfd.readouterr()) + caplog.text


# Any server


def test_who_is_not_there_or_says_nothing_holds_up_nobody(county, robots, channel, mail, silent_port):
    robot = robots()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = closed.getsockname()[1]
        county.configure(
            mail(dead, name="refusing mail"), mail(silent_port, name="silent mail"),
            mail(silent_port, "tls", name="silent tls"), mail(25, host="no-such-host.invalid", name="nowhere"),
            channel("wecom", f"http://127.0.0.1:{dead}/", name="refusing"),
            channel("dingtalk", f"http://127.0.0.1:{silent_port}/", name="silent"),
            channel("dingtalk", f"https://127.0.0.1:{silent_port}/", name="secret"),
            channel("wecom", robot.address, name="good"),
        )  # fmt: skip
        began = time.monotonic()
        record = county.run()
    assert time.monotonic() - began < 3 * TIMEOUT + 3
    assert len(record.alerts) == 7 and "“good”" not in trouble(record) and len(robot.received) == 1
