"""What the doctor says of names, ports, certificates and times that no test can have for real."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from fastgpt_client.cli._doctor import network
from fastgpt_client.cli._doctor.network import certificate_trouble, check_way
from fastgpt_client.cli._doctor.streaming import judge


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    [finding] = check_way("https://fastgpt.example")
    assert (finding.check, finding.verdict) == ("address", "failed")
    assert finding.found == "fastgpt.example was not found: [Errno -2] Name or service not known"


def test_a_name_with_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, 0, 0, "", ("192.0.2.2", 443)), (socket.AF_INET, 0, 0, "", ("192.0.2.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", _raising(TimeoutError("timed out")))
    address, port = check_way("https://fastgpt.example")
    assert address.found == "fastgpt.example is 192.0.2.1, 192.0.2.2"
    assert port.found == "fastgpt.example, port 443, did not answer within 5 s"


def test_a_network_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", _raising(OSError(101, "Network is unreachable")))
    address, port = check_way("http://[2001:db8::1]:3000")
    assert (address.verdict, address.found) == ("ok", "2001:db8::1")
    assert port.found == "cannot reach 2001:db8::1, port 3000: [Errno 101] Network is unreachable"
    assert port.remedy == "check the network of this machine"


def _raising(error: OSError) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (9, "not valid yet"),
        (10, "has expired"),
        (18, "self-signed"),
        (19, "self-signed"),
        (20, "the issuer of the certificate is unknown to this machine"),
        (62, "is not for the.host"),
        (64, "is not for the.host"),
        (23, "was refused: certificate revoked"),
    ],
)
def test_each_trouble_with_a_certificate(code: int, said: str) -> None:
    finding = certificate_trouble(code, "certificate revoked", "the.host")
    assert (finding.check, finding.verdict) == ("TLS", "failed")
    assert said in finding.found
    assert finding.remedy


@pytest.mark.parametrize(
    ("until", "verdict", "said"),
    [
        ("Jan  1 00:00:00 2030 GMT", "ok", "TLSv1.3, certificate valid until 2030-01-01"),
        ("Jan 20 00:00:00 2027 GMT", "warning", "TLSv1.3, but the certificate expires on 2027-01-20"),
        ("", "ok", "TLSv1.3"),
    ],
)
def test_how_long_a_certificate_lasts(until: str, verdict: str, said: str) -> None:
    january = 1_798_761_600  # 2027-01-01
    finding = network.judge_time("TLSv1.3", until, january)
    assert (finding.verdict, finding.found) == (verdict, said)


@pytest.mark.parametrize(
    ("arrived", "ran", "verdict", "said"),
    [
        ([], None, "ok", "0 events, the first after 0.00 s, the last after 0.00 s: too fast to tell"),
        ([0.1, 0.2, 0.5], None, "ok", "too fast to tell"),
        ([3.0, 3.1], None, "ok", "too fast to tell"),
        ([0.1, 2.0, 4.0], None, "ok", "answers are streamed as they are generated"),
        ([4.0, 4.01, 4.02, 4.03], None, "warning", "a proxy buffers answers until their end"),
        ([4.0, 4.01, 4.02, 4.03], 3.5, "warning", "a proxy buffers answers until their end"),
        # The server was slow to begin, and then quick.
        ([4.0, 4.01, 4.02, 4.03], 0.02, "ok", "too fast to tell"),
    ],
)
def test_what_the_times_of_an_answer_tell(arrived: list[float], ran: float | None, verdict: str, said: str) -> None:
    finding = judge(arrived, ran)
    assert finding.verdict == verdict
    assert said in finding.found
