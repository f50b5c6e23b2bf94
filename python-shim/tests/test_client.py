"""The client's calls: retries, errors, token, streaming."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from fake_server import FakeServer, hashed_latency, unreadable

from cdmpp_tvm.client import Connection, CostModelClient
from cdmpp_tvm.errors import (
    ConfigurationError,
    ProtocolError,
    RequestRejectedError,
    ServerUnavailableError,
)
from cdmpp_tvm.gen import predict_pb2, program_pb2, task_pb2
from cdmpp_tvm.retry import NotFoundError

TASK = task_pb2.Task(workload_key='["w"]', target="llvm", compute_dag_text="dag")
NEWEST = predict_pb2.ModelRef()


def _client(server: FakeServer, retry_seconds: float = 10.0, **more: object) -> CostModelClient:
    return CostModelClient(Connection(server.address, retry_seconds, **more))  # type: ignore[arg-type]


def _programs(count: int, first: int = 0) -> list[program_pb2.Program]:
    return [program_pb2.Program(transform_steps=f"[{first + i}]") for i in range(count)]


def test_stream_answers_in_order_over_chunks(server: FakeServer) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id
    chunks = [_programs(5), _programs(5, 5), _programs(2, 10)]
    answer = client.predict_stream(task_id, NEWEST, "me", chunks)
    expected = [hashed_latency(program) for chunk in chunks for program in chunk]
    assert [p.latency_seconds for p in answer.predictions] == expected
    assert [len(chunk) for chunk in server.chunks] == [5, 5, 2]
    assert server.tuner_ids == ["me"]
    assert (answer.model.name, answer.model.version) == ("fake", 0)


def test_next_chunk_is_made_while_the_last_is_scored(server: FakeServer) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id
    server.chunk_seconds = 0.2
    made: list[float] = []

    def chunks() -> Iterator[list[program_pb2.Program]]:
        for index in range(3):
            time.sleep(0.15)
            made.append(time.perf_counter())
            yield _programs(1, index)

    started = time.perf_counter()
    client.predict_stream(task_id, NEWEST, "", chunks())
    seconds = time.perf_counter() - started
    # The first chunk was being scored before the second was made.
    assert server.chunk_times[0] < made[1]
    assert seconds < 3 * (0.15 + 0.2)


def test_calls_wait_for_a_server_that_restarts(server: FakeServer) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id
    server.stop()
    threading.Timer(1.0, server.start).start()
    started = time.monotonic()
    answer = client.predict_stream(task_id, NEWEST, "", [_programs(3), _programs(3, 3)])
    assert 0.9 < time.monotonic() - started < 8
    assert len(answer.predictions) == 6


def test_stream_that_breaks_in_the_middle_is_sent_again(server: FakeServer) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id
    server.chunk_seconds = 0.5

    def restart() -> None:
        time.sleep(0.7)
        server.stop()
        server.chunk_seconds = 0.0
        server.start()

    thread = threading.Thread(target=restart)
    thread.start()
    chunks = [_programs(2), _programs(2, 2), _programs(2, 4)]
    answer = client.predict_stream(task_id, NEWEST, "", chunks)
    thread.join()
    assert [p.latency_seconds for p in answer.predictions] == [
        hashed_latency(program) for program in _programs(6)
    ]
    assert len(server.chunks) > 3


def test_a_stream_never_hangs_when_the_server_leaves_as_it_starts(server: FakeServer) -> None:
    """grpc's own retries made one in two of these hang for ever, whatever the deadline."""
    client = _client(server, deadline_seconds=5)
    task_id = client.register_task(TASK).task_id
    answers: list[int] = []

    def restart_and_predict() -> None:
        for _ in range(5):
            server.stop()
            threading.Timer(0.3, server.start).start()
            answer = client.predict_stream(task_id, NEWEST, "", [_programs(1), _programs(1, 1)])
            answers.append(len(answer.predictions))
            time.sleep(0.2)

    thread = threading.Thread(target=restart_and_predict, daemon=True)
    thread.start()
    thread.join(60)
    assert answers == [2] * 5


def test_giving_up_names_address_and_seconds(server: FakeServer) -> None:
    client = _client(server, retry_seconds=1.0)
    server.stop()
    started = time.monotonic()
    with pytest.raises(ServerUnavailableError) as caught:
        client.register_task(TASK)
    assert time.monotonic() - started < 5
    message = str(caught.value)
    assert server.address in message
    assert "retry_seconds 1" in message
    assert "UNAVAILABLE" in message
    assert isinstance(caught.value, ConnectionError)


