// Start and stop of a service process: listening, and the end on SIGTERM.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens and tells so on stdout; a port that cannot be had ends the process with 1. */
export function listen(server: Server, name: string, { host, port }: { host: string; port: number }): void {
  server.once("error", (error) => {
    process.stderr.write(`cannot listen on ${host}:${port}: ${error.message}\n`);
    process.exit(1);
  });
  server.listen(port, host, () => {
    process.stdout.write(`${name} listens on ${host}:${(server.address() as AddressInfo).port}\n`);
  });
}

/** Runs `stop` once on the first SIGTERM or SIGINT, then exits with 0; with the fault hang-on-stop, never. */
export function onStop(hangs: boolean, stop: () => Promise<void>): void {
  let stopping = false;
  const begin = (): void => {
    if (hangs || stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stop failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", begin);
  process.on("SIGINT", begin);
}
