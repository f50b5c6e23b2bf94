"""What a cost model has done so far: counts and seconds, for people and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class RoundModel:
    """Which version answered a search round.

    Attributes:
        first_record: Records reported before the round: the round's first trial, counted from 0.
        name: Of the model: a server has one for each kind of target, such as `cdmpp-cpu`.
        version: 0 is the model that the server was shipped with, or the analytical estimate.
        trained_on: Measured records that the version was trained on. 0: the analytical estimate.
    """

    first_record: int
    name: str
    version: int
    trained_on: int

    @property
    def model(self) -> str:
        """Name and version, such as `cdmpp-cpu@3`."""
        return f"{self.name}@{self.version}"


@dataclass
class Statistics:
    """Counts and wall seconds of one cost model, from its making.

    Attributes:
        predict_calls: Calls of `predict`.
        programs_scored: Programs in them.
        programs_resent: Of these, those that the server could not read from their steps alone and
            that were sent once more, with their printed loop nest.
        programs_cached: Programs whose latency the server had at hand from an earlier call.
        predict_seconds: In `predict`, all told; the next three are parts of it.
        print_seconds: Printing programs. The server works meanwhile.
        answer_wait_seconds: From the last program printed to the last answer.
        fresh_model_wait_seconds: Waiting for a model that has learned from the last report.
        report_seconds: Encoding and sending measured records.
        records_reported: Records that the server took in.
        records_duplicate: Records that it held already, or that were not sent for that reason.
        store_records: Records in the server's store, of all tasks, as its last answer to a report
            counted them. 0: nothing was sent yet.
        rounds: One entry per search round in which something was predicted; two where tasks of both
            kinds of targets were.
        answered_by: Model and version that answered last, such as `cdmpp-cpu@3`. None: nothing was
            asked yet.
    """

    predict_calls: int = 0
    programs_scored: int = 0
    programs_resent: int = 0
    programs_cached: int = 0
    predict_seconds: float = 0.0
    print_seconds: float = 0.0
    answer_wait_seconds: float = 0.0
    fresh_model_wait_seconds: float = 0.0
    report_seconds: float = 0.0
    records_reported: int = 0
    records_duplicate: int = 0
    store_records: int = 0
    rounds: list[RoundModel] = field(default_factory=list)
    answered_by: str | None = None
