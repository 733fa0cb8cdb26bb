"""A server that answers as the Hugging Face hub does, for one data set on the disk."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

NAME, COMMIT = "owner/name", "c0ffee" * 6 + "c0ff"


class Hub(ThreadingHTTPServer):
    """Serves the folder; ``asked`` holds the path of each request."""

    daemon_threads = True

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.folder, self.asked = folder, []
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Nothing on the terminal."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        self.server.asked.append(path)
        about, files = f"/api/datasets/{NAME}", f"/datasets/{NAME}/resolve/{COMMIT}/"
        if path in (about, f"{about}/revision/main", f"{about}/revision/{COMMIT}"):
            self._json({"id": NAME, "sha": COMMIT, "siblings": []})
        elif path.startswith(f"{about}/tree/{COMMIT}"):
            within = self.server.folder / path.removeprefix(f"{about}/tree/{COMMIT}").strip("/")
            deep = "recursive=true" in query.lower()
            found = sorted(within.rglob("*") if deep else within.glob("*"))
            self._json([self._entry(file) for file in found])
        elif (file := self.server.folder / path.removeprefix(files)).is_file():
            self._file(file.read_bytes())
        else:
            code = "EntryNotFound" if NAME in path else "RepoNotFound"
            self._send(404, b"{}", {"X-Error-Code": code})

    do_HEAD = do_GET

    def do_POST(self):
        """What is at some paths."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        paths = json.loads(body)["paths"] if body[:1] == "{" else parse_qs(body).get("paths", [])
        files = (self.server.folder / path for path in paths)
        self._json([self._entry(file) for file in files if file.exists()])

    def _entry(self, file: Path) -> dict:
        path = file.relative_to(self.server.folder).as_posix()
        if file.is_dir():
            return {"type": "directory", "oid": "0" * 40, "path": path}
        return {"type": "file", "oid": "0" * 40, "size": file.stat().st_size, "path": path}

    def _file(self, data: bytes):
        headers = {"ETag": f'"{len(data)}"', "Accept-Ranges": "bytes"}
        asked = self.headers.get("Range")
        if asked is None:
            return self._send(200, data, headers)
        first, _, last = asked.removeprefix("bytes=").partition("-")
        part = data[int(first) : int(last or len(data) - 1) + 1]
        headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
        return self._send(206, part, headers)

    def _json(self, found: object):
        self._send(200, json.dumps(found).encode(), {"Content-Type": "application/json"})

    def _send(self, code: int, body: bytes, headers: dict[str, str]):
        self.send_response(code)
        for name, value in {"X-Repo-Commit": COMMIT, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
