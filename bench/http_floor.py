"""The CPU a request of Proffer's HTTP part alone, beside nginx: both answer a 200-byte POST with 3,500 constant bytes."""

import argparse

import measure

BODY = '{"customer":"{customer}","pad":"' + "p" * 160 + '"}'
ANSWER_BYTES = 3500


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", default="release", help="directory under build/")
    options.add_argument("--quick", action="store_true")
    options = options.parse_args()
    seconds = 1 if options.quick else 4
    binary = measure.ROOT / "build" / options.build / "bench" / "bench_http_floor"
    if not binary.exists():
        measure.fail(f"{binary} is not built")
    with measure.temporary_directory() as directory:
        running = []
        try:
            nginx, nginx_port = measure.start_nginx(directory, ANSWER_BYTES)
            running.append(("nginx", nginx, nginx_port))
            for name, flags in [("proffer", []), ("proffer, answers from another thread", ["--cross-thread"])]:
                port = measure.free_port()
                command = [str(binary), "--listen", f"127.0.0.1:{port}", "--bytes", str(ANSWER_BYTES), *flags]
                log = f"{directory}/{len(running)}.log"
                running.append((name, measure.start_listening(command, port, log), port))
            for connections in (1, 16, 64):
                for name, process, port in running:
                    figures = measure.run_wrk(process, port, connections, seconds, "/invocations", BODY, directory)
                    measure.print_line(bench="http_floor", server=name, **figures, rss_mib=process.rss_mib())
        finally:
            for _, process, _ in running:
                process.stop()


if __name__ == "__main__":
    main()
