"""Prints the wire's stages as TVM prints a compute DAG, so that the two can be compared."""

from __future__ import annotations

from cdmpp_tvm.gen import task_pb2 as pb

_OPERATORS = {
    "add": " + ", "sub": " - ", "mul": "*", "div": "/", "truncdiv": "/", "truncmod": " % ",
    "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= ", "eq": " == ", "ne": " != ",
    "and": " && ", "or": " || ",
}  # fmt: skip
_FUNCTIONS = ("floordiv", "floormod", "min", "max")
_SUFFIXES = {"float32": "f", "float16": "h"}
_ASSIGNMENTS = {"sum": "+=", "max": "max=", "min": "min="}


def print_stage(stage: pb.Stage, shape: tuple[int, ...]) -> list[str]:
    """The lines that TVM prints for one stage; `shape` is that of its first output."""
    if stage.kind == pb.STAGE_KIND_PLACEHOLDER:
        return [f"{stage.name} = PLACEHOLDER [{', '.join(map(str, shape))}]"]
    head = f"{stage.name}({', '.join(axis.name for axis in stage.axes)})"
    lines = []
    for output, body in enumerate(stage.bodies):
        suffix = f".v{output}" if len(stage.bodies) > 1 else ""
        if body.kind == pb.EXPRESSION_KIND_REDUCE:
            # TVM prints the first source whichever the output is.
            source = stage.bodies[0].operands[0]
            lines.append(f"{head}{suffix} {_ASSIGNMENTS[body.name]} {print_expression(source)}")
        else:
            lines.append(f"{head}{suffix} = {print_expression(body)}")
    return lines


def print_expression(node: pb.Expression) -> str:
    """One expression in TVM's way; `if_then_else` and `select` are one to the wire."""
    inner = [print_expression(operand) for operand in node.operands]
    kind = node.kind
    if kind == pb.EXPRESSION_KIND_CONSTANT:
        return f"{node.value:g}{_SUFFIXES.get(node.dtype, '')}"
    if kind == pb.EXPRESSION_KIND_AXIS:
        return node.name
    if kind == pb.EXPRESSION_KIND_LOAD:
        return f"{node.name}[{', '.join(inner)}]"
    if kind == pb.EXPRESSION_KIND_SELECT:
        return f"select({', '.join(inner)})"
    if kind == pb.EXPRESSION_KIND_CAST:
        return f"{node.dtype}({inner[0]})"
    if kind == pb.EXPRESSION_KIND_CALL:
        return f"tir.{node.name}({', '.join(inner)})"
    if kind == pb.EXPRESSION_KIND_LOGIC and node.name == "not":
        return f"!{inner[0]}"
    if node.name in _FUNCTIONS:
        return f"{node.name}({', '.join(inner)})"
    return f"({_OPERATORS[node.name].join(inner)})"
