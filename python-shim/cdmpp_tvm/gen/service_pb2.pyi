from cdmpp_tvm.gen import model_pb2 as _model_pb2
from cdmpp_tvm.gen import predict_pb2 as _predict_pb2
from cdmpp_tvm.gen import report_pb2 as _report_pb2
from cdmpp_tvm.gen import task_pb2 as _task_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
