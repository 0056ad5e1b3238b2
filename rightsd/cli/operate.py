"""Serving; the worker beside it is a process of its own."""

import ipaddress
import signal
import subprocess
import sys
import threading

import click
import uvicorn

from rightsd import bootstrap, warming
from rightsd.cli import terminal
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.app import create_app
from rightsd.workflows import accounts, certificates

WORKER_RESTART_SECONDS = 1.0
WORKER_STOP_SECONDS = 30.0
CONNECTIONS_MAX = 200
DRAIN_SECONDS = 10  # For answers under way when the server is told to stop.


@click.command()
@click.option("--no-worker", is_flag=True, help="Serve only; workers run elsewhere.")
def serve(*, no_worker: bool) -> None:
    """Serve the API and the portal, with a worker beside it."""
    terminal.log()
    settings = Settings()
    with bootstrap.running(settings) as rt:
        running = server(rt, settings)
        url = f"http://{settings.host}:{settings.port}"
        certificates.adopt_anchors(rt)
        with rt.transaction() as tx:
            signers = rt.log_signers(tx)
            first = None if accounts.has_admin(tx) else accounts.open_admin(tx)
        click.echo(f"rightsd serves on {url}")
        for signer in signers:
            click.echo(f"its log is {signer.vkey}")
        if first is not None:
            click.echo(terminal.FIRST_KEY + first.api_key)
        else:
            click.echo("another admin key: rightsd admin-key")
        # The server passes the signal that ended it on once it has ended: there is more to close.
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda _signum, _frame: None)
        rt.warming.set()
        threads = [threading.Thread(target=warming.warm, args=(rt,))]
        if not no_worker:
            threads.append(threading.Thread(target=_keep_worker, args=(rt.stopping,)))
        for thread in threads:
            thread.start()
        try:
            running.run()
        finally:
            rt.stopping.set()
            for thread in threads:
                thread.join()


def server(rt: Runtime, settings: Settings) -> uvicorn.Server:
    """Return what serves the application.

    Raises:
        RightsError: INVALID: there is something else than proxies in RIGHTSD_FORWARDED_BY.
    """
    proxies = [each.strip() for each in (settings.forwarded_by or "").split(",") if each.strip()]
    for each in proxies:
        try:
            ipaddress.ip_network(each)
        except ValueError as error:
            detail = f"RIGHTSD_FORWARDED_BY has addresses and networks; {each} is neither."
            raise RightsError(Code.INVALID, detail) from error
    return uvicorn.Server(
        uvicorn.Config(
            create_app(rt, looked_at_per_minute=settings.looked_at_per_minute),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),  # Otherwise whoever is on this machine is believed.
            forwarded_allow_ips=proxies,
            limit_concurrency=CONNECTIONS_MAX,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )


def _keep_worker(ended: threading.Event) -> None:
    """Run a worker process, and another whenever it dies, until the server ends."""
    while not ended.is_set():
        # When this process dies, however it dies, the worker's input closes.
        process = subprocess.Popen(
            [sys.executable, "-m", "rightsd", "worker", "--attached"], stdin=subprocess.PIPE
        )
        while process.poll() is None and not ended.wait(WORKER_RESTART_SECONDS):
            pass
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(WORKER_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
