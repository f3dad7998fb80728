"""Folders, commits and web pages as sources: what they hold, and what of it cannot be had."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from fastgpt_client import ValidationError
from fastgpt_client._knowledge.reading import CheckedFile
from fastgpt_client.knowledge import Directory, Entry, GitTree, Pages, Source


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def put(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


def paths(source: Source) -> list[str]:
    return [entry.path for entry in source.entries()]


# --- Directory ------------------------------------------------------------------------------------------------------


def test_a_folder_holds_its_files_by_name(tmp_path: Path) -> None:
    source = Directory(put(tmp_path, b_md="bb", a__c_md="c", _hidden="h", a___x__y_md="h"))
    assert isinstance(source, Source)
    assert [*source.entries()] == [Entry("a/c.md", 1, digest(b"c")), Entry("b.md", 2, digest(b"bb"))]
    with source.open("a/c.md") as file:
        assert file.read() == b"c"


def test_a_name_has_one_form_whatever_the_disk_has(tmp_path: Path) -> None:
    source = Directory(put(tmp_path, **{"e\u0301__e\u0301_md": "1"}))
    assert paths(source) == ["\u00e9/\u00e9.md"]
    with source.open("\u00e9/\u00e9.md") as file:
        assert file.read() == b"1"
    with pytest.raises(FileNotFoundError):
        source.open("\u00e9/f.md")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_are_followed_where_that_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, other__a_md="1", docs__b_md="2", docs__sub__c_md="3")
    (tmp_path / "docs" / "file.md").symlink_to(tmp_path / "other" / "a.md")
    (tmp_path / "docs" / "folder").symlink_to(tmp_path / "other")
    (tmp_path / "docs" / "sub" / "up").symlink_to(tmp_path / "docs")
    (tmp_path / "docs" / "nothing.md").symlink_to(tmp_path / "nothing")
    assert paths(Directory(tmp_path / "docs")) == ["b.md", "sub/c.md"]
    assert paths(Directory(tmp_path / "docs", follow_symlinks=True)) == ["b.md", "file.md", "folder/a.md", "sub/c.md"]


def test_an_ignore_file_leaves_out(tmp_path: Path) -> None:
    put(tmp_path, a_md="1", a_txt="1", drafts__b_md="2", sub__keep_txt="3")
    (tmp_path / ".fastgptignore").write_text("# not these\n*.txt\n!keep.txt\ndrafts/\n")
    assert paths(Directory(tmp_path)) == ["a.md", "sub/keep.txt"]
    assert paths(Directory(tmp_path, ignore_file="none")) == ["a.md", "a.txt", "drafts/b.md", "sub/keep.txt"]


def test_an_ignore_file_needs_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".fastgptignore").touch()
    monkeypatch.setitem(sys.modules, "pathspec", None)
    with pytest.raises(ValidationError, match="pip install pathspec"):
        Directory(tmp_path)


def test_a_folder_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no such folder"):
        Directory(tmp_path / "none")


def test_what_cannot_be_read_is_an_entry_with_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a_md="1", b_md="2", sub__c_md="3")
    opened, scanned = open, os.scandir

    def cannot_open(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path).endswith("a.md"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    def cannot_scan(path: Any) -> Any:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return scanned(path)

    monkeypatch.setattr("builtins.open", cannot_open)
    monkeypatch.setattr("os.scandir", cannot_scan)
    assert [(entry.path, entry.problem) for entry in Directory(tmp_path).entries()] == [
        ("a.md", "it cannot be read: Permission denied"),
        ("b.md", None),
        ("sub/", "the folder cannot be read: Permission denied"),
    ]


def test_what_changes_while_it_is_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a_md="1")
    states = iter([os.stat_result((0, 0, 0, 0, 0, 0, size, 0, 0, 0)) for size in (1, 2)])
    with monkeypatch.context() as patch:
        patch.setattr("os.fstat", lambda _: next(states))
        entries = [*Directory(tmp_path).entries()]
    assert [entry.problem for entry in entries] == ["it changed while it was read"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their disks take text only")
def test_a_name_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff.md")).write_text("1")
    os.mkfifo(tmp_path / "pipe.md")
    assert [*Directory(tmp_path).entries()] == [Entry("a?.md", problem="its name is not valid UTF-8")]


# --- GitTree --------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
    put(tmp_path, a_md="1", **{"docs__e\u0301_md": "22"})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "1")
    return tmp_path


def git(folder: Path, *arguments: str, input: bytes | None = None) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, input=input)
    return done.stdout.decode().strip()


def test_a_commit_holds_its_files_whatever_lies_on_the_disk(repository: Path) -> None:
    source = GitTree(repository)
    put(repository, a_md="changed", new_md="new")
    git(repository, "commit", "-qam", "2")
    entries = [*source.entries()]
    assert [(entry.path, entry.size) for entry in entries] == [("a.md", 1), ("docs/\u00e9.md", 2)]
    assert entries[0].fingerprint == f"git:{git(repository, 'rev-parse', 'HEAD~:a.md')}"
    with source.open("docs/\u00e9.md") as file:
        assert file.read() == b"22"
    for entry in entries:
        CheckedFile(source.open(entry.path), entry).close()
    assert paths(GitTree(repository, "HEAD~", folder="docs/")) == ["\u00e9.md"]


def test_links_modules_and_names_that_are_no_text_are_no_files(repository: Path) -> None:
    blob, commit = git(repository, "rev-parse", "HEAD:a.md"), git(repository, "rev-parse", "HEAD")
    tree = (
        f"120000 blob {blob}\tlink.md\0".encode()
        + f"160000 commit {commit}\tmodule\0".encode()
        + f"100755 blob {blob}\ta".encode()
        + b"\xff.md\0"
    )
    made = git(repository, "mktree", "-z", input=tree)
    other = git(repository, "commit-tree", "-m", "x", made)
    assert [*GitTree(repository, other).entries()] == [Entry("a\ufffd.md", problem="its name is not valid UTF-8")]


@pytest.mark.parametrize("revision", ["nothing", "--help", "HEAD:a.md"])
def test_a_commit_that_is_none_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(ValidationError, match="source: git rev-parse"):
        GitTree(repository, revision)


def test_a_folder_that_is_not_in_the_commit_is_refused(repository: Path) -> None:
    with pytest.raises(ValidationError, match="source: git ls-tree"):
        paths(GitTree(repository, folder="none"))


def test_a_file_that_is_lost_is_told(repository: Path) -> None:
    source = GitTree(repository)
    [name] = [entry.fingerprint[4:] for entry in source.entries() if entry.path == "a.md"]
    (repository / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(ValidationError, match="source: git cat-file"):
        source.open("a.md")


def test_git_has_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValidationError, match="git cannot be run"):
        GitTree(tmp_path)


# --- Pages ----------------------------------------------------------------------------------------------------------

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(*urls: str, kind: str = "url") -> str:
    items = "".join(f"<{kind}><loc> {url} </loc></{kind}>" for url in urls)
    root = "sitemapindex" if kind == "sitemap" else "urlset"
    return f'<?xml version="1.0"?><{root} xmlns="{SITEMAP}">{items}</{root}>'


ANSWERS: dict[str, tuple[int, str, str]] = {
    "/": (200, "text/html; charset=utf-8", "<p>1"),
    "/a/b.html": (200, "TEXT/HTML", "<p>2"),
    "/a.pdf": (200, "application/pdf", "%PDF"),
    "/picture": (200, "image/png", "1"),
    "/untyped": (200, "", "1"),
    "/all.xml": (200, "text/xml", sitemap("/some.xml", "/more.xml", kind="sitemap")),
    "/some.xml": (200, "text/xml", sitemap("/", "/a.pdf")),
    "/more.xml": (200, "text/xml", sitemap("/a/b.html", "/a.pdf")),
    "/round.xml": (200, "text/xml", sitemap("/round.xml", kind="sitemap")),
    "/broken.xml": (200, "text/xml", "<urlset>"),
}


def answer(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/refused":
        raise httpx.ConnectError("refused")
    status, kind, text = ANSWERS.get(request.url.path, (404, "", ""))
    return httpx.Response(status, headers={"content-type": kind} if kind else {}, content=text.encode())


def pages(*urls: str, **options: Any) -> Pages:
    client = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True)
    return Pages([f"http://site.test{url}" for url in urls], http_client=client, **options)


def test_pages_have_the_paths_of_their_addresses() -> None:
    source = pages("/", "/a/b.html", "/a.pdf", "/?q=1&x=/", "/")
    assert [*source.entries()] == [
        Entry("site.test/index.html", 4, digest(b"<p>1")),
        Entry("site.test/a/b.html", 4, digest(b"<p>2")),
        Entry("site.test/a.pdf", 4, digest(b"%PDF")),
        Entry("site.test/index_q=1&x=_.html", 4, digest(b"<p>1")),
    ]
    with source.open("site.test/a.pdf") as file:
        assert file.read() == b"%PDF"


def test_a_sitemap_names_pages_and_further_sitemaps() -> None:
    found = paths(pages(sitemap="http://site.test/all.xml"))
    assert found == ["site.test/index.html", "site.test/a.pdf", "site.test/a/b.html"]


def test_pages_that_cannot_be_had_are_entries_with_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    source = pages("/none", "/picture", "/untyped", "/refused")
    assert [(entry.path, entry.problem) for entry in source.entries()] == [
        ("site.test/none", "HTTP 404"),
        ("site.test/picture", "unsupported content type: image/png"),
        ("site.test/untyped", "unsupported content type: none"),
        ("site.test/refused", "it cannot be fetched: refused"),
    ]
    monkeypatch.setattr("fastgpt_client.knowledge.pages._MAX_BYTES", 3)
    assert [entry.problem for entry in pages("/").entries()] == ["it is larger than 3 bytes"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [("/none.xml", "HTTP 404"), ("/broken.xml", "the sitemap is not XML"), ("/round.xml", "nested too deeply")],
)
def test_a_sitemap_that_cannot_be_read_is_an_entry_with_a_problem(name: str, problem: str) -> None:
    [entry] = pages(sitemap=f"http://site.test{name}").entries()
    assert problem in str(entry.problem)


def test_what_was_fetched_is_deleted_when_it_is_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    closed, dropped = pages("/"), pages("/")
    assert paths(closed) == paths(dropped)
    assert len([*tmp_path.iterdir()]) == 2
    closed.close()
    del dropped
    gc.collect()
    assert [*tmp_path.iterdir()] == []


def test_pages_are_fetched_with_a_client_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []

    def client(**options: Any) -> httpx.Client:
        made.append(options)
        return httpx.Client(transport=httpx.MockTransport(answer), **options)

    monkeypatch.setattr("fastgpt_client.knowledge.pages.Client", client)
    assert paths(Pages(["http://site.test/"])) == ["site.test/index.html"]
    assert made == [{"timeout": 60.0, "follow_redirects": True}]


def test_pages_need_an_address() -> None:
    with pytest.raises(ValidationError, match="urls"):
        Pages()


# --- files that are sent --------------------------------------------------------------------------------------------


def checked(content: bytes, fingerprint: str | None = None, size: int | None = None) -> CheckedFile:
    entry = Entry("a.md", len(content) if size is None else size, fingerprint or digest(content))
    return CheckedFile(io.BytesIO(content), entry)


def test_a_file_that_is_what_its_entry_says_is_read_as_often_as_it_is_asked_for() -> None:
    file = checked(b"abcd")
    for _ in range(2):
        assert (file.seek(0), file.read(3), file.tell(), file.read(3), file.read(1)) == (0, b"abc", 3, b"d", b"")
    file.seek(2)
    assert file.read() == b"cd"
    file.close()
    assert file.closed


def test_another_file_is_never_handed_out_whole() -> None:
    file = checked(b"abcd", digest(b"abce"))
    assert file.read(3) == b"abc"
    with pytest.raises(ValidationError, match="changed"):
        file.read(1)
    with pytest.raises(ValidationError, match="changed"):
        checked(b"abcd", size=3)


def test_what_a_fingerprint_of_a_sources_own_means_is_not_known() -> None:
    assert checked(b"abcd", "etag:1").read() == b"abcd"
    assert checked(b"abcd", "git:" + "0" * 64, 4).read(3) == b"abc"
    with pytest.raises(ValidationError, match="changed"):
        checked(b"abcd", "git:" + "0" * 64).read()
