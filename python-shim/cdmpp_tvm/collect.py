"""`python -m cdmpp_tvm.collect`: measure programs of many tasks into a collection folder.

    python -m cdmpp_tvm.collect --out DIR --networks resnet-18,mobilenet-v2 --per-task 110

Start it again with the same options and it goes on where it was, after a kill too.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .collection.canary import Canaries
from .collection.collection_task import CollectionTask
from .collection.collector import Collector, Outcome
from .collection.description import describe, joined
from .collection.folder import CollectionFolder
from .collection.local_measurer import LocalMeasurer
from .collection.measurement import Measurer
from .collection.messages import TimingSettings
from .collection.pool import MeasurementPool
from .collection.reference import ReferenceKernel
from .collection.remote_device import remote_device
from .collection.rpc_measurer import RpcMeasurer
from .collection.server_link import ServerLink
from .collection.settings import CollectionSettings, check_goes_on
from .errors import ConfigurationError, ShimError
from .local_devices import LocalDevice, local_devices


@dataclass(frozen=True)
class CollectOptions:
    """A run of the collector.

    Attributes:
        out: The collection folder.
        settings: What is wanted.
        task_file: Path of a task file. None: networks only.
        devices: Such as `avx2-1t`; empty: all that this CPU can be.
        time_budget_minutes: See `Collector`.
        builders: See `MeasurementPool`.
        build_timeout_seconds: See `MeasurementPool`.
        server: Address of a server that guides the choice. None: random programs.
        tracker: `host:port` of an RPC tracker. None: this machine.
        tracker_key: Of the machine that the tracker lends.
        device_name: Of that machine, for its records.
        device_card: File with that machine's card. None: nothing of the kind is known.
    """

    out: Path
    settings: CollectionSettings
    task_file: Path | None = None
    devices: tuple[str, ...] = ()
    time_budget_minutes: float | None = None
    builders: int | None = None
    build_timeout_seconds: float = 10.0
    server: str | None = None
    tracker: str | None = None
    tracker_key: str = ""
    device_name: str = ""
    device_card: Path | None = None


def collect(options: CollectOptions) -> Outcome:
    """Collect until everything wanted is there, or the time is up.

    Raises:
        ShimError: Options contradict each other or the folder, or nothing can be measured.
    """
    devices = _devices(options)
    tasks = [CollectionTask(source) for source in _sources(options)]
    if not tasks:
        raise ConfigurationError("there is no task to measure; give --networks or --task-file.")
    with contextlib.ExitStack() as stack:
        folder = CollectionFolder(options.out)
        stack.callback(folder.close)
        _describe(folder, options, tasks, devices)
        measurer = _measurer(options, folder, devices)
        stack.callback(measurer.close)
        server = None
        if options.server is not None:
            server = ServerLink(options.server, devices)
            stack.callback(server.close)
        minutes = options.time_budget_minutes
        return Collector(
            folder,
            tasks,
            devices,
            measurer,
            options.settings,
            server,
            None if minutes is None else minutes * 60,
        ).run()


def _devices(options: CollectOptions) -> list[LocalDevice]:
    devices = local_devices(options.devices or None)
    if options.tracker is None:
        if options.device_card is not None:
            raise ConfigurationError(
                "--device-card goes with --tracker; this machine's own cards are those that"
                " `python -m cdmpp_tvm.probe` writes."
            )
        return list(devices)
    if len(options.devices) != 1 or not options.device_name or not options.tracker_key:
        raise ConfigurationError(
            "--tracker wants --key, --device-name and one device in --devices, which says what"
            " instruction set and how many threads the machine has."
        )
    return [remote_device(devices[0], options.device_name, options.device_card)]


def _sources(options: CollectOptions) -> list[Any]:
    from .networks import choose_tasks, network_tasks
    from .task_files import load_task_file

    settings = options.settings
    sources = list(network_tasks(settings.networks)) if settings.networks else []
    if options.task_file is not None:
        sources += load_task_file(options.task_file)
    return list(choose_tasks(sources, settings.tasks, settings.most_flops, settings.seed))


def _describe(
    folder: CollectionFolder,
    options: CollectOptions,
    tasks: Sequence[CollectionTask],
    devices: Sequence[LocalDevice],
) -> None:
    """Write what the folder says of itself: settings, machine, tasks.

    What it said of devices and tasks that are not measured this time stays.
    """
    from .task_bundle import bundled_task, read_task_bundle, write_task_bundle

    content = {**asdict(options.settings), **describe(devices)}
    content["networks"] = list(options.settings.networks)
    stored = folder.read_settings()
    if stored is not None:
        check_goes_on(stored, content)
        content = joined(stored, content)
    folder.write_settings(content)
    ours = [bundled_task(task.source, device) for task in tasks for device in devices]
    rewritten = {(each.task.device.name, each.task.workload_key) for each in ours}
    bundle = folder.path / "tasks.tasks"
    others = [
        each
        for each in (read_task_bundle(bundle) if bundle.exists() else [])
        if (each.task.device.name, each.task.workload_key) not in rewritten
    ]
    write_task_bundle(bundle, [*ours, *others])


def _measurer(
    options: CollectOptions, folder: CollectionFolder, devices: Sequence[LocalDevice]
) -> Measurer:
    settings = options.settings
    timing = TimingSettings(repeats=settings.repeats, min_repeat_ms=settings.min_repeat_ms)
    if options.tracker is not None:
        return RpcMeasurer(options.tracker, options.tracker_key, timing, builders=options.builders)
    pool = MeasurementPool(options.builders, options.build_timeout_seconds)
    reference = ReferenceKernel(
        pool,
        devices,
        {device.name: folder.reference_latencies(device.name) for device in devices},
        lambda device, reading: folder.append_reading(device.name, reading),
    )
    instruction_sets = len({device.instruction_set for device in devices})
    canaries = Canaries(device.threads for device in devices)
    return LocalMeasurer(pool, reference, canaries, timing, instruction_sets)


def parse_arguments(arguments: Sequence[str] | None = None) -> CollectOptions:
    """Options of the command line."""
    defaults = CollectionSettings()
    parser = argparse.ArgumentParser(
        prog="python -m cdmpp_tvm.collect",
        description="Measure programs of many tasks into a folder. Started again with the same"
        " options it goes on where it was.",
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="the collection folder")
    add("--networks", default="", metavar="NAME,…", help="relay networks; `all` for all of them")
    add("--task-file", type=Path, metavar="FILE", help="a Python file that defines tasks")
    add("--devices", default="", metavar="SET-Nt,…", help="such as avx2-1t; default: all")
    add("--tasks", type=int, metavar="N", help="at most so many tasks, of all networks")
    add("--most-flops", type=float, metavar="N", help="leave tasks with more operations out")
    add("--per-task", type=int, default=defaults.per_task, metavar="N", help="valid programs")
    add("--passes", type=int, default=defaults.passes, metavar="N", help="rounds over all tasks")
    add("--seed", type=int, default=defaults.seed)
    add("--repeats", type=int, default=defaults.repeats, metavar="N", help="samples a program")
    add("--min-repeat-ms", type=int, default=defaults.min_repeat_ms, metavar="MS")
    add("--most-spread", type=float, default=defaults.most_spread, metavar="FRACTION")
    add("--remeasured-share", type=float, default=defaults.remeasured_share, metavar="FRACTION")
    add("--evolved-share", type=float, default=defaults.evolved_share, metavar="FRACTION")
    add("--time-budget-minutes", type=float, metavar="M", help="begin nothing after that")
    add("--builders", type=int, metavar="N", help="programs built at the same time")
    add("--build-timeout", type=float, default=10.0, metavar="S", help="longer builds fail")
    add("--server", metavar="ADDRESS", help="a server that guides the choice and learns")
    add("--tracker", metavar="HOST:PORT", help="measure on a machine of this RPC tracker")
    add("--key", default="", help="of the machine that the tracker lends")
    add("--device-name", default="", metavar="NAME", help="of that machine, for its records")
    add("--device-card", type=Path, metavar="FILE", help="of that machine, probed there")
    given = parser.parse_args(arguments)
    for name in ("per_task", "passes", "repeats"):
        if getattr(given, name) < 1:
            option = f"--{name.replace('_', '-')}"
            parser.error(f"{option} is {getattr(given, name)}, expected 1 or more")
    settings = CollectionSettings(
        seed=given.seed,
        networks=_network_names(given.networks),
        task_file="" if given.task_file is None else given.task_file.name,
        tasks=given.tasks,
        most_flops=given.most_flops,
        per_task=given.per_task,
        passes=given.passes,
        repeats=given.repeats,
        min_repeat_ms=given.min_repeat_ms,
        most_spread=given.most_spread,
        remeasured_share=given.remeasured_share,
        evolved_share=given.evolved_share,
    )
    return CollectOptions(
        out=given.out,
        settings=settings,
        task_file=given.task_file,
        devices=_names(given.devices),
        time_budget_minutes=given.time_budget_minutes,
        builders=given.builders,
        build_timeout_seconds=given.build_timeout,
        server=given.server,
        tracker=given.tracker,
        tracker_key=given.key,
        device_name=given.device_name,
        device_card=given.device_card,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _network_names(text: str) -> tuple[str, ...]:
    if text == "all":
        from .networks import NETWORK_NAMES

        return tuple(NETWORK_NAMES)
    return _names(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status: 0 also when the time was up."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    options = parse_arguments(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # closes what is open
    try:
        outcome = collect(options)
    except ShimError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    rate = outcome.measured / outcome.seconds if outcome.seconds > 0 else 0.0
    ending = "complete" if outcome.is_complete else "time is up; the same command goes on"
    for name, count in sorted(outcome.valid_records.items()):
        print(f"{count:8d} latencies as {name}")
    print(
        f"{outcome.measured} measurements in {outcome.seconds:.0f} s ({rate:.2f} a second);"
        f" {ending}: {options.out}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
