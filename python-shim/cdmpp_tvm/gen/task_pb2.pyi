from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StageKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STAGE_KIND_UNSPECIFIED: _ClassVar[StageKind]
    STAGE_KIND_PLACEHOLDER: _ClassVar[StageKind]
    STAGE_KIND_COMPUTE: _ClassVar[StageKind]
    STAGE_KIND_OPAQUE: _ClassVar[StageKind]

class ExpressionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPRESSION_KIND_UNSPECIFIED: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_CONSTANT: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_AXIS: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_LOAD: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_BINARY: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_COMPARE: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_LOGIC: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_SELECT: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_CAST: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_CALL: _ClassVar[ExpressionKind]
    EXPRESSION_KIND_REDUCE: _ClassVar[ExpressionKind]

class DeviceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEVICE_KIND_UNSPECIFIED: _ClassVar[DeviceKind]
    DEVICE_KIND_CPU: _ClassVar[DeviceKind]
    DEVICE_KIND_GPU: _ClassVar[DeviceKind]
STAGE_KIND_UNSPECIFIED: StageKind
STAGE_KIND_PLACEHOLDER: StageKind
STAGE_KIND_COMPUTE: StageKind
STAGE_KIND_OPAQUE: StageKind
EXPRESSION_KIND_UNSPECIFIED: ExpressionKind
EXPRESSION_KIND_CONSTANT: ExpressionKind
EXPRESSION_KIND_AXIS: ExpressionKind
EXPRESSION_KIND_LOAD: ExpressionKind
EXPRESSION_KIND_BINARY: ExpressionKind
EXPRESSION_KIND_COMPARE: ExpressionKind
EXPRESSION_KIND_LOGIC: ExpressionKind
EXPRESSION_KIND_SELECT: ExpressionKind
EXPRESSION_KIND_CAST: ExpressionKind
EXPRESSION_KIND_CALL: ExpressionKind
EXPRESSION_KIND_REDUCE: ExpressionKind
DEVICE_KIND_UNSPECIFIED: DeviceKind
DEVICE_KIND_CPU: DeviceKind
DEVICE_KIND_GPU: DeviceKind

class Task(_message.Message):
    __slots__ = ("workload_key", "target", "hardware_params", "compute_dag_text", "initial_loop_nest", "tensors", "stages", "device", "networks")
    WORKLOAD_KEY_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    HARDWARE_PARAMS_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_DAG_TEXT_FIELD_NUMBER: _ClassVar[int]
    INITIAL_LOOP_NEST_FIELD_NUMBER: _ClassVar[int]
    TENSORS_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    NETWORKS_FIELD_NUMBER: _ClassVar[int]
    workload_key: str
    target: str
    hardware_params: HardwareParams
    compute_dag_text: str
    initial_loop_nest: str
    tensors: _containers.RepeatedCompositeFieldContainer[Tensor]
    stages: _containers.RepeatedCompositeFieldContainer[Stage]
    device: DeviceCard
    networks: _containers.RepeatedCompositeFieldContainer[NetworkUse]
    def __init__(self, workload_key: _Optional[str] = ..., target: _Optional[str] = ..., hardware_params: _Optional[_Union[HardwareParams, _Mapping]] = ..., compute_dag_text: _Optional[str] = ..., initial_loop_nest: _Optional[str] = ..., tensors: _Optional[_Iterable[_Union[Tensor, _Mapping]]] = ..., stages: _Optional[_Iterable[_Union[Stage, _Mapping]]] = ..., device: _Optional[_Union[DeviceCard, _Mapping]] = ..., networks: _Optional[_Iterable[_Union[NetworkUse, _Mapping]]] = ...) -> None: ...

class NetworkUse(_message.Message):
    __slots__ = ("name", "occurrences")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OCCURRENCES_FIELD_NUMBER: _ClassVar[int]
    name: str
    occurrences: int
    def __init__(self, name: _Optional[str] = ..., occurrences: _Optional[int] = ...) -> None: ...

class Tensor(_message.Message):
    __slots__ = ("name", "shape", "dtype")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    name: str
    shape: _containers.RepeatedScalarFieldContainer[int]
    dtype: str
    def __init__(self, name: _Optional[str] = ..., shape: _Optional[_Iterable[int]] = ..., dtype: _Optional[str] = ...) -> None: ...

class HardwareParams(_message.Message):
    __slots__ = ("num_cores", "vector_unit_bytes", "cache_line_bytes", "max_shared_memory_per_block", "max_local_memory_per_block", "max_threads_per_block", "max_vthread_extent", "warp_size")
    NUM_CORES_FIELD_NUMBER: _ClassVar[int]
    VECTOR_UNIT_BYTES_FIELD_NUMBER: _ClassVar[int]
    CACHE_LINE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_SHARED_MEMORY_PER_BLOCK_FIELD_NUMBER: _ClassVar[int]
    MAX_LOCAL_MEMORY_PER_BLOCK_FIELD_NUMBER: _ClassVar[int]
    MAX_THREADS_PER_BLOCK_FIELD_NUMBER: _ClassVar[int]
    MAX_VTHREAD_EXTENT_FIELD_NUMBER: _ClassVar[int]
    WARP_SIZE_FIELD_NUMBER: _ClassVar[int]
    num_cores: int
    vector_unit_bytes: int
    cache_line_bytes: int
    max_shared_memory_per_block: int
    max_local_memory_per_block: int
    max_threads_per_block: int
    max_vthread_extent: int
    warp_size: int
    def __init__(self, num_cores: _Optional[int] = ..., vector_unit_bytes: _Optional[int] = ..., cache_line_bytes: _Optional[int] = ..., max_shared_memory_per_block: _Optional[int] = ..., max_local_memory_per_block: _Optional[int] = ..., max_threads_per_block: _Optional[int] = ..., max_vthread_extent: _Optional[int] = ..., warp_size: _Optional[int] = ...) -> None: ...