def test_retry_is_for_passing_failures_only(server: FakeServer) -> None:
    client = _client(server)
    server.required_failures = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED]
    client.register_task(TASK)
    assert server.calls == ["RegisterTask"] * 3
    server.required_failures = [grpc.StatusCode.INVALID_ARGUMENT]
    with pytest.raises(RequestRejectedError, match="INVALID_ARGUMENT: as the test wants it"):
        client.register_task(TASK)
    assert len(server.calls) == 4
    with pytest.raises(NotFoundError, match="no version 7"):
        client.get_model(predict_pb2.ModelRef(version=7))


def test_deadline_of_one_try(server: FakeServer) -> None:
    client = _client(server, retry_seconds=0.0, deadline_seconds=0.2)
    task_id = client.register_task(TASK).task_id
    server.chunk_seconds = 2.0
    started = time.monotonic()
    with pytest.raises(ServerUnavailableError, match="DEADLINE_EXCEEDED"):
        client.predict_stream(task_id, NEWEST, "", [_programs(1)])
    assert time.monotonic() - started < 1.5


def test_error_while_making_a_chunk_comes_through(server: FakeServer) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id

    def chunks() -> Iterator[list[program_pb2.Program]]:
        yield _programs(1)
        raise KeyError("TVM printed nothing")

    threads = threading.active_count()
    with pytest.raises(KeyError, match="TVM printed nothing"):
        client.predict_stream(task_id, NEWEST, "", chunks())
    time.sleep(0.5)
    assert threading.active_count() <= threads + 1  # no thread is left waiting for chunks
    assert len(client.predict_stream(task_id, NEWEST, "", [_programs(1)]).predictions) == 1


def test_missing_predictions_are_an_error(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id

    def short(_: object, requests: Iterator[object], __: object) -> Iterator[object]:
        for _request in requests:
            yield predict_pb2.PredictStreamResponse(chunk=predict_pb2.PredictResponse())

    monkeypatch.setattr(FakeServer, "predict_stream", short)
    server.stop()
    server.start()
    with pytest.raises(ProtocolError, match=r"answered \[0\] predictions, expected \[2\]"):
        client.predict_stream(task_id, NEWEST, "", [_programs(2)])


def test_a_reference_that_is_none_is_an_error(server: FakeServer) -> None:
    server.reference_seconds = lambda registration: 0.0
    with pytest.raises(ProtocolError, match=r"reference_latency_seconds\s+0\.0"):
        _client(server).register_task(TASK)


def test_messages_above_grpcs_own_limit_pass_both_ways(server: FakeServer) -> None:
    client = _client(server)
    task_id = client.register_task(TASK).task_id
    server.predict = lambda program: unreadable("y" * len(program.loop_nest))
    big = [program_pb2.Program(loop_nest="x" * (9 * 1024 * 1024))]
    answer = client.predict_stream(task_id, NEWEST, "", [big])
    assert len(answer.predictions[0].reason) == 9 * 1024 * 1024


def test_token_goes_with_every_call(server: FakeServer, tmp_path: Path) -> None:
    server.token = "secret-1"
    with pytest.raises(RequestRejectedError, match=r"UNAUTHENTICATED.*Give token_file"):
        _client(server).register_task(TASK)
    token_file = tmp_path / "token"
    token_file.write_text("secret-1\n", encoding="utf-8")
    client = _client(server, token_file=token_file)
    task_id = client.register_task(TASK).task_id
    client.predict_stream(task_id, NEWEST, "", [_programs(1)])
    client.get_model(NEWEST)


def test_token_from_the_environment(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.token = "secret-2"
    monkeypatch.setenv("CDMPP_TOKEN", "secret-2")
    _client(server).register_task(TASK)
    monkeypatch.delenv("CDMPP_TOKEN")
    (tmp_path / "token").write_text("secret-2", encoding="utf-8")
    monkeypatch.setenv("CDMPP_TOKEN_FILE", str(tmp_path / "token"))
    _client(server).register_task(TASK)


def test_token_does_not_cross_a_network_in_the_clear(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text("secret", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="in the clear"):
        CostModelClient(Connection("predictor.example:50051", token_file=token_file))
    CostModelClient(Connection("predictor.example:50051", token_file=token_file, insecure=True))
    CostModelClient(Connection("predictor.example:50051", token_file=token_file, tls=True))
    CostModelClient(Connection("unix:/run/cdmpp.sock", token_file=token_file))


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(ConfigurationError, match=r"token_file .*empty is empty"):
        CostModelClient(Connection(token_file=empty))
    with pytest.raises(ConfigurationError, match=r"root_certificate_file .*nowhere"):
        CostModelClient(Connection(root_certificate_file=tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match="address is empty"):
        CostModelClient(Connection(" "))
