from cdmpp_tvm.gen import program_pb2 as _program_pb2
from cdmpp_tvm.gen import task_pb2 as _task_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MeasuredRecord(_message.Message):
    __slots__ = ("program", "costs_seconds", "error_number", "error_message", "all_cost_seconds", "timestamp_seconds", "record_line", "idempotency_key")
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    COSTS_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ERROR_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ALL_COST_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    RECORD_LINE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    program: _program_pb2.Program
    costs_seconds: _containers.RepeatedScalarFieldContainer[float]
    error_number: int
    error_message: str
    all_cost_seconds: float
    timestamp_seconds: float
    record_line: str
    idempotency_key: str
    def __init__(self, program: _Optional[_Union[_program_pb2.Program, _Mapping]] = ..., costs_seconds: _Optional[_Iterable[float]] = ..., error_number: _Optional[int] = ..., error_message: _Optional[str] = ..., all_cost_seconds: _Optional[float] = ..., timestamp_seconds: _Optional[float] = ..., record_line: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class ReportRequest(_message.Message):
    __slots__ = ("task_id", "task", "records", "tuner_id", "defer_learning")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    TUNER_ID_FIELD_NUMBER: _ClassVar[int]
    DEFER_LEARNING_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    task: _task_pb2.Task
    records: _containers.RepeatedCompositeFieldContainer[MeasuredRecord]
    tuner_id: str
    defer_learning: bool
    def __init__(self, task_id: _Optional[str] = ..., task: _Optional[_Union[_task_pb2.Task, _Mapping]] = ..., records: _Optional[_Iterable[_Union[MeasuredRecord, _Mapping]]] = ..., tuner_id: _Optional[str] = ..., defer_learning: bool = ...) -> None: ...

class ReportResponse(_message.Message):
    __slots__ = ("accepted", "duplicates", "last_sequence", "total_records")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_RECORDS_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    duplicates: int
    last_sequence: int
    total_records: int
    def __init__(self, accepted: _Optional[int] = ..., duplicates: _Optional[int] = ..., last_sequence: _Optional[int] = ..., total_records: _Optional[int] = ...) -> None: ...
