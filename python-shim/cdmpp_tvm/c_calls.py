"""Calls of TVM's functions through its C interface, arguments and results as bare handles.

A call through TVM's Python layer costs 2 to 5 µs and makes an object; one of these half of one.
Handles are not counted references of Python: whoever is given one releases it.
"""

from __future__ import annotations

import ctypes
from types import TracebackType
from typing import Any

from .errors import ProtocolError
from .tvm_door import import_tvm

# TVM's argument type codes, the same from 0.8 to 0.19.
_INTEGER, _NOTHING, _OBJECT, _TEXT = 0, 4, 8, 11


def handle_of(tvm_object: Any) -> int:
    """The bare handle of one of TVM's objects, which must outlive its use."""
    return int(tvm_object.handle.value)


class CFunction:
    """One of TVM's global functions. Not for two threads at once.

    Args:
        function: From `tvm.get_global_func`.
    """

    _most_arguments = 3

    def __init__(self, function: Any) -> None:
        library = import_tvm("tvm._ffi.base")._LIB
        self._function = function  # keeps the handle alive
        self._handle = handle_of(function)
        # Looked up by item, the library gives functions of our own, whose types we may set.
        self._call = library["TVMFuncCall"]
        self._call.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int] + [ctypes.c_void_p] * 2
        self._free = library["TVMObjectFree"]
        self._free.argtypes = [ctypes.c_void_p]
        self._last_error = library["TVMGetLastError"]
        self._last_error.restype = ctypes.c_char_p
        self._values = (ctypes.c_int64 * self._most_arguments)()
        self._codes = (ctypes.c_int * self._most_arguments)()
        self._values_at = ctypes.addressof(self._values)
        self._codes_at = ctypes.addressof(self._codes)
        self._texts: dict[int, ctypes.Array[ctypes.c_char]] = {}
        self._result = ctypes.c_int64()
        self._result_code = ctypes.c_int()
        self._result_at = ctypes.addressof(self._result)
        self._result_code_at = ctypes.addressof(self._result_code)

    def set_object(self, index: int, handle: int) -> None:
        """Set an argument for the calls to come."""
        self._values[index] = handle
        self._codes[index] = _OBJECT

    def set_integer(self, index: int, value: int) -> None:
        """Set an argument for the calls to come."""
        self._values[index] = value
        self._codes[index] = _INTEGER

    def set_text(self, index: int, text: str) -> None:
        """Set an argument for the calls to come."""
        buffer = self._texts[index] = ctypes.create_string_buffer(text.encode("utf-8"))
        self._values[index] = ctypes.addressof(buffer)
        self._codes[index] = _TEXT

    def call(self, count: int) -> int:
        """Call with the first `count` arguments; returns an object's handle, the caller's now.

        Raises:
            ProtocolError: The function failed, or returned something else.
        """
        self._run(self._values_at, self._codes_at, count)
        if self._result_code.value != _OBJECT:
            raise ProtocolError(
                f"TVM's function gave type code {self._result_code.value}, expected an object."
            )
        return self._result.value

    def call_for_nothing(self, count: int) -> None:
        """Call a function that returns nothing."""
        self._run(self._values_at, self._codes_at, count)
        if self._result_code.value != _NOTHING:
            raise ProtocolError(
                f"TVM's function gave type code {self._result_code.value}, expected nothing."
            )

    def call_with_array(self, arguments: ObjectArray) -> int:
        """Call with as many objects as there are; returns an object's handle, the caller's now."""
        self._run(arguments.values_at, arguments.codes_at, len(arguments))
        return self._result.value

    def release(self, handle: int) -> None:
        """Let go of an object."""
        self._free(handle)

    def _run(self, values_at: int, codes_at: int, count: int) -> None:
        failed = self._call(
            self._handle, values_at, codes_at, count, self._result_at, self._result_code_at
        )
        if failed:
            message = (self._last_error() or b"").decode("utf-8", errors="replace")
            raise ProtocolError(f"TVM could not print the states: {message.strip()[-1000:]}")


class ObjectArray:
    """So many handles of objects in a row; `with` releases them."""

    def __init__(self, length: int) -> None:
        self._values = (ctypes.c_int64 * length)()
        self._codes = (ctypes.c_int * length)(*[_OBJECT] * length)
        self._filled = 0
        self._free = import_tvm("tvm._ffi.base")._LIB["TVMObjectFree"]
        self._free.argtypes = [ctypes.c_void_p]
        self.values_at = ctypes.addressof(self._values)
        self.codes_at = ctypes.addressof(self._codes)

    def __len__(self) -> int:
        return len(self._values)

    def put(self, place: int, handle: int) -> None:
        """Set the next place; the array releases the handle."""
        self._values[place] = handle
        self._filled = place + 1

    def __enter__(self) -> ObjectArray:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for place in range(self._filled):
            self._free(self._values[place])
        self._filled = 0
