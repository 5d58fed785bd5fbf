"""BART: on a small model that was really trained, and on the real configurations if given."""

import errno
import json
import logging
import multiprocessing
import os
import pickle
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from rouge_score.rouge_scorer import RougeScorer

import summarize
from summarize import BackendLoadError, Document, Length, Summarizer
from summarize.backends.base import Brief
from summarize.backends.seq2seq import Seq2Seq, conversions, torch_engine
from summarize.backends.seq2seq.settings import Limits, limits, resolve
from summarize.backends.seq2seq.torch_engine import choose_dtype
from summarize.errors import TruncationWarning
from summarize.testing import check_backend

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

ENGINES = [
    "torch",
    pytest.param(
        "ctranslate2",
        marks=pytest.mark.skipif(
            find_spec("ctranslate2") is None,
            reason="ctranslate2 is not installed",
        ),
    ),
]
KNOWN = {
    "num_beams", "max_length", "min_length", "max_new_tokens", "min_new_tokens", "length_penalty",
    "no_repeat_ngram_size", "early_stopping", "num_return_sequences",
}  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def backend(request, tiny_bart):
    backend = Seq2Seq(model=tiny_bart.folder, engine=request.param, dtype="float32", device="cpu")
    yield backend
    backend.close()


@pytest.fixture(scope="module")
def alone(backend, tiny_bart):
    """Each text's summary, written by itself."""
    return [Summarizer(backend)(text) for text in tiny_bart.texts]


@pytest.fixture(scope="module")
def torch_backend(tiny_bart):
    return Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32", device="cpu")


def rouge1(references, texts):
    scorer = RougeScorer(["rouge1"])
    pairs = list(zip(references, texts, strict=True))
    return sum(scorer.score(r, t)["rouge1"].fmeasure for r, t in pairs) / len(pairs)


def written(backend, texts):
    return [draft.text for draft in backend.generate(texts, Length())]


