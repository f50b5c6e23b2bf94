"""A real gRPC server with a made-up model, for tests of the client side.

It keeps to the wire contract; latencies, versions and training are the test's to set. What it
stores outlives `stop`, as a data directory would.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
from google.protobuf.message_factory import GetMessageClass

from cdmpp_tvm.gen import model_pb2, predict_pb2, program_pb2, report_pb2, service_pb2, task_pb2

REFERENCE_SECONDS = 1e-4
_SERVICE = service_pb2.DESCRIPTOR.services_by_name["CostModel"]


def hashed_latency(program: program_pb2.Program) -> float:
    """A latency between 1 and 2 ms that depends on the steps alone."""
    digest = hashlib.sha256(program.transform_steps.encode()).digest()
    return 1e-3 * (1 + int.from_bytes(digest[:4], "big") / 2**32)


def ok(latency_seconds: float) -> predict_pb2.Prediction:
    """A prediction that succeeded."""
    return predict_pb2.Prediction(
        latency_seconds=latency_seconds, status=predict_pb2.PREDICTION_STATUS_OK
    )


def unreadable(reason: str = "line 3: no loop") -> predict_pb2.Prediction:
    """A prediction of a program that could not be read."""
    return predict_pb2.Prediction(status=predict_pb2.PREDICTION_STATUS_UNREADABLE, reason=reason)


def cannot_build() -> predict_pb2.Prediction:
    """A prediction of a program that breaks a limit."""
    return predict_pb2.Prediction(
        status=predict_pb2.PREDICTION_STATUS_CANNOT_BUILD, reason="threads 2048 > 1024"
    )


class FakeServer:
    """Set the attributes, then `start`; `calls` holds the names of the calls in their order."""

    def __init__(self) -> None:
        self.predict: Callable[[program_pb2.Program], predict_pb2.Prediction] = lambda program: ok(
            hashed_latency(program)
        )
        self.reference_seconds: Callable[[int], float] = lambda registration: REFERENCE_SECONDS
        self.chunk_seconds = 0.0
        self.token: str | None = None
        self.required_failures: list[grpc.StatusCode] = []
        self.trains = True
        self.phase = model_pb2.TRAINING_PHASE_IDLE
        self.target_sequence = 0
        self.last_failure = ""
        self.versions: dict[int, int] = {0: 0}  # version → trained through sequence
        # Name of the model of a task, as RegisterTask says it; empty from servers without lines.
        self.line_of: Callable[[task_pb2.Task], str] = lambda task: "fake"
        self.knows_pinned = True
        self.asked_pins: list[bool] = []
        self.asked_names: list[str] = []  # of GetModel
        self.tasks: dict[str, task_pb2.Task] = {}
        self.records: dict[str, report_pb2.MeasuredRecord] = {}
        self.calls: list[str] = []
        self.asked_versions: list[int] = []
        self.chunks: list[list[program_pb2.Program]] = []
        self.chunk_times: list[float] = []
        self.tuner_ids: list[str] = []
        self.imported: model_pb2.ModelArtifact | None = None
        self._lock = threading.RLock()
        self._server: grpc.Server | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def newest(self) -> int:
        return max(self.versions)

    def start(self) -> FakeServer:
        """Serve, on the same port as before where there was one."""
        self._server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=4),
            options=[
                ("grpc.so_reuseport", 0),
                ("grpc.max_receive_message_length", 64 * 1024 * 1024),
                ("grpc.max_send_message_length", 64 * 1024 * 1024),
            ],
        )
        self._server.add_generic_rpc_handlers((self._handlers(),))
        self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        assert self.port, "the port is taken"
        self._server.start()
        return self

    def stop(self) -> None:
        """Drop every connection."""
        if self._server is not None:
            self._server.stop(grace=None).wait()
            self._server = None

    def __enter__(self) -> FakeServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def train(self) -> int:
        """Make a version that has learned from every record."""
        with self._lock:
            self.versions[self.newest + 1] = len(self.records)
            return self.newest

    def register_task(self, request: task_pb2.RegisterTaskRequest, _: Any) -> Any:
        task_id = hashlib.sha256(request.task.SerializeToString(deterministic=True)).hexdigest()
        self.tasks[task_id] = request.task
        return task_pb2.RegisterTaskResponse(
            task_id=task_id,
            reference_latency_seconds=self.reference_seconds(self.calls.count("RegisterTask")),
            model_name=self.line_of(request.task),
        )

    def predict_stream(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Any:
        version: int | None = None
        name = ""
        for request in requests:
            chunk = request.chunk
            if version is None:
                self._known(chunk.task_id, context)
                version = self._resolve(chunk.model)
                self.asked_versions.append(chunk.model.version)
                self.asked_pins.append(chunk.model.pinned)
                name = self.line_of(self.tasks[chunk.task_id]) or "fake"
                self.tuner_ids.append(chunk.tuner_id)
                if version not in self.versions:
                    context.abort(grpc.StatusCode.NOT_FOUND, f"no version {version}")
            self.chunks.append(list(chunk.programs))
            self.chunk_times.append(time.perf_counter())
            time.sleep(self.chunk_seconds)
            yield predict_pb2.PredictStreamResponse(
                chunk=predict_pb2.PredictResponse(
                    predictions=[self.predict(program) for program in chunk.programs],
                    model=predict_pb2.ModelRef(name=name, version=version),
                    trained_on=self.versions[version],
                )
            )

    def report(self, request: report_pb2.ReportRequest, context: grpc.ServicerContext) -> Any:
        self._known(request.task_id, context)
        with self._lock:
            accepted = 0
            for record in request.records:
                key = hashlib.sha256(f"{request.task_id}\n{record.record_line}".encode())
                accepted += key.hexdigest() not in self.records
                self.records.setdefault(key.hexdigest(), record)
            behind = len(self.records) > self.versions[self.newest]
            if self.trains and behind and not request.defer_learning:
                self.train()
            return report_pb2.ReportResponse(
                accepted=accepted,
                duplicates=len(request.records) - accepted,
                last_sequence=len(self.records) if request.records else 0,
                total_records=len(self.records),
            )

    def get_model(self, request: model_pb2.GetModelRequest, context: grpc.ServicerContext) -> Any:
        self.asked_names.append(request.model.name)
        version = self._resolve(request.model)
        if version not in self.versions:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no version {version}")
        return self._info(version)

    def list_models(self, _: model_pb2.ListModelsRequest, __: Any) -> Any:
        return model_pb2.ListModelsResponse(models=[self._info(v) for v in sorted(self.versions)])

    def export_model(self, request: model_pb2.ExportModelRequest, context: Any) -> Any:
        if request.model.version == 0:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the estimate has no weights")
        return model_pb2.ModelArtifact(
            card=f'{{"version": {request.model.version}}}', weights=b"\x00\x01weights"
        )

    def import_model(self, request: model_pb2.ImportModelRequest, _: Any) -> Any:
        self.imported = request.artifact
        return model_pb2.ImportModelResponse(model=self._info(self.train()))

    def _info(self, version: int) -> model_pb2.ModelInfo:
        return model_pb2.ModelInfo(
            model=predict_pb2.ModelRef(name="fake", version=version),
            trained_through_sequence=self.versions[version],
            trained_on=self.versions[version],
            training=model_pb2.TrainingState(
                phase=self.phase,
                target_sequence=self.target_sequence,
                last_failure=self.last_failure,
            ),
        )

    def _resolve(self, ref: predict_pb2.ModelRef) -> int:
        if ref.pinned and self.knows_pinned:
            return int(ref.version)
        return int(ref.version) or self.newest

    def _known(self, task_id: str, context: grpc.ServicerContext) -> None:
        if task_id not in self.tasks:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no task {task_id}")

    def _handlers(self) -> grpc.GenericRpcHandler:
        methods = {
            "RegisterTask": self.register_task,
            "Report": self.report,
            "GetModel": self.get_model,
            "ListModels": self.list_models,
            "ExportModel": self.export_model,
            "ImportModel": self.import_model,
        }
        handlers = {
            name: grpc.unary_unary_rpc_method_handler(
                self._checked(name, method), **self._codec(name)
            )
            for name, method in methods.items()
        }
        handlers["PredictStream"] = grpc.stream_stream_rpc_method_handler(
            self._checked_stream("PredictStream", self.predict_stream),
            **self._codec("PredictStream"),
        )
        return grpc.method_handlers_generic_handler(_SERVICE.full_name, handlers)

    def _codec(self, name: str) -> dict[str, Any]:
        method = _SERVICE.methods_by_name[name]
        return {
            "request_deserializer": GetMessageClass(method.input_type).FromString,
            "response_serializer": lambda message: message.SerializeToString(),
        }

    def _enter(self, name: str, context: grpc.ServicerContext) -> None:
        self.calls.append(name)
        if self.token is not None:
            sent = dict(context.invocation_metadata()).get("authorization")
            if sent != f"Bearer {self.token}":
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "token is missing or wrong")
        if self.required_failures:
            context.abort(self.required_failures.pop(0), "as the test wants it")

    def _checked(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(request: Any, context: grpc.ServicerContext) -> Any:
            self._enter(name, context)
            return method(request, context)

        return call

    def _checked_stream(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(requests: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            self._enter(name, context)
            yield from method(requests, context)

        return call
