from cdmpp_tvm.gen import predict_pb2 as _predict_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TrainingPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRAINING_PHASE_UNSPECIFIED: _ClassVar[TrainingPhase]
    TRAINING_PHASE_IDLE: _ClassVar[TrainingPhase]
    TRAINING_PHASE_RUNNING: _ClassVar[TrainingPhase]
    TRAINING_PHASE_FROZEN: _ClassVar[TrainingPhase]
TRAINING_PHASE_UNSPECIFIED: TrainingPhase
TRAINING_PHASE_IDLE: TrainingPhase
TRAINING_PHASE_RUNNING: TrainingPhase
TRAINING_PHASE_FROZEN: TrainingPhase

class GetModelRequest(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: _predict_pb2.ModelRef
    def __init__(self, model: _Optional[_Union[_predict_pb2.ModelRef, _Mapping]] = ...) -> None: ...

class ListModelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListModelsResponse(_message.Message):
    __slots__ = ("models",)
    MODELS_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[ModelInfo]
    def __init__(self, models: _Optional[_Iterable[_Union[ModelInfo, _Mapping]]] = ...) -> None: ...

class ModelInfo(_message.Message):
    __slots__ = ("model", "predictor", "feature_set", "trained_on", "trained_through_sequence", "parameter_count", "weights_sha256", "created_seconds", "training_seconds", "training", "total_training_seconds")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PREDICTOR_FIELD_NUMBER: _ClassVar[int]
    FEATURE_SET_FIELD_NUMBER: _ClassVar[int]
    TRAINED_ON_FIELD_NUMBER: _ClassVar[int]
    TRAINED_THROUGH_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PARAMETER_COUNT_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_SHA256_FIELD_NUMBER: _ClassVar[int]
    CREATED_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_FIELD_NUMBER: _ClassVar[int]
    TOTAL_TRAINING_SECONDS_FIELD_NUMBER: _ClassVar[int]
    model: _predict_pb2.ModelRef
    predictor: str
    feature_set: _predict_pb2.FeatureSet
    trained_on: int
    trained_through_sequence: int
    parameter_count: int
    weights_sha256: str
    created_seconds: float
    training_seconds: float
    training: TrainingState
    total_training_seconds: float
    def __init__(self, model: _Optional[_Union[_predict_pb2.ModelRef, _Mapping]] = ..., predictor: _Optional[str] = ..., feature_set: _Optional[_Union[_predict_pb2.FeatureSet, str]] = ..., trained_on: _Optional[int] = ..., trained_through_sequence: _Optional[int] = ..., parameter_count: _Optional[int] = ..., weights_sha256: _Optional[str] = ..., created_seconds: _Optional[float] = ..., training_seconds: _Optional[float] = ..., training: _Optional[_Union[TrainingState, _Mapping]] = ..., total_training_seconds: _Optional[float] = ...) -> None: ...

class TrainingState(_message.Message):
    __slots__ = ("phase", "target_sequence", "last_failure")
    PHASE_FIELD_NUMBER: _ClassVar[int]
    TARGET_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LAST_FAILURE_FIELD_NUMBER: _ClassVar[int]
    phase: TrainingPhase
    target_sequence: int
    last_failure: str
    def __init__(self, phase: _Optional[_Union[TrainingPhase, str]] = ..., target_sequence: _Optional[int] = ..., last_failure: _Optional[str] = ...) -> None: ...

class ExportModelRequest(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: _predict_pb2.ModelRef
    def __init__(self, model: _Optional[_Union[_predict_pb2.ModelRef, _Mapping]] = ...) -> None: ...

class ModelArtifact(_message.Message):
    __slots__ = ("card", "weights")
    CARD_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    card: str
    weights: bytes
    def __init__(self, card: _Optional[str] = ..., weights: _Optional[bytes] = ...) -> None: ...

class ImportModelRequest(_message.Message):
    __slots__ = ("artifact", "model_name")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    artifact: ModelArtifact
    model_name: str
    def __init__(self, artifact: _Optional[_Union[ModelArtifact, _Mapping]] = ..., model_name: _Optional[str] = ...) -> None: ...

class ImportModelResponse(_message.Message):
    __slots__ = ("model",)
    MODEL_FIELD_NUMBER: _ClassVar[int]
    model: ModelInfo
    def __init__(self, model: _Optional[_Union[ModelInfo, _Mapping]] = ...) -> None: ...
