from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Program(_message.Message):
    __slots__ = ("loop_nest", "transform_steps", "lowered_features")
    LOOP_NEST_FIELD_NUMBER: _ClassVar[int]
    TRANSFORM_STEPS_FIELD_NUMBER: _ClassVar[int]
    LOWERED_FEATURES_FIELD_NUMBER: _ClassVar[int]
    loop_nest: str
    transform_steps: str
    lowered_features: bytes
    def __init__(self, loop_nest: _Optional[str] = ..., transform_steps: _Optional[str] = ..., lowered_features: _Optional[bytes] = ...) -> None: ...
