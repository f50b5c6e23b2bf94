"""The server's calls as Python methods: deadlines, retries, errors in our own words.

Knows no TVM. Times in seconds.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from google.protobuf.message_factory import GetMessageClass

from .channel import metadata_of, open_channel, read_token, wait_for_connection
from .errors import ProtocolError
from .gen import model_pb2, predict_pb2, program_pb2, report_pb2, service_pb2, task_pb2
from .retry import RetryPolicy

_SERVICE = "cdmpp.v1.CostModel"


@dataclass(frozen=True)
class Connection:
    """How to reach a server.

    Attributes:
        address: `host:port` or `unix:/path`.
        retry_seconds: How long a call is tried again while the server does not answer.
        deadline_seconds: Of one try of a call.
        root_certificate_file: PEM file; turns TLS on.
        tls: TLS with the system's root certificates.
        token_file: File that holds the token; else $CDMPP_TOKEN or $CDMPP_TOKEN_FILE.
        insecure: Let the token cross a network without TLS.
    """

    address: str = "localhost:50051"
    retry_seconds: float = 60.0
    deadline_seconds: float = 120.0
    root_certificate_file: str | os.PathLike[str] | None = None
    tls: bool = False
    token_file: str | os.PathLike[str] | None = None
    insecure: bool = False


@dataclass(frozen=True)
class StreamAnswer:
    """What a streamed prediction gave: one prediction per program, in order."""

    predictions: list[predict_pb2.Prediction]
    model: predict_pb2.ModelRef
    trained_on: int
    # Programs that the server had at hand from an earlier call.
    cached: int
    # Seconds from the last program's being made to the last answer.
    wait_seconds: float


class CostModelClient:
    """One channel to one server. Close it when done."""

    def __init__(self, connection: Connection) -> None:
        token = read_token(connection.token_file)
        self._connection = connection
        self._metadata = metadata_of(token)
        self._channel = open_channel(
            connection.address,
            connection.root_certificate_file,
            connection.tls,
            token,
            connection.insecure,
        )
        self._retry = RetryPolicy(
            connection.address,
            connection.retry_seconds,
            lambda seconds: wait_for_connection(self._channel, seconds),
        )
        self._calls = {
            name: self._multi_callable(name)
            for name in service_pb2.DESCRIPTOR.services_by_name["CostModel"].methods_by_name
        }

    @property
    def address(self) -> str:
        """Where the server is."""
        return self._connection.address

    def give_up_after(self, retry_seconds: float) -> None:
        """Try calls again for at most so long from now on."""
        self._retry.retry_seconds = retry_seconds

    def close(self) -> None:
        """Close the channel; calls after that fail."""
        self._channel.close()

    def register_task(self, task: task_pb2.Task) -> task_pb2.RegisterTaskResponse:
        """Make a task known. Idempotent.

        Raises:
            ProtocolError: The answer lacks an id or a positive reference.
        """
        answer: task_pb2.RegisterTaskResponse = self._unary(
            "RegisterTask", task_pb2.RegisterTaskRequest(task=task)
        )
        if not answer.task_id or not 0.0 < answer.reference_latency_seconds < float("inf"):
            raise ProtocolError(
                f"RegisterTask answered task_id {answer.task_id!r}, reference_latency_seconds"
                f" {answer.reference_latency_seconds}; expected an id and a positive number."
            )
        return answer

    def report(self, request: report_pb2.ReportRequest) -> report_pb2.ReportResponse:
        """Send measured records; returns when they are on the server's disk."""
        answer: report_pb2.ReportResponse = self._unary("Report", request)
        return answer

    def get_model(self, ref: predict_pb2.ModelRef) -> model_pb2.ModelInfo:
        """What is known of a version; version 0 of the ref is the newest."""
        answer: model_pb2.ModelInfo = self._unary("GetModel", model_pb2.GetModelRequest(model=ref))
        return answer

    def list_models(self) -> list[model_pb2.ModelInfo]:
        """Every version that the server keeps."""
        answer: model_pb2.ListModelsResponse = self._unary(
            "ListModels", model_pb2.ListModelsRequest()
        )
        return list(answer.models)

    def export_model(self, ref: predict_pb2.ModelRef) -> model_pb2.ModelArtifact:
        """Card and weights of a version."""
        answer: model_pb2.ModelArtifact = self._unary(
            "ExportModel", model_pb2.ExportModelRequest(model=ref)
        )
        return answer

    def import_model(
        self, artifact: model_pb2.ModelArtifact, model_name: str = ""
    ) -> model_pb2.ModelInfo:
        """Give the server a version; the answer names it.

        Args:
            artifact: Card and weights.
            model_name: What it becomes the newest of. Empty: what its card says.
        """
        answer: model_pb2.ImportModelResponse = self._unary(
            "ImportModel",
            model_pb2.ImportModelRequest(artifact=artifact, model_name=model_name),
        )
        return answer.model

    def predict_stream(
        self,
        task_id: str,
        model: predict_pb2.ModelRef,
        tuner_id: str,
        chunks: Iterable[Sequence[program_pb2.Program]],
        *,
        feature_set: predict_pb2.FeatureSet = predict_pb2.FEATURE_SET_UNSPECIFIED,
    ) -> StreamAnswer:
        """Predict programs chunk by chunk, in one stream, answered by one version.

        The next chunk is taken (on the caller's thread) while the server scores the last. Where
        the stream breaks, the chunks are taken again, from the first, under the retry policy.

        Args:
            task_id: From `register_task`.
            model: The version to ask; version 0 is the newest.
            tuner_id: Names the search.
            chunks: Lists of programs; can be gone through more than once.
            feature_set: What the model must have been trained on. Default: anything.

        Raises:
            ProtocolError: Chunks or predictions are missing, or two versions answered.
        """
        wait_seconds = 0.0
        sent: list[int] = []

        def requests() -> Iterator[predict_pb2.PredictStreamRequest]:
            sent.clear()
            for programs in chunks:
                request = predict_pb2.PredictStreamRequest()
                chunk = request.chunk
                chunk.programs.extend(programs)
                if not sent:
                    chunk.task_id = task_id
                    chunk.model.CopyFrom(model)
                    chunk.tuner_id = tuner_id
                    chunk.feature_set = feature_set
                sent.append(len(programs))
                yield request

        def attempt() -> list[predict_pb2.PredictStreamResponse]:
            nonlocal wait_seconds
            answers, wait_seconds = self._stream("PredictStream", requests())
            return answers

        answers = [answer.chunk for answer in self._retry.run("PredictStream", attempt)]
        _check_stream(answers, sent)
        return StreamAnswer(
            predictions=[p for answer in answers for p in answer.predictions],
            model=answers[0].model if answers else model,
            trained_on=answers[0].trained_on if answers else 0,
            cached=sum(answer.cached for answer in answers),
            wait_seconds=wait_seconds,
        )

    def _stream(self, name: str, requests: Iterator[Any]) -> tuple[list[Any], float]:
        """One try: hand requests over from this thread, then collect the answers.

        Returns:
            The answers, and the seconds from the last request to the last answer.
        """
        outgoing: queue.SimpleQueue[Any] = queue.SimpleQueue()
        call = self._calls[name](
            iter(outgoing.get, None),
            timeout=self._connection.deadline_seconds,
            metadata=self._metadata,
        )
        try:
            for request in requests:
                outgoing.put(request)
            outgoing.put(None)
            started = time.perf_counter()
            answers = list(call)
            return answers, time.perf_counter() - started
        finally:
            outgoing.put(None)  # the thread that sends must end, whatever happened here
            call.cancel()

    def _unary(self, name: str, request: Any) -> Any:
        call = self._calls[name]
        return self._retry.run(
            name,
            lambda: call(
                request, timeout=self._connection.deadline_seconds, metadata=self._metadata
            ),
        )

    def _multi_callable(self, name: str) -> Callable[..., Any]:
        """grpc's callable of a method, by what the service's descriptor says of it."""
        method = service_pb2.DESCRIPTOR.services_by_name["CostModel"].methods_by_name[name]
        streamed = bool(method.client_streaming)
        make = self._channel.stream_stream if streamed else self._channel.unary_unary
        callable_: Callable[..., Any] = make(
            f"/{_SERVICE}/{name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        return callable_


def _check_stream(answers: Sequence[predict_pb2.PredictResponse], expected: Sequence[int]) -> None:
    got = [len(answer.predictions) for answer in answers]
    if got != expected:
        raise ProtocolError(f"PredictStream answered {got} predictions, expected {expected}.")
    versions = {(answer.model.name, answer.model.version) for answer in answers}
    if len(versions) > 1:
        raise ProtocolError(f"PredictStream was answered by {sorted(versions)}, expected one.")