class TestTrained:
    def test_contract(self, backend, tiny_bart):
        check_backend(
            "bart",
            model=tiny_bart.folder,
            engine=backend._engine.name,
            dtype="float32",
            device="cpu",
            num_beams=1,
        )

    def test_writes_the_leads_back(self, backend, tiny_bart):
        drafts = backend.generate(tiny_bart.texts, Length())
        assert rouge1(tiny_bart.leads, [draft.text for draft in drafts]) > 0.9
        assert all(draft.complete for draft in drafts)

    def test_equals_generate(self, tiny_bart, backend):
        """Token for token, text by text, as transformers' own classes give it."""
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(tiny_bart.folder)
        model = AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder).eval()
        for text in tiny_bart.texts[:3]:
            inputs = tokenizer(text, return_tensors="pt")
            for lengths in ({"max_length": 220}, {"max_length": 40, "min_length": 30}):
                with torch.inference_mode():
                    expected = model.generate(**inputs, **lengths)[0].tolist()
                settings = backend.resolved(**lengths)
                asked = Limits(lengths.get("min_length", 8), lengths["max_length"])
                assert backend.write(backend.encode([text]), settings, asked) == [expected]

    def test_the_least_length_counts_as_in_generate(self, backend, tiny_bart):
        """The start token counts and the end token does not, in both engines."""
        for ids in backend.encode(tiny_bart.texts[:2]):
            [natural] = backend.write([ids], backend.settings, Limits(0, 220))
            size = len(natural)
            assert backend.write([ids], backend.settings, Limits(size - 1, 220)) == [natural]
            [longer] = backend.write([ids], backend.settings, Limits(size, 220))
            assert len(longer) > size

    @pytest.mark.parametrize("batch_size", [2, 3, 8])
    def test_batches_change_nothing(self, backend, tiny_bart, alone, batch_size):
        many = Summarizer(backend).summarize_many(tiny_bart.texts, batch_size=batch_size)
        assert list(many) == alone

    def test_what_is_unsupported_is_forbidden_in_a_second_draft(self, backend, tiny_bart):
        # It says what it knows by heart, whatever it reads: of other texts nothing is right.
        text = " ".join(word for text in tiny_bart.texts for word in text.split()[20:40:3]) + "."
        calls = []

        class Counted:
            window = backend.window
            count, generate = backend.count, backend.generate

            def generate_for(self, briefs):
                calls.append(briefs)
                drafts.extend(backend.generate_for(briefs))
                return drafts[-len(briefs) :]

        drafts = []
        summary = Summarizer(Counted(), retry_unsupported=True)(text)
        [first], [second] = calls
        assert (first.unsupported, second.text) == ((), text)
        assert len(second.unsupported) > 3
        assert any(phrase in drafts[0].text for phrase in second.unsupported)
        assert not any(f" {phrase}" in drafts[1].text for phrase in second.unsupported)
        assert "bad_words_ids" not in drafts[0].options
        told = summary.options["retried"]
        assert told["unsupported"] == list(second.unsupported)
        kept = {"first": drafts[0].text, "second": drafts[1].text}[told["kept"]]
        assert summary.sentences[0].text in kept
        # And nothing of it stays for the next.
        assert backend.generate_for([Brief(text, first.document, Length())]) == [drafts[0]]

    def test_what_is_forbidden_is_that_texts_alone(self, backend, tiny_bart):
        document = Document.from_text(tiny_bart.texts[0])
        drafts = backend.generate([document.text], Length())
        word = drafts[0].text.split()[2]
        free, bound = (Brief(document.text, document, Length(), each) for each in ((), (word,)))
        texts = [draft.text for draft in backend.generate_for([free, bound, free])]
        assert texts[0] == texts[2] == drafts[0].text
        assert word not in texts[1].split()

    def test_nor_does_the_order(self, backend, tiny_bart, alone):
        many = Summarizer(backend).summarize_many(tiny_bart.texts[::-1])
        assert list(many) == alone[::-1]

    def test_lengths_are_ceilings(self, backend, tiny_bart):
        summarizer = Summarizer(backend)
        for text in tiny_bart.texts[:2]:
            assert len(summarizer(text, sentences=1).sentences) == 1
            for words in (15, 40):
                summary = summarizer(text, words=words)
                assert summary.words <= words or (
                    summary.over_length and len(summary.sentences) == 1
                )
            summary = summarizer(text, ratio=0.5)
            assert summary.words <= 0.5 * summary.document_words or summary.over_length
            assert summary.endswith((".", "”", '"'))

    def test_threads(self, backend, tiny_bart, alone):
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(Summarizer(backend), tiny_bart.texts[:4])) == alone[:4]

    @pytest.mark.parametrize("long", ["extract", "chunk", "truncate"])
    def test_long_documents(self, backend, tiny_bart, long):
        text = "\n".join(tiny_bart.texts)
        summarizer = Summarizer(backend, long=long)
        if long == "chunk":
            summary = summarizer(text)
        else:
            with pytest.warns(TruncationWarning):
                summary = summarizer(text)
        assert summary.truncated is (long != "chunk")
        assert summary.strip()
        assert (0.05 < summary.read_fraction < 0.6) is (long != "chunk")

    @pytest.mark.parametrize("spare", [-1, 0, 1])
    def test_the_boundary_of_the_window(self, tiny_bart, spare):
        """Counted with the special tokens, window + 1 is the first that is shortened."""
        whole = Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32")
        document = Document.from_text(tiny_bart.texts[3])
        text = " ".join(sentence.text for sentence in document.sentences)
        [tokens] = whole.count([text])
        assert tokens == len(whole.encode([text])[0])
        narrow = Seq2Seq(
            model=tiny_bart.folder, engine="torch", dtype="float32", window=tokens + spare
        )
        if spare >= 0:
            assert not Summarizer(narrow)(text).truncated
        else:
            with pytest.warns(TruncationWarning):
                assert Summarizer(narrow)(text).truncated

    def test_a_200_000_character_token(self, torch_backend):
        with pytest.warns(TruncationWarning):
            summary = Summarizer(torch_backend, long="truncate")("x" * 200_000)
        assert (summary.truncated, summary.read_fraction) == (True, 0.0)

    def test_the_resolved_settings_stand_in_the_summary(self, backend, tiny_bart):
        options = Summarizer(backend)(tiny_bart.texts[0]).to_dict()["options"]
        json.dumps(options)
        assert options["engine"] in ("torch", "ctranslate2")
        assert (options["dtype"], options["device"]) == ("float32", "cpu")
        assert (options["num_beams"], options["no_repeat_ngram_size"]) == (4, 3)
        [read] = backend.count(tiny_bart.texts[:1])
        assert options["min_length"] == 8
        assert read - 16 < options["max_length"] <= read + 16  # no longer than what was read

    def test_saved_and_loaded_again(self, tiny_bart, tmp_path):
        shutil.copytree(tiny_bart.folder, tmp_path / "copy")
        first = Summarizer("bart", model=tiny_bart.folder, engine="torch", dtype="float32")
        second = pickle.loads(
            pickle.dumps(
                Summarizer("seq2seq", model=tmp_path / "copy", engine="torch", dtype="float32")
            )
        )
        assert first(tiny_bart.texts[0]) == second(tiny_bart.texts[0])

    def test_nothing_is_shown_while_loading(self, tiny_bart, capfd):
        Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32")
        assert capfd.readouterr() == ("", "")


class TestDType:
    def test_bfloat16_on_a_processor(self, tiny_bart):
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="bfloat16", device="cpu")
        drafts = backend.generate(tiny_bart.texts, Length())
        assert rouge1(tiny_bart.leads, [draft.text for draft in drafts]) > 0.9
        assert drafts[0].options["dtype"] == "bfloat16"
        assert {weights.dtype for weights in backend._engine._model.parameters()} == {
            torch.bfloat16
        }

    @pytest.mark.parametrize(
        ("avx512", "amx", "expected"),
        [(True, False, "bfloat16"), (False, True, "bfloat16"), (False, False, "float32")],
    )
    def test_auto_is_what_the_processor_has(self, tiny_bart, monkeypatch, avx512, amx, expected):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512)
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", device="cpu")
        assert backend._engine.dtype == expected

    @pytest.mark.parametrize(
        ("architecture", "has_bfloat16", "expected"),
        [
            ("bart", True, "float16"),
            ("t5", True, "bfloat16"),
            ("pegasus", False, "float32"),
        ],
    )
    def test_auto_on_a_gpu(self, monkeypatch, architecture, has_bfloat16, expected):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: has_bfloat16)
        assert choose_dtype("auto", "cuda:0", architecture) == expected
        assert choose_dtype("float32", "cuda:0", architecture) == "float32"


