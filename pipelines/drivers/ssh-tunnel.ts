// HTTP to a node's own service, through the tunnel of its connection.
import { request } from "node:http";
import { readAnswer } from "./answer-text.ts";

const room = { bytes: 4 * 1024 * 1024, tooLong: "the answer is too long" };

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
      (answer) =>
        readAnswer(asked, answer, room, {
          resolve: (text) => resolve({ status: answer.statusCode ?? 0, text }),
          reject,
        }),
    );
    asked.once("error", reject);
    asked.end();
  });
}
