"""One open study: optuna's, in a SQLite file that outlives the process."""

from __future__ import annotations

import fcntl
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import StudyError
from .space import distributions

if TYPE_CHECKING:
    import optuna

_STUDY_NAME = "cdmpp"
_ABOUT = "about"
# Fewer say next to nothing of which parameter mattered.
_LEAST_TRIALS_FOR_IMPORTANCE = 10
# Another process may be reading the file, for example a dashboard.
_LOCK_WAIT_SECONDS = 60


class StudySession:
    """The study of a file, held by this process alone until `close`.

    Searches by the multivariate tree-structured Parzen estimator (Bergstra et al. 2011; Falkner et
    al. 2018, section 3.1) and stops trials by the median rule (Golovin et al. 2017, section 3.2.2).
    A trial that was running when the process before died is asked for again first of all.
    """

    def __init__(self, file: Path, opening: Mapping[str, Any]) -> None:
        """Open or make the study.

        Args:
            file: SQLite.
            opening: `seed`; `about`, what the study is of (text or numbers by name); `space`, the
                parameters (see `space.py`); `first`, points to try before any other; `pruning`
                with `startupTrials` (finished ones before any is stopped) and `warmUpLooks`.

        Raises:
            StudyError: optuna is missing, another process has the study, or it is of something
                else than `about` and `space` say.
        """
        _require_optuna()
        import optuna

        self._lock = _locked(file)
        self._running: dict[int, optuna.Trial] = {}
        try:
            self._distributions = distributions(opening["space"])
            pruning = opening["pruning"]
            self._study = optuna.create_study(
                study_name=_STUDY_NAME,
                storage=_storage(file),
                load_if_exists=True,
                direction="minimize",
                pruner=optuna.pruners.MedianPruner(
                    n_startup_trials=pruning["startupTrials"],
                    n_warmup_steps=pruning["warmUpLooks"],
                ),
            )
            self._claim({**opening[_ABOUT], "space": opening["space"]}, file)
            known = len(self._study.get_trials(deepcopy=False))
            # Resumed with the same seed it would draw the same first points again.
            self._study.sampler = optuna.samplers.TPESampler(
                multivariate=True, seed=opening["seed"] + known
            )
            self._resume()
            if known == 0:
                for point in opening["first"]:
                    self._study.enqueue_trial(point)
        except KeyError as error:
            self.close()
            raise StudyError(f"request 'open' lacks {error}") from error
        except BaseException:
            self.close()
            raise

    def progress(self) -> dict[str, Any]:
        """How many trials are finished, and the best of them (None before the first)."""
        return {"finished": len(self._finished()), "best": self._best()}

    def ask(self) -> dict[str, Any]:
        """A trial to run, with its parameters."""
        trial = self._study.ask(fixed_distributions=self._distributions)
        self._running[trial.number] = trial
        return {"trial": trial.number, "parameters": trial.params}

    def report(self, number: int, look: int, value: float) -> dict[str, Any]:
        """Take down what the objective is at this look; tell whether to stop the trial."""
        trial = self._trial(number)
        trial.report(value, look)
        # A bool of numpy, which JSON does not know.
        return {"prune": bool(trial.should_prune())}

    def tell(self, number: int, state: str, value: float | None) -> dict[str, Any]:
        """End a trial: `complete` with its value, or `pruned` without one."""
        import optuna

        trial = self._trial(number)
        if state == "complete" and value is not None:
            self._study.tell(trial, value)
        elif state == "pruned" and value is None:
            self._study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            raise StudyError(
                f"trial {number} is told {state!r} with {value!r}; it must be 'complete' with a"
                " value, or 'pruned' without"
            )
        del self._running[number]
        return self.progress()

    def summary(self) -> dict[str, Any]:
        """All finished trials, the best one, and each parameter's share of what made it good."""
        trials = [
            {
                "trial": trial.number,
                "state": trial.state.name.lower(),
                "value": _value(trial),
                "looks": len(trial.intermediate_values),
                "seconds": trial.duration.total_seconds() if trial.duration else 0.0,
                "parameters": trial.params,
            }
            for trial in self._finished()
        ]
        return {"trials": trials, "best": self._best(), "importances": self._importances()}

    def close(self) -> None:
        """Let others have the file."""
        os.close(self._lock)

    def _claim(self, about: Mapping[str, Any], file: Path) -> None:
        held = self._study.user_attrs.get(_ABOUT)
        if held is None:
            self._study.set_user_attr(_ABOUT, dict(about))
            return
        for name in sorted({*held, *about}):
            if held.get(name) != about.get(name):
                raise StudyError(
                    f"study {file} is of another {name}: {held.get(name)!r}, and now it is"
                    f" {about.get(name)!r}; trials of both cannot be compared: give another --study"
                )

    def _resume(self) -> None:
        from optuna.trial import TrialState

        for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            self._study.tell(trial.number, state=TrialState.FAIL)
            self._study.enqueue_trial(trial.params)

    def _finished(self) -> list[optuna.trial.FrozenTrial]:
        from optuna.trial import TrialState

        return self._study.get_trials(
            deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED)
        )

    def _complete(self) -> list[optuna.trial.FrozenTrial]:
        from optuna.trial import TrialState

        return self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))

    def _best(self) -> dict[str, Any] | None:
        complete = self._complete()
        if not complete:
            return None
        best = min(complete, key=lambda trial: (trial.value, trial.number))
        return {"trial": best.number, "value": best.value, "parameters": best.params}

    def _importances(self) -> dict[str, float]:
        """By PED-ANOVA (Watanabe et al. 2023) over the complete trials; empty for a few."""
        import optuna

        if len(self._complete()) < _LEAST_TRIALS_FOR_IMPORTANCE:
            return {}
        return dict(
            optuna.importance.get_param_importances(
                self._study, evaluator=optuna.importance.PedAnovaImportanceEvaluator()
            )
        )

    def _trial(self, number: int) -> optuna.Trial:
        if number not in self._running:
            raise StudyError(f"trial is {number!r}; it must be one that was asked for and not told")
        return self._running[number]


def _value(trial: optuna.trial.FrozenTrial) -> float | None:
    """Of a pruned trial: what it reported last."""
    if trial.value is not None:
        return trial.value
    return None if trial.last_step is None else trial.intermediate_values[trial.last_step]


def _require_optuna() -> None:
    try:
        import optuna
    except ImportError as error:
        raise StudyError(
            f"optuna cannot be imported ({error}); install the shim with it:"
            " pip install 'cdmpp-tvm[tune]', or run `make setup` in a checkout"
        ) from error
    # What it says of every trial is said by the command, better.
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)


def _storage(file: Path) -> optuna.storages.RDBStorage:
    import optuna
    import sqlalchemy

    url = sqlalchemy.URL.create("sqlite", database=str(file.absolute()))
    try:
        return optuna.storages.RDBStorage(
            url.render_as_string(),
            engine_kwargs={"connect_args": {"timeout": _LOCK_WAIT_SECONDS}},
        )
    except (sqlalchemy.exc.DatabaseError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise StudyError(
            f"study {file} cannot be opened ({reason}); --study must name a file that such a study"
            " made, or none yet"
        ) from error


def _locked(file: Path) -> int:
    """A lock beside the file: to one process, what another one runs looks abandoned."""
    lock = file.with_name(file.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise StudyError(f"study {file} cannot be locked: {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StudyError(
            f"study {file} is in use by another process; wait for it, or give another --study"
        ) from error
    return descriptor
