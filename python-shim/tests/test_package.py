"""The package by itself: what it needs, what it says where TVM is missing, saved models."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import cdmpp_tvm
from cdmpp_tvm.artifact import read_artifact, write_artifact
from cdmpp_tvm.errors import ArtifactError, ShimError
from cdmpp_tvm.gen import model_pb2

_WITHOUT_TVM = """
import importlib.abc, sys

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("tvm", "xgboost"):
            raise ImportError(f"No module named {name!r}")

sys.meta_path.insert(0, Blocker())
import cdmpp_tvm, cdmpp_tvm.session, cdmpp_tvm.encode, cdmpp_tvm.dag, cdmpp_tvm.records
assert "tvm" not in sys.modules
for name in cdmpp_tvm.__all__:
    if name != "CdmppModel":
        getattr(cdmpp_tvm, name)
try:
    cdmpp_tvm.CdmppModel
except cdmpp_tvm.TvmMissingError as error:
    assert isinstance(error, ImportError)
    print(error)
"""


def test_package_imports_without_tvm_and_says_in_one_sentence_what_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_TVM], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 1
    assert "up to 0.19" in lines[0]
    assert "make setup" in lines[0]


def test_every_error_has_one_root() -> None:
    errors = [getattr(cdmpp_tvm, name) for name in cdmpp_tvm.__all__ if name.endswith("Error")]
    assert len(errors) == 11
    assert all(issubclass(error, ShimError) for error in errors)


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = cdmpp_tvm.no_such_name


def test_artifact_comes_back_as_it_was(tmp_path: Path) -> None:
    artifact = model_pb2.ModelArtifact(card='{"predictor": "cdmpp"}', weights=bytes(range(256)))
    write_artifact(tmp_path / "model.zip", artifact)
    assert read_artifact(tmp_path / "model.zip") == artifact
    assert [path.name for path in tmp_path.iterdir()] == ["model.zip"]


def test_files_that_are_no_artifacts_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="nowhere"):
        read_artifact(tmp_path / "nowhere.zip")
    (tmp_path / "text").write_text("not a zip", encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"CdmppModel\.save"):
        read_artifact(tmp_path / "text")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("something", "else")
    with pytest.raises(ArtifactError, match=r"card\.json"):
        read_artifact(tmp_path / "other.zip")
