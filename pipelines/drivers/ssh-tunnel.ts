// HTTP to a node's own service, through the tunnel of its connection.
import { request } from "node:http";

const bytesMost = 4 * 1024 * 1024;

/** The answer, whatever its status. Rejects when the tunnel is down, nobody listens, or it takes longer than `within` seconds. */
export function getThrough(
  socketPath: string | undefined,
  path: string,
  within: number,
): Promise<{ status: number; text: string }> {
  if (socketPath === undefined) return Promise.reject(new Error("there is no connection"));
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(within * 1000);
    // One request each: a connection kept open would hold up a service that is asked to stop.
    const asked = request(
      { socketPath, path, agent: false, signal, headers: { host: "localhost" } },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > bytesMost) asked.destroy(new Error("the answer is too long"));
          else chunks.push(chunk);
        });
        response.once("error", reject);
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    asked.once("error", reject);
    asked.end();
  });
}
