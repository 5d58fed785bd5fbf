"""``summarize cache``: the conversions that are kept, listed and removed."""

import json

from summarize.cli import main


def run(capsys, *arguments):
    try:
        main(list(arguments))
    except SystemExit as stop:
        return stop.code, *capsys.readouterr()
    raise AssertionError("the command line did not exit")


def test_lists_and_clears(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code, out, err = run(capsys, "cache")
    assert (code, out) == (0, "")
    assert str(tmp_path) in err
    folder = tmp_path / "summarize" / "ctranslate2" / "int8-1"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(bytes(3_000_000))
    manifest = {"model": "roe/tiny", "dtype": "int8", "files": {"model.bin": [3_000_000, 0]}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    code, out, _ = run(capsys, "cache")
    assert code == 0
    size, dtype, day, model = out.rstrip("\n").split("\t")
    assert (size, dtype, model, len(day)) == ("3", "int8", "roe/tiny", 10)
    code, out, err = run(capsys, "cache", "--clear")
    assert (code, out) == (0, "")
    assert "3 MB removed" in err
    assert not folder.exists()