class TestBeams:
    def test_share_what_was_read(self, tiny_bart, torch_backend, monkeypatch):
        """The keys and values of the encoder's states are there once a text, not once a beam."""
        model, caches = torch_backend._engine._model, []
        generate = model.generate

        def watched(**inputs):
            caches.append(inputs.get("cache", inputs.get("past_key_values")))
            return generate(**inputs)

        monkeypatch.setattr(model, "generate", watched)
        monkeypatch.setattr(torch_backend._engine, "_loop", None)
        encoded = torch_backend.encode(tiny_bart.texts[:3])
        torch_backend.write(encoded, torch_backend.settings, Limits(8, 20))
        keys = caches[0].cross_attention_cache.layers[0].keys
        assert keys.shape[:3] == (3, 4, max(map(len, encoded)))
        assert caches[0].self_attention_cache.layers[0].keys.shape[0] == 3 * 4
        torch_backend.write(encoded, torch_backend.resolved(num_beams=1), Limits(8, 20))
        assert caches[1] is None


class TestOutOfMemory:
    @pytest.mark.parametrize("way", ["steps", "generate"])
    def test_halves_the_batch_and_goes_on(self, tiny_bart, monkeypatch, way):
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32")
        asked = (backend.encode(tiny_bart.texts), backend.settings, Limits(8, 60))
        expected = backend.write(*asked)
        if way == "generate":
            backend._engine._loop = None
        writes = "_by_steps" if way == "steps" else "_call"
        usual, sizes = getattr(backend._engine, writes), []

        def small(texts, *arguments, **options):
            sizes.append(len(texts))
            if len(texts) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return usual(texts, *arguments, **options)

        monkeypatch.setattr(backend._engine, writes, small)
        with pytest.warns(UserWarning, match="out of memory with . texts at once") as caught:
            assert backend.write(*asked) == expected
        assert sizes[:2] == [8, 4]
        assert (max(sizes[2:]), sum(sizes[2:])) == (2, 8)
        assert (len(caught), caught[0].filename) == (2, __file__)
        sizes.clear()
        assert backend.write(*asked) == expected  # the next batch is as small from the start
        assert (max(sizes), sum(sizes)) == (2, 8)
        monkeypatch.setattr(backend._engine, writes, usual)
        monkeypatch.setattr(torch_engine, "_BATCHES_BETWEEN_TRIES", 1)
        budget = backend._engine._budget
        assert backend.write(*asked) == expected
        assert backend._engine._budget > budget  # memory may be had again

    def test_other_devices_say_it_otherwise(self):
        for text in (
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            "MPS backend out of memory (MPS allocated: 9.00 GB)",
        ):
            assert torch_engine._is_out_of_memory(RuntimeError(text))
        assert not torch_engine._is_out_of_memory(RuntimeError("shapes do not match"))

    def test_a_single_text_that_does_not_fit_is_told(self, tiny_bart, monkeypatch):
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", dtype="float32")

        def never(*arguments, **options):
            raise torch.OutOfMemoryError("CUDA out of memory")

        monkeypatch.setattr(backend._engine._model, "generate", never)
        written(backend, tiny_bart.texts[:1])  # by steps
        monkeypatch.setattr(backend._engine._loop, "_run", never)
        with pytest.raises(torch.OutOfMemoryError):
            written(backend, tiny_bart.texts[:1])