class Stage(_message.Message):
    __slots__ = ("name", "kind", "axes", "reduce_axes", "bodies", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AXES_FIELD_NUMBER: _ClassVar[int]
    REDUCE_AXES_FIELD_NUMBER: _ClassVar[int]
    BODIES_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: StageKind
    axes: _containers.RepeatedCompositeFieldContainer[Axis]
    reduce_axes: _containers.RepeatedCompositeFieldContainer[Axis]
    bodies: _containers.RepeatedCompositeFieldContainer[Expression]
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[StageKind, str]] = ..., axes: _Optional[_Iterable[_Union[Axis, _Mapping]]] = ..., reduce_axes: _Optional[_Iterable[_Union[Axis, _Mapping]]] = ..., bodies: _Optional[_Iterable[_Union[Expression, _Mapping]]] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Axis(_message.Message):
    __slots__ = ("name", "extent")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXTENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    extent: int
    def __init__(self, name: _Optional[str] = ..., extent: _Optional[int] = ...) -> None: ...

class Expression(_message.Message):
    __slots__ = ("kind", "name", "value", "dtype", "operands")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    OPERANDS_FIELD_NUMBER: _ClassVar[int]
    kind: ExpressionKind
    name: str
    value: float
    dtype: str
    operands: _containers.RepeatedCompositeFieldContainer[Expression]
    def __init__(self, kind: _Optional[_Union[ExpressionKind, str]] = ..., name: _Optional[str] = ..., value: _Optional[float] = ..., dtype: _Optional[str] = ..., operands: _Optional[_Iterable[_Union[Expression, _Mapping]]] = ...) -> None: ...

class DeviceCard(_message.Message):
    __slots__ = ("name", "kind", "cores", "simd_bits", "clock_hertz", "peak_flops", "memory_bandwidth_bytes_per_second", "l1_cache_bytes", "l2_cache_bytes", "l3_cache_bytes", "memory_bytes", "shared_memory_bytes_per_core", "registers_per_core", "max_threads_per_core", "warp_size", "launch_overhead_seconds", "l1_bandwidth_bytes_per_second", "l2_bandwidth_bytes_per_second", "l3_bandwidth_bytes_per_second")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CORES_FIELD_NUMBER: _ClassVar[int]
    SIMD_BITS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_HERTZ_FIELD_NUMBER: _ClassVar[int]
    PEAK_FLOPS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BANDWIDTH_BYTES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    L1_CACHE_BYTES_FIELD_NUMBER: _ClassVar[int]
    L2_CACHE_BYTES_FIELD_NUMBER: _ClassVar[int]
    L3_CACHE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHARED_MEMORY_BYTES_PER_CORE_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_PER_CORE_FIELD_NUMBER: _ClassVar[int]
    MAX_THREADS_PER_CORE_FIELD_NUMBER: _ClassVar[int]
    WARP_SIZE_FIELD_NUMBER: _ClassVar[int]
    LAUNCH_OVERHEAD_SECONDS_FIELD_NUMBER: _ClassVar[int]
    L1_BANDWIDTH_BYTES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    L2_BANDWIDTH_BYTES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    L3_BANDWIDTH_BYTES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: DeviceKind
    cores: int
    simd_bits: int
    clock_hertz: float
    peak_flops: float
    memory_bandwidth_bytes_per_second: float
    l1_cache_bytes: int
    l2_cache_bytes: int
    l3_cache_bytes: int
    memory_bytes: int
    shared_memory_bytes_per_core: int
    registers_per_core: int
    max_threads_per_core: int
    warp_size: int
    launch_overhead_seconds: float
    l1_bandwidth_bytes_per_second: float
    l2_bandwidth_bytes_per_second: float
    l3_bandwidth_bytes_per_second: float
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[DeviceKind, str]] = ..., cores: _Optional[int] = ..., simd_bits: _Optional[int] = ..., clock_hertz: _Optional[float] = ..., peak_flops: _Optional[float] = ..., memory_bandwidth_bytes_per_second: _Optional[float] = ..., l1_cache_bytes: _Optional[int] = ..., l2_cache_bytes: _Optional[int] = ..., l3_cache_bytes: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., shared_memory_bytes_per_core: _Optional[int] = ..., registers_per_core: _Optional[int] = ..., max_threads_per_core: _Optional[int] = ..., warp_size: _Optional[int] = ..., launch_overhead_seconds: _Optional[float] = ..., l1_bandwidth_bytes_per_second: _Optional[float] = ..., l2_bandwidth_bytes_per_second: _Optional[float] = ..., l3_bandwidth_bytes_per_second: _Optional[float] = ...) -> None: ...

class RegisterTaskRequest(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: Task
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ...) -> None: ...

class RegisterTaskResponse(_message.Message):
    __slots__ = ("task_id", "reference_latency_seconds", "model_name")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_LATENCY_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    reference_latency_seconds: float
    model_name: str
    def __init__(self, task_id: _Optional[str] = ..., reference_latency_seconds: _Optional[float] = ..., model_name: _Optional[str] = ...) -> None: ...
