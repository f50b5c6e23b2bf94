from cdmpp_tvm.gen import program_pb2 as _program_pb2
from cdmpp_tvm.gen import task_pb2 as _task_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FeatureSet(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FEATURE_SET_UNSPECIFIED: _ClassVar[FeatureSet]
    FEATURE_SET_LOOP_NEST: _ClassVar[FeatureSet]
    FEATURE_SET_LOWERED: _ClassVar[FeatureSet]

class PredictionStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREDICTION_STATUS_UNSPECIFIED: _ClassVar[PredictionStatus]
    PREDICTION_STATUS_OK: _ClassVar[PredictionStatus]
    PREDICTION_STATUS_UNREADABLE: _ClassVar[PredictionStatus]
    PREDICTION_STATUS_CANNOT_BUILD: _ClassVar[PredictionStatus]
FEATURE_SET_UNSPECIFIED: FeatureSet
FEATURE_SET_LOOP_NEST: FeatureSet
FEATURE_SET_LOWERED: FeatureSet
PREDICTION_STATUS_UNSPECIFIED: PredictionStatus
PREDICTION_STATUS_OK: PredictionStatus
PREDICTION_STATUS_UNREADABLE: PredictionStatus
PREDICTION_STATUS_CANNOT_BUILD: PredictionStatus

class ModelRef(_message.Message):
    __slots__ = ("name", "version", "pinned")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PINNED_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    pinned: bool
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., pinned: bool = ...) -> None: ...

class PredictRequest(_message.Message):
    __slots__ = ("task_id", "task", "programs", "model", "feature_set", "tuner_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    PROGRAMS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SET_FIELD_NUMBER: _ClassVar[int]
    TUNER_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    task: _task_pb2.Task
    programs: _containers.RepeatedCompositeFieldContainer[_program_pb2.Program]
    model: ModelRef
    feature_set: FeatureSet
    tuner_id: str
    def __init__(self, task_id: _Optional[str] = ..., task: _Optional[_Union[_task_pb2.Task, _Mapping]] = ..., programs: _Optional[_Iterable[_Union[_program_pb2.Program, _Mapping]]] = ..., model: _Optional[_Union[ModelRef, _Mapping]] = ..., feature_set: _Optional[_Union[FeatureSet, str]] = ..., tuner_id: _Optional[str] = ...) -> None: ...

class PredictResponse(_message.Message):
    __slots__ = ("predictions", "model", "trained_on", "cached")
    PREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TRAINED_ON_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    predictions: _containers.RepeatedCompositeFieldContainer[Prediction]
    model: ModelRef
    trained_on: int
    cached: int
    def __init__(self, predictions: _Optional[_Iterable[_Union[Prediction, _Mapping]]] = ..., model: _Optional[_Union[ModelRef, _Mapping]] = ..., trained_on: _Optional[int] = ..., cached: _Optional[int] = ...) -> None: ...

class Prediction(_message.Message):
    __slots__ = ("latency_seconds", "log_standard_deviation", "status", "reason")
    LATENCY_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LOG_STANDARD_DEVIATION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    latency_seconds: float
    log_standard_deviation: float
    status: PredictionStatus
    reason: str
    def __init__(self, latency_seconds: _Optional[float] = ..., log_standard_deviation: _Optional[float] = ..., status: _Optional[_Union[PredictionStatus, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class PredictStreamRequest(_message.Message):
    __slots__ = ("chunk",)
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: PredictRequest
    def __init__(self, chunk: _Optional[_Union[PredictRequest, _Mapping]] = ...) -> None: ...

class PredictStreamResponse(_message.Message):
    __slots__ = ("chunk",)
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: PredictResponse
    def __init__(self, chunk: _Optional[_Union[PredictResponse, _Mapping]] = ...) -> None: ...