class TestCTranslate2:
    @pytest.fixture(autouse=True)
    def _installed(self):
        pytest.importorskip("ctranslate2")

    def test_int8_is_as_good(self, tiny_bart, torch_backend):
        backend = Seq2Seq(model=tiny_bart.folder, engine="ctranslate2", device="cpu")
        assert backend._engine.dtype == "int8"
        full = rouge1(tiny_bart.leads, written(torch_backend, tiny_bart.texts))
        small = rouge1(tiny_bart.leads, written(backend, tiny_bart.texts))
        assert abs(full - small) <= 0.003

    def test_auto_takes_it_for_what_it_knows(self, tiny_bart):
        def engine(**options):
            return Seq2Seq(model=tiny_bart.folder, device="cpu", **options)._engine

        assert (engine().name, engine().dtype) == ("ctranslate2", "int8")
        assert engine(num_beams=2).name == "ctranslate2"
        assert engine(do_sample=True).name == "torch"
        assert engine(early_stopping=False).name == "torch"
        assert engine(encoder_no_repeat_ngram_size=3).name == "torch"
        assert engine(dtype="bfloat16").name == "torch"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"do_sample": True}, "sampling is left to torch"),
            ({"diversity_penalty": 0.5}, "does not know the setting 'diversity_penalty'"),
            ({"dtype": "bfloat16"}, "does not compute in dtype='bfloat16'"),
            ({"device": "cuda"}, "finds no GPU here"),
            ({"device": "meta"}, "is no processor"),
        ],
    )
    def test_asked_for_it_says_what_it_cannot_do(self, tiny_bart, options, message):
        with pytest.raises(BackendLoadError, match=message):
            Seq2Seq(model=tiny_bart.folder, engine="ctranslate2", **options)

    def test_is_converted_once(self, tiny_bart, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        options = {"model": tiny_bart.folder, "engine": "ctranslate2", "device": "cpu"}
        Seq2Seq(**options)
        [folder] = (tmp_path / "summarize" / "ctranslate2").iterdir()
        before = (folder / "model.bin").stat().st_mtime_ns
        Seq2Seq(**options)
        assert (folder / "model.bin").stat().st_mtime_ns == before
        Seq2Seq(**options, dtype="float32")
        assert len(list(folder.parent.iterdir())) == 2

    def test_a_conversion_is_known_by_what_it_was_made_from(self, tiny_bart, tmp_path, monkeypatch):
        from safetensors.torch import load_file, save_file

        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        cache = tmp_path / "cache" / "summarize" / "ctranslate2"
        model = tmp_path / "model"
        shutil.copytree(tiny_bart.folder, model)
        options = {"engine": "ctranslate2", "device": "cpu"}
        Seq2Seq(model=model, **options)
        # The same weights elsewhere, newer, saved by another release.
        moved = model.rename(tmp_path / "moved")
        os.utime(moved / "model.safetensors")
        config = json.loads((moved / "config.json").read_text())
        (moved / "config.json").write_text(json.dumps({**config, "transformers_version": "9"}))
        (moved / "README.md").write_text("A model.")
        Seq2Seq(model=moved, **options)
        Seq2Seq(model=f"{moved}/../moved", **options)
        assert len(list(cache.iterdir())) == 1
        weights = load_file(moved / "model.safetensors")
        weights["final_logits_bias"] = weights["final_logits_bias"] + 1
        save_file(weights, moved / "model.safetensors", metadata={"format": "pt"})
        Seq2Seq(model=moved, **options)
        assert len(list(cache.iterdir())) == 2

    @pytest.mark.parametrize(
        "damage",
        [
            lambda folder: (folder / "model.bin").write_bytes(b""),
            lambda folder: (folder / "model.bin").write_bytes(b"x" * 1000),
            lambda folder: (folder / "model.bin").unlink(),
            lambda folder: flip(folder / "model.bin"),
            lambda folder: (folder / "config.json").write_text("{"),
            lambda folder: [each.unlink() for each in folder.glob("*vocab*")],
            lambda folder: (folder / "manifest.json").write_text("[]"),
            lambda folder: (folder / "manifest.json").unlink(),
            lambda folder: (folder / "manifest.json").write_text("[" * 100_000),
            lambda folder: (folder / "manifest.json").write_text('{"files": {"a\\u0000": [1, 2]}}'),
            lambda folder: (shutil.rmtree(folder), folder.write_text("x")),
            lambda folder: (shutil.rmtree(folder), folder.symlink_to(folder.name)),
        ],
        ids="empty garbage gone flipped config vocabulary manifest no-manifest deep nul file "
        "loop".split(),
    )
    def test_a_damaged_conversion_is_made_again(self, tiny_bart, tmp_path, monkeypatch, damage):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        options = {"model": tiny_bart.folder, "engine": "ctranslate2", "device": "cpu"}
        expected = written(Seq2Seq(**options), tiny_bart.texts[:1])
        [folder] = (tmp_path / "summarize" / "ctranslate2").iterdir()
        damage(folder)
        assert written(Seq2Seq(**options), tiny_bart.texts[:1]) == expected
        assert [*(tmp_path / "summarize" / "ctranslate2").iterdir()] == [folder]
        assert conversions.is_whole(folder)

    def test_no_home_is_no_folder(self, tiny_bart, monkeypatch):
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setattr("pathlib.Path.home", no_home)
        backend = Seq2Seq(model=tiny_bart.folder, engine="ctranslate2", device="cpu")
        assert written(backend, tiny_bart.texts[:1])
        assert conversions.kept() == []
        assert conversions.clear() == 0

    def test_a_conversion_that_cannot_be_kept_is_used(self, tiny_bart, tmp_path, monkeypatch):
        def full(path, *_, **__):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.setattr(Path, "write_text", full)
        backend = Seq2Seq(model=tiny_bart.folder, engine="ctranslate2", device="cpu")
        assert written(backend, tiny_bart.texts[:1])
        assert list((tmp_path / "summarize" / "ctranslate2").iterdir()) == []

    def test_a_relative_cache_folder_is_none(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("XDG_CACHE_HOME", "here")
        assert conversions.cache_folder().is_absolute()

    def test_what_is_kept_is_bounded_and_swept(self, tiny_bart, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        home = tmp_path / "summarize" / "ctranslate2"
        leftover = home / "int8-old.x1"
        leftover.mkdir(parents=True)
        (leftover / "model.bin").write_bytes(b"half")
        os.utime(leftover, (1, 1))
        options = {"model": tiny_bart.folder, "engine": "ctranslate2", "device": "cpu"}
        Seq2Seq(**options)
        [first] = conversions.kept()
        assert (first.model, first.dtype) == (str(tiny_bart.folder), "int8")
        assert not leftover.exists()
        os.utime(first.folder / "manifest.json", (1, 1))
        monkeypatch.setattr(conversions, "_LIMIT", 10)
        Seq2Seq(**options, dtype="float32")
        [second] = conversions.kept()
        assert second.dtype == "float32"
        assert conversions.clear() > 1000
        assert not home.exists()

    def test_two_processes_at_once(self, tiny_bart, tmp_path):
        script = (
            "import sys; from summarize import Summarizer\n"
            "s = Summarizer('bart', model=sys.argv[1], engine='ctranslate2', device='cpu')\n"
            "sys.stdout.buffer.write(s(sys.argv[2]).encode())"
        )
        running = [
            subprocess.Popen(
                [sys.executable, "-c", script, str(tiny_bart.folder), tiny_bart.texts[0]],
                stdout=subprocess.PIPE,
                env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
            )
            for _ in range(2)
        ]
        outputs = {process.communicate()[0] for process in running}
        assert [process.returncode for process in running] == [0, 0]
        assert len(outputs) == 1
        assert len(list((tmp_path / "summarize" / "ctranslate2").iterdir())) == 1

    def test_a_failed_conversion_leaves_nothing_and_auto_goes_on(
        self, tiny_bart, tmp_path, monkeypatch
    ):
        from ctranslate2.converters import TransformersConverter

        def broken(self, output_dir, **options):
            (Path(output_dir) / "half").write_text("x")
            raise ValueError("no such layer")

        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.setattr(TransformersConverter, "convert", broken)
        with pytest.raises(BackendLoadError, match="no such layer"):
            Seq2Seq(model=tiny_bart.folder, engine="ctranslate2", device="cpu")
        assert list((tmp_path / "summarize" / "ctranslate2").iterdir()) == []
        with pytest.warns(UserWarning, match="using the engine 'torch'"):
            backend = Seq2Seq(model=tiny_bart.folder, device="cpu")
        assert backend._engine.name == "torch"

    def test_a_cache_that_cannot_be_written_is_told_and_auto_goes_on(
        self, tiny_bart, tmp_path, monkeypatch
    ):
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        with pytest.raises(BackendLoadError, match="XDG_CACHE_HOME"):
            Seq2Seq(model=tiny_bart.folder, engine="ctranslate2", device="cpu")
        with pytest.warns(UserWarning, match="using the engine 'torch'"):
            assert Seq2Seq(model=tiny_bart.folder, device="cpu")._engine.name == "torch"


class TestSettings:
    def test_each_source_precedes_the_next(self):
        config = {
            "num_beams": 1, "max_length": 20, "min_length": 1, "length_penalty": 0.5, "prefix": "c",
            "task_specific_params": {
                "summarization": {"num_beams": 3, "max_length": 200, "prefix": "summarize: "},
                "translation": {"num_beams": 9},
            },
        }  # fmt: skip
        generation = {"num_beams": 2, "length_penalty": 0.7}
        settings = resolve({"num_beams": 4}, config, generation, KNOWN)
        assert dict(settings.values) == {
            "num_beams": 4, "max_length": 200, "min_length": 1, "length_penalty": 0.7,
        }  # fmt: skip
        assert settings.prefix == "summarize: "
        assert resolve({}, config, generation, KNOWN, prefix="").prefix == ""
        del config["task_specific_params"]
        assert resolve({}, config, generation, KNOWN).prefix == "c"
        assert resolve({}, config, generation, KNOWN).values["num_beams"] == 2

    def test_what_nobody_sets(self):
        assert dict(resolve({}, {}, {}, KNOWN).values) == {
            "num_beams": 4, "max_length": 257, "min_length": 0,
        }  # fmt: skip

    def test_none_takes_a_setting_away(self):
        config = {"num_beams": 2, "max_length": 142, "length_penalty": 2.0}
        call = {"num_beams": None, "max_length": None, "length_penalty": None}
        assert resolve(call, config, {}, KNOWN).values == resolve({}, {}, {}, KNOWN).values

    def test_new_tokens_and_lengths_are_one_setting(self):
        config = {"max_length": 142, "min_length": 56}
        settings = resolve({"max_new_tokens": 60, "min_new_tokens": 10}, config, {}, KNOWN)
        assert (settings.values["min_length"], settings.values["max_length"]) == (11, 61)
        assert resolve({"max_length": 50}, {"max_new_tokens": 9}, {}, KNOWN).values[
            "max_length"
        ] == 50  # fmt: skip

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            ({"num_beam": 2}, "did you mean 'num_beams'"),
            ({"num_return_sequences": 2}, "neither an option nor a generation setting"),
            ({"quality": "best"}, "neither an option"),
        ],
    )
    def test_what_is_not_understood_is_an_error(self, call, message):
        with pytest.raises(TypeError, match=message):
            resolve(call, {}, {}, KNOWN)
        with pytest.raises(TypeError, match=message):
            Summarizer("bart", model="/nowhere", **call)

    @pytest.mark.parametrize(
        "call",
        [
            {"min_length": 60, "max_length": 50},
            {"max_length": 50, "max_new_tokens": 50},
            {"max_length": 0},
            {"max_length": True},
            {"max_new_tokens": 2.5},
            {"min_length": -1},
            {"num_beams": 0},
            {"num_beams": "four"},
        ],
    )
    def test_numbers_that_make_no_sense(self, call):
        with pytest.raises(ValueError, match=r"length|new_tokens|num_beams"):
            resolve(call, {}, {}, KNOWN)

    @pytest.mark.parametrize(
        ("call", "must"),
        [
            ({"temperature": "hot"}, "temperature='hot' must be a number"),
            ({"length_penalty": True}, "length_penalty=True must be a number"),
            ({"do_sample": "yes"}, "do_sample='yes' must be True or False"),
        ],
    )
    def test_values_of_the_wrong_kind(self, call, must):
        with pytest.raises(ValueError, match=re.escape(must)):
            resolve(call, {}, {}, KNOWN | {"temperature", "do_sample"})

    @pytest.mark.parametrize(
        ("call", "facts", "expected"),
        [
            ({}, {"read": 900}, (56, 142)),
            ({"max_length": 45}, {"read": 900}, (22, 45)),  # the model's 56 exceeds it
            ({}, {"read": 40}, (24, 48)),  # no longer than the text
            ({}, {"read": 900, "words": 10}, (32, 64)),
            ({}, {"read": 900, "words": 200}, (56, 416)),
            ({"max_length": 60}, {"read": 900, "words": 200}, (56, 60)),
            ({}, {"read": 9000, "words": 5000, "text_words": 6000}, (56, 1024)),
        ],
    )
    def test_limits_are_reconciled(self, call, facts, expected):
        settings = resolve(call, {"min_length": 56, "max_length": 142}, {}, KNOWN)
        facts = {"words": None, "text_words": 600, "positions": 1024, **facts}
        assert limits(settings, **facts) == Limits(*expected)

    def test_v4s_own_for_the_real_models(self, request):
        data = os.environ.get("SUMMARIZE_TEST_DATA")
        if not data:
            pytest.skip("SUMMARIZE_TEST_DATA does not name the folder of the real configurations")
        for name in ("bart-large-cnn", "distilbart-cnn-12-6"):
            folder = Path(data) / name
            config = json.loads((folder / "config.json").read_text())
            settings = resolve({}, config, {}, KNOWN)
            assert dict(settings.values) == {
                "num_beams": 4, "max_length": 142, "min_length": 56, "length_penalty": 2.0,
                "no_repeat_ngram_size": 3, "early_stopping": True,
            }  # fmt: skip
            assert settings.prefix == " "


class TestRealTokenizer:
    def test_more_tokens_than_embeddings(self, tmp_path):
        """BART's tokenizer has 50,265 tokens, DistilBART's configuration 50,264 embeddings."""
        data = os.environ.get("SUMMARIZE_TEST_DATA")
        if not data:
            pytest.skip("SUMMARIZE_TEST_DATA does not name the folder of the real configurations")
        from transformers import BartConfig, BartForConditionalGeneration

        real = Path(data) / "distilbart-cnn-12-6"
        small = {
            "d_model": 8, "encoder_layers": 1, "decoder_layers": 1, "num_hidden_layers": 1,
            "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 8,
            "decoder_ffn_dim": 8,
        }  # fmt: skip
        config = {**json.loads((real / "config.json").read_text()), **small}
        torch.manual_seed(0)
        model = BartForConditionalGeneration(BartConfig(**{**small, "vocab_size": 50264}))
        model.save_pretrained(tmp_path)
        for path in real.iterdir():
            shutil.copyfile(path, tmp_path / path.name)
        (tmp_path / "config.json").write_text(json.dumps(config))
        outputs = []
        for engine in ("torch", "ctranslate2"):
            backend = Seq2Seq(model=tmp_path, engine=engine, dtype="float32", device="cpu")
            assert backend.window == 1024
            assert backend.count(["Hello world"]) == [4]
            assert backend.encode(["Hello world"]) == [[0, 20920, 232, 2]]  # v4's " " before it
            assert backend.encode(["<mask>"]) == [[0, 3, 2]]  # its 50264 has no embedding
            ids = backend.encode(["Rain fell in Ellery. " * 20])
            outputs.append(backend.write(ids, backend.settings, Limits(5, 30)))
        assert outputs[0] == outputs[1]
        assert outputs[0][0][:2] == [2, 0]


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def no_home():
    raise RuntimeError("Could not determine home directory.")


class TestTruncation:
    def test_is_the_tokenizers_own(self, tiny_bart):
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", device="cpu", window=20)
        tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
        cut = tokenizer(tiny_bart.texts, truncation=True, max_length=20)["input_ids"]
        assert backend.encode(tiny_bart.texts, truncate=True) == cut
        whole = tokenizer(tiny_bart.texts)["input_ids"]
        assert backend.encode(tiny_bart.texts) == whole

    def test_of_one_thread_does_not_reach_another(self, tiny_bart):
        from concurrent.futures import ThreadPoolExecutor

        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", device="cpu", window=20)
        text = tiny_bart.texts[0]
        [whole] = backend.encode([text])

        def encode(number):
            cut = number % 2 == 0
            [ids] = backend.encode([text], truncate=cut)
            return len(ids) == (20 if cut else len(whole))

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(encode, range(2000)))


