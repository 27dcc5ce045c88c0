"""What the benchmark scripts share: processes to measure, wrk, nginx beside them, and lines of JSON."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICK = 1 / os.sysconf("SC_CLK_TCK")


def fail(message):
    print(f"bench: {message}", file=sys.stderr)
    sys.exit(1)


def need(program):
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    return found or fail(f"{program} is not installed (script/setup installs it)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.02)
    return False


class Process:
    """A process that is ended by its own id, with its children counted as part of it."""

    def __init__(self, command, log, **options):
        self.log = pathlib.Path(log)
        with open(log, "wb") as out:
            self.popen = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **options)
        self.pid = self.popen.pid

    def pids(self):
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [self.pid] + [int(pid) for pid in children.read_text().split()]

    def cpu_seconds(self):
        """User and system time so far, from the kernel's accounting."""
        ticks = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks * TICK

    def rss_mib(self):
        total = 0
        for pid in self.pids():
            total += int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
        return round(total / 1024, 1)

    def said(self):
        return self.log.read_text(errors="replace").strip()

    def stop(self):
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(25)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()


def start_listening(command, port, log, seconds=10, **options):
    process = Process(command, log, **options)
    if not wait_for_port(port, seconds) or process.popen.poll() is not None:
        process.stop()
        fail(f"`{' '.join(map(str, command))}` did not start listening on port {port}: {process.said()[-2000:]}")
    return process


NGINX = """
daemon off; worker_processes {workers}; pid {dir}/nginx.pid; error_log {dir}/error.log error;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 75; default_type application/json;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ {sets} return 200 "{body}"; }}
  }}
}}
"""


def start_nginx(directory, body_bytes, workers=2):
    """nginx answering every request with a constant body of that size. One string of its configuration may hold no
    more than 4 KB, so the body is put together from pieces."""
    directory = pathlib.Path(directory) / "nginx"
    directory.mkdir()
    port = free_port()
    pieces = [min(2000, body_bytes - at) for at in range(0, body_bytes, 2000)]
    sets = " ".join(f'set $p{i} "{"x" * n}";' for i, n in enumerate(pieces))
    body = "".join(f"${{p{i}}}" for i in range(len(pieces)))
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(workers=workers, dir=directory, port=port, sets=sets, body=body))
    command = [need("nginx"), "-c", str(config), "-p", str(directory), "-e", str(directory / "error.log")]
    return start_listening(command, port, directory / "out.log"), port


WRK_SCRIPT = """
local counter = 0
local thread_number = 0
function setup(thread) thread:set("number", thread_number); thread_number = thread_number + 1 end
function init(args) counter = (number or 0) * 7919 end
function request()
  counter = counter + 1
  local body = string.gsub(template, "{customer}", tostring(counter % 100000))
  return wrk.format("POST", path, {["Content-Type"] = "application/json"}, body)
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout, e.status))
end
"""


def run_wrk(process, port, connections, seconds, path, template, directory):
    """Loads `process`, and returns requests a second and its CPU a request. `{customer}` in the template varies."""
    script = pathlib.Path(directory) / "load.lua"
    script.write_text(f"local template = [==[{template}]==]\nlocal path = {json.dumps(path)}\n" + WRK_SCRIPT)
    threads = 1 if connections < 16 else 2
    command = [need("wrk"), "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "-s", str(script),
               f"http://127.0.0.1:{port}"]
    before = process.cpu_seconds()
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    cpu = process.cpu_seconds() - before
    result = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if not result:
        fail(f"wrk failed: {done.stdout}{done.stderr}")
    requests, micros, socket_errors, status_errors = map(int, result.groups())
    if requests == 0:
        fail(f"no request was answered on port {port}")
    return {
        "connections": connections,
        "requests": requests,
        "requests_per_second": round(requests / (micros * 1e-6)),
        "cpu_us_per_request": round(cpu / requests * 1e6, 2),
        "errors": socket_errors + status_errors,
    }


def print_line(**figures):
    print(json.dumps(figures), flush=True)


def temporary_directory(parent=None):
    return tempfile.TemporaryDirectory(prefix="proffer_bench_", dir=parent)
