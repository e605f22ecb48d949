// A way to the rig on which the bodies of answers break off, or stop and never go on.
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Stutter {
  endpoint: string;
  /** The range that each GET asked for, "" for the whole. */
  ranges: () => string[];
}

/** So many answers to GET end after so many bytes; `still`: they do not end, nothing more comes. Gone with the test. */
export async function startStutter(
  target: string,
  { breaks, afterBytes, still = false }: { breaks: number; afterBytes: number; still?: boolean },
): Promise<Stutter> {
  const ranges: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "", headers, url } = incoming;
    if (method === "GET") ranges.push(headers.range ?? "");
    const broken = method === "GET" && ranges.length <= breaks;
    const inner = request(`${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      if (!broken) return void answer.pipe(outgoing);
      const begun: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => begun.push(chunk));
      answer.once("end", () => {
        // Written through before the end, so that it arrives.
        outgoing.write(Buffer.concat(begun).subarray(0, afterBytes), () => {
          if (!still) outgoing.destroy();
        });
      });
    });
    incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges: () => ranges };
}