class TestFailingSoft:
    @pytest.mark.parametrize("fault", ["raises", "differs"])
    def test_beams_that_cannot_share_are_plain_and_say_so(self, tiny_bart, monkeypatch, fault):
        from summarize.backends.seq2seq import beams

        attend = beams._attend

        def broken(attention, usual, hidden_states, *rest, **options):
            if fault == "raises":
                raise AttributeError("'BartAttention' object has no attribute 'scaling'")
            both = options.get("cache", options.get("past_key_values"))
            shared = getattr(both.cross_attention_cache, "shared_by", None)
            states, weights = attend(attention, usual, hidden_states, *rest, **options)
            return states * (1.5 if shared else 1.0), weights

        monkeypatch.setattr(beams, "_attend", broken)
        options = {"model": tiny_bart.folder, "engine": "torch", "dtype": "float32"}
        with pytest.warns(UserWarning, match="its beams cannot share their attention") as caught:
            backend = Seq2Seq(**options, device="cpu")
        assert len(caught) == 1
        assert rouge1(tiny_bart.leads, written(backend, tiny_bart.texts)) > 0.9

    def test_a_model_in_training_is_refused(self, tiny_bart):
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(tiny_bart.folder).train()
        tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bart.folder)
        with pytest.raises(ValueError, match=r"call model\.eval\(\)"):
            Seq2Seq(model=model, tokenizer=tokenizer)
        model.eval()
        model.hf_device_map = {"": "cpu"}
        backend = Seq2Seq(model=model, tokenizer=tokenizer, engine="torch")
        assert rouge1(tiny_bart.leads, written(backend, tiny_bart.texts)) > 0.9

    @pytest.mark.parametrize("engine", ["torch", "ctranslate2"])
    def test_a_closed_one_says_so(self, tiny_bart, engine):
        backend = Seq2Seq(model=tiny_bart.folder, engine=engine, device="cpu")
        backend.close()
        backend.close()
        with pytest.raises(ValueError, match="the model is closed"):
            written(backend, tiny_bart.texts[:1])

    def test_devices_and_types_are_taken_as_transformers_takes_them(self, tiny_bart):
        backend = Seq2Seq(model=tiny_bart.folder, engine="torch", device=-1, dtype=torch.float32)
        assert (backend._engine.device, backend._engine.dtype) == ("cpu", "float32")
        with pytest.raises(BackendLoadError, match=r"device='cuda:7'"):
            Seq2Seq(model=tiny_bart.folder, device=7, engine="torch")
        with pytest.raises(ValueError, match="device=True"):
            Seq2Seq(model=tiny_bart.folder, device=True)

    def test_a_checkpoint_in_bfloat16_is_not_read_in_float16(self):
        from summarize.backends.seq2seq.torch_engine import choose_dtype

        assert choose_dtype("auto", "mps", "t5gemma", "bfloat16") == "bfloat16"
        assert choose_dtype("auto", "mps", "bart", "float32") == "float16"
        assert choose_dtype("auto", "xpu:0", "t5", "float32") == "bfloat16"


