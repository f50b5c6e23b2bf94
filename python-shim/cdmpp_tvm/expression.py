"""TE expressions → the wire's expression trees.

A tree is what TVM's own printing of the compute DAG says, no more: nothing is simplified. `Let` is
the exception (its variable is replaced by its value), as are `likely` (dropped), a reduction
axis that does not start at 0 (its start is added where the axis is used), and an integer that
becomes a float: TVM knows that the elements in a pooling window are always 9, the server does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .gen import task_pb2 as pb

# The contract's limits (task.proto); a stage beyond them is sent as opaque.
MAX_DEPTH = 96
MAX_NODES = 65_536

_BINARY = {
    "Add": "add",
    "Sub": "sub",
    "Mul": "mul",
    "Div": "div",
    "Mod": "truncmod",
    "FloorDiv": "floordiv",
    "FloorMod": "floormod",
    "Min": "min",
    "Max": "max",
}
_COMPARE = {"LT": "lt", "LE": "le", "GT": "gt", "GE": "ge", "EQ": "eq", "NE": "ne"}
_LOGIC = {"And": "and", "Or": "or"}
_COMBINERS = {"Add": "sum", "Mul": "prod", "Max": "max", "Min": "min"}
# Calls whose first argument is the name of what is called.
_NAMED_CALLS = {"call_extern", "call_pure_extern", "call_packed", "call_cpacked"}


class TooLargeError(Exception):
    """The expression exceeds MAX_DEPTH or MAX_NODES."""


def tensor_name(stage_name: str, output: int, outputs: int) -> str:
    """Name of a stage's output, as the printed DAG shows it: `X`, or `X.v0`, `X.v1`, ..."""
    return stage_name if outputs == 1 else f"{stage_name}.v{output}"