class TestLoading:
    def test_a_model_that_is_not_there(self, tmp_path):
        with pytest.raises(BackendLoadError) as caught:
            Summarizer("bart", model="nobody/nothing", local_files_only=True, cache_dir=tmp_path)
        message = str(caught.value)
        assert "config.json" in message
        assert "local_files_only=True" in message
        assert "hf download nobody/nothing --local-dir FOLDER" in message
        assert "model='FOLDER'" in message

    def test_offline_is_honoured(self, tmp_path):
        script = (
            "import socket, sys\n"
            "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
            "socket.socket.connect = refuse\n"
            "import summarize\n"
            "try: summarize.Summarizer('bart', cache_dir=sys.argv[1])\n"
            "except summarize.BackendLoadError as error: print(error)"
        )
        result = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
        )
        assert "the machine is offline (HF_HUB_OFFLINE is set)" in result.stdout, result
        assert "config.json" in result.stdout

    @pytest.mark.parametrize(
        ("missing", "message"),
        [
            (["config.json"], "the folder has no config.json"),
            (["model.safetensors"], "the folder has no model.safetensors"),
            (["tokenizer.json", "vocab.json", "merges.txt"], "the folder has no tokenizer.json"),
        ],
    )
    def test_a_file_that_is_missing_has_a_name(self, tiny_bart, tmp_path, missing, message):
        folder = tmp_path / "model"
        shutil.copytree(tiny_bart.folder, folder)
        for name in missing:
            (folder / name).unlink(missing_ok=True)
        with pytest.raises(BackendLoadError, match=message):
            Seq2Seq(model=folder)

    def test_weights_that_do_not_fill_the_model(self, tiny_bart, tmp_path):
        from safetensors.torch import load_file, save_file

        folder = tmp_path / "model"
        shutil.copytree(tiny_bart.folder, folder)
        weights = load_file(folder / "model.safetensors")
        del weights["model.encoder.layers.0.fc1.weight"]
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(BackendLoadError, match="1 of its weights"):
            Seq2Seq(model=folder, engine="torch")

    @pytest.mark.parametrize(("name", "text"), [("config.json", "{"), ("config.json", "[]")])
    def test_a_broken_configuration(self, tiny_bart, tmp_path, name, text):
        folder = tmp_path / "model"
        shutil.copytree(tiny_bart.folder, folder)
        (folder / name).write_text(text)
        with pytest.raises(BackendLoadError, match=r"config\.json"):
            Seq2Seq(model=folder)

    def test_broken_weights(self, tiny_bart, tmp_path):
        folder = tmp_path / "model"
        shutil.copytree(tiny_bart.folder, folder)
        (folder / "model.safetensors").write_bytes(b"nothing")
        with pytest.raises(BackendLoadError, match="weights cannot be loaded"):
            Seq2Seq(model=folder, engine="torch")

    @pytest.mark.parametrize(
        "option", [{"engine": "onnx"}, {"dtype": "int4"}, {"dtype": "int8", "engine": "torch"}]
    )
    def test_options_that_make_no_sense(self, tiny_bart, option):
        with pytest.raises((ValueError, BackendLoadError), match=r"engine|dtype"):
            Seq2Seq(model=tiny_bart.folder, **option)

    @pytest.mark.parametrize("flag", ["trust_remote_code", "use_safetensors", "local_files_only"])
    def test_a_word_is_no_flag(self, tiny_bart, flag):
        with pytest.raises(ValueError, match=f"{flag}='no' must be True or False"):
            Seq2Seq(model=tiny_bart.folder, **{flag: "no"})

    @pytest.mark.parametrize("window", [0, -5, True, 2.5])
    def test_windows_that_make_no_sense(self, tiny_bart, window):
        with pytest.raises(ValueError, match=r"window=.* must be a whole number"):
            Seq2Seq(model=tiny_bart.folder, window=window)

    def test_devices_that_are_not_there(self, tiny_bart):
        with pytest.raises(ValueError, match="device='gpu' is none that torch knows"):
            Seq2Seq(model=tiny_bart.folder, device="gpu")
        with pytest.raises(BackendLoadError, match=r"device='cuda:99': torch finds \d+ GPUs"):
            Seq2Seq(model=tiny_bart.folder, device="cuda:99")

    def test_int8_says_why_it_cannot_be(self, tiny_bart):
        with pytest.raises(BackendLoadError, match=r"sampling is left to torch|not installed"):
            Seq2Seq(model=tiny_bart.folder, device="cpu", dtype="int8", do_sample=True)
        with pytest.raises(BackendLoadError, match="the engine is 'torch'"):
            Seq2Seq(model=tiny_bart.folder, device="cpu", dtype="int8", engine="torch")

    def test_remote_code_is_not_run(self, tiny_bart, tmp_path):
        folder = tmp_path / "model"
        shutil.copytree(tiny_bart.folder, folder)
        config = json.loads((folder / "config.json").read_text())
        config["model_type"] = "own"
        config["auto_map"] = {"AutoConfig": "own.Own", "AutoModelForSeq2SeqLM": "own.Own"}
        (folder / "config.json").write_text(json.dumps(config))
        (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Own: pass\n")
        with pytest.raises(BackendLoadError):
            Seq2Seq(model=folder, engine="torch")
        assert not (tmp_path / "ran").exists()


def test_importing_summarize_imports_no_torch():
    script = (
        "import sys, summarize; summarize.available_backends()\n"
        "assert not {'torch', 'transformers', 'ctranslate2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    info = {each.name: each for each in summarize.available_backends()}
    assert (info["bart"].kind, info["bart"].extra) == ("abstractive", "bart")


def test_a_tokenizer_saved_by_v4_is_not_complained_of(tiny_bart, tmp_path):
    folder = shutil.copytree(tiny_bart.folder, tmp_path / "v4")
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(config | {"clean_up_tokenization_spaces": True}), encoding="utf-8")
    said = []
    handler = logging.Handler()
    handler.emit = said.append
    logging.getLogger("transformers").addHandler(handler)
    try:
        with Summarizer("bart", model=folder, engine="torch") as summarizer:
            assert summarizer(tiny_bart.texts[0], sentences=1)
    finally:
        logging.getLogger("transformers").removeHandler(handler)
    assert not [each for each in said if "clean_up" in each.getMessage()]


def test_threads_are_what_is_asked_for(tiny_bart):
    import torch

    before = torch.get_num_threads()
    try:
        for engine in ("torch", "ctranslate2"):
            backend = Seq2Seq(
                model=tiny_bart.folder, engine=engine, dtype="float32", device="cpu", threads=1
            )
            assert written(backend, tiny_bart.texts[:1])[0]
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
    for threads in (0, True, 1.5):
        with pytest.raises(ValueError, match="threads="):
            Seq2Seq(model=tiny_bart.folder, threads=threads)


def _in_a_fork(backend, text, results):
    try:
        results.put(str(Summarizer(backend)(text)))
    except Exception as error:
        results.put(str(error))


@pytest.mark.skipif(sys.platform != "linux", reason="a fork beside native threads")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_of_a_process_that_has_written_does_not_hang(backend, tiny_bart):
    text = tiny_bart.texts[0]
    here = str(Summarizer(backend)(text))
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_in_a_fork, args=(backend, text, results))
    child.start()
    try:
        there = results.get(timeout=60)
    finally:
        child.kill()
        child.join()
    if isinstance(backend._engine, torch_engine.TorchEngine):
        assert there == here
    else:
        assert "before the fork" in there