class ExpressionEncoder:
    """Encodes the bodies of one stage; counts their nodes together.

    Args:
        axes: Variable → name of its axis, with the axis' start where that is not 0.
        stage_names: Operation → its name on the wire.
        simplify: What TVM makes of an integer expression, knowing the ranges of the axes.
    """

    def __init__(
        self,
        axes: Mapping[Any, tuple[str, int]],
        stage_names: Mapping[Any, str],
        simplify: Callable[[Any], Any] = lambda expression: expression,
    ) -> None:
        self._axes = axes
        self._stage_names = stage_names
        self._simplify = simplify
        self._bound: dict[Any, Any] = {}
        self._nodes = 0

    def encode(self, expression: Any, depth: int = 1) -> pb.Expression:
        """Encode one TE expression.

        Raises:
            TooLargeError: Deeper than MAX_DEPTH, or the stage has more than MAX_NODES nodes.
        """
        kind = type(expression).__name__
        if kind == "Let":
            self._bound[expression.var] = expression.value
            return self.encode(expression.body, depth)
        if kind in ("Var", "SizeVar") and expression in self._bound:
            return self.encode(self._bound[expression], depth)
        if kind == "Call" and _call_name(expression) == "likely":
            return self.encode(expression.args[0], depth)
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise TooLargeError(f"depth {depth}, nodes {self._nodes}")
        if kind in ("Var", "SizeVar"):
            return self._axis(expression, depth)
        if kind in ("IntImm", "FloatImm"):
            return constant(float(expression.value), str(expression.dtype))
        if kind == "ProducerLoad":
            producer = expression.producer
            op = producer.op
            name = tensor_name(
                self._stage_names.get(op, str(op.name)), int(producer.value_index), op.num_outputs
            )
            return self._node(pb.EXPRESSION_KIND_LOAD, name, expression, expression.indices, depth)
        if kind in _BINARY:
            name = _BINARY[kind]
            if kind == "Div" and "float" not in str(expression.dtype):
                name = "truncdiv"
            return self._node(
                pb.EXPRESSION_KIND_BINARY, name, expression, (expression.a, expression.b), depth
            )
        if kind in _COMPARE:
            return self._node(
                pb.EXPRESSION_KIND_COMPARE,
                _COMPARE[kind],
                expression,
                (expression.a, expression.b),
                depth,
            )
        if kind in _LOGIC:
            return self._node(
                pb.EXPRESSION_KIND_LOGIC,
                _LOGIC[kind],
                expression,
                (expression.a, expression.b),
                depth,
            )
        if kind == "Not":
            return self._node(pb.EXPRESSION_KIND_LOGIC, "not", expression, (expression.a,), depth)
        if kind == "Select":
            operands = (expression.condition, expression.true_value, expression.false_value)
            return self._node(pb.EXPRESSION_KIND_SELECT, "", expression, operands, depth)
        if kind == "Cast":
            value = expression.value
            if "float" in str(expression.dtype) and "int" in str(value.dtype):
                value = self._simplify(value)
            return self._node(pb.EXPRESSION_KIND_CAST, "", expression, (value,), depth)
        if kind == "Call":
            return self._call(expression, depth)
        if kind == "Reduce":
            return self._reduce(expression, depth)
        return self._unknown(kind, expression, depth)

    def _node(
        self, kind: pb.ExpressionKind, name: str, expression: Any, operands: Any, depth: int
    ) -> pb.Expression:
        return pb.Expression(
            kind=kind,
            name=name,
            dtype=str(expression.dtype),
            operands=[self.encode(operand, depth + 1) for operand in operands],
        )

    def _axis(self, var: Any, depth: int) -> pb.Expression:
        name, start = self._axes.get(var, (str(var.name), 0))
        dtype = str(var.dtype)
        axis = pb.Expression(kind=pb.EXPRESSION_KIND_AXIS, name=name, dtype=dtype)
        if start == 0:
            return axis
        if depth + 1 > MAX_DEPTH:
            raise TooLargeError(f"depth {depth + 1}")
        self._nodes += 2
        return pb.Expression(
            kind=pb.EXPRESSION_KIND_BINARY,
            name="add",
            dtype=dtype,
            operands=[axis, constant(float(start), dtype)],
        )

    def _call(self, call: Any, depth: int) -> pb.Expression:
        name = _call_name(call)
        arguments = list(call.args)
        if name == "if_then_else":
            return self._node(pb.EXPRESSION_KIND_SELECT, "", call, arguments, depth)
        if name in _NAMED_CALLS and arguments and hasattr(arguments[0], "value"):
            name = str(arguments[0].value)
            arguments = arguments[1:]
        return self._node(pb.EXPRESSION_KIND_CALL, name, call, arguments, depth)

    def _reduce(self, reduce: Any, depth: int) -> pb.Expression:
        """A REDUCE node; its operands are the sources that this output depends on."""
        name = _combiner_name(reduce.combiner, int(reduce.value_index))
        sources = list(reduce.source)
        if name != "other":
            sources = [sources[int(reduce.value_index)]]
        condition = reduce.condition
        always = type(condition).__name__ == "IntImm" and int(condition.value) == 1
        if always:
            return self._node(pb.EXPRESSION_KIND_REDUCE, name, reduce, sources, depth)
        identity = reduce.combiner.identity_element
        guarded = [
            pb.Expression(
                kind=pb.EXPRESSION_KIND_SELECT,
                dtype=str(source.dtype),
                operands=[
                    self.encode(condition, depth + 2),
                    self.encode(source, depth + 2),
                    self.encode(identity[index], depth + 2),
                ],
            )
            for index, source in enumerate(sources)
        ]
        self._nodes += 1 + len(guarded)
        return pb.Expression(
            kind=pb.EXPRESSION_KIND_REDUCE, name=name, dtype=str(reduce.dtype), operands=guarded
        )

    def _unknown(self, kind: str, expression: Any, depth: int) -> pb.Expression:
        """A node that the contract has no kind for: a call by its class' name."""
        operands = []
        for field in ("a", "b", "value", "base", "stride", "condition", "body", "index"):
            child = getattr(expression, field, None)
            if hasattr(child, "dtype"):
                operands.append(self.encode(child, depth + 1))
        return pb.Expression(
            kind=pb.EXPRESSION_KIND_CALL,
            name=kind,
            dtype=str(getattr(expression, "dtype", "handle")),
            operands=operands,
        )


def constant(value: float, dtype: str) -> pb.Expression:
    """A CONSTANT node."""
    return pb.Expression(kind=pb.EXPRESSION_KIND_CONSTANT, value=value, dtype=dtype)


def _call_name(call: Any) -> str:
    """`tir.exp` → `exp`; a call without a named operation → its class' name."""
    name = str(getattr(call.op, "name", getattr(call.op, "name_hint", type(call.op).__name__)))
    return name.split(".")[-1]


def _combiner_name(combiner: Any, output: int) -> str:
    """Which of sum, prod, max, min combines this output; `other` where none does."""
    result = combiner.result[output]
    name = _COMBINERS.get(type(result).__name__)
    if name is None:
        return "other"
    left, right = combiner.lhs[output], combiner.rhs[output]
    straight = result.a.same_as(left) and result.b.same_as(right)
    swapped = result.a.same_as(right) and result.b.same_as(left)
    return name if straight or swapped else "other"
