// Sends one contract sample over the network: an HTTP request with its answer, or a WebSocket session with its messages.
import { request as plainRequest } from "node:http";
import type { RequestOptions } from "node:http";
import { request as tlsRequest } from "node:https";
import { connect } from "node:net";
import { WebSocket } from "ws";
import type { ClientOptions } from "ws";
import type { NodeAddress } from "../rollout/fleet.ts";
import { readAnswer } from "./answer-text.ts";

export interface HttpCall {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface HttpAnswer {
  status: number;
  /** Without parameters, in lower case; null where none is told. */
  contentType: string | null;
  text: string;
}

export interface Limits {
  /** Seconds. */
  within: number;
  signal: AbortSignal;
}

const mostBytes = 1024 * 1024;
const room = { bytes: mostBytes, tooLong: "the answer is longer than 1 MiB" };
const mostSessionBytes = 16 * mostBytes;
const closeMilliseconds = 1000;

/** The answer, whatever its status; no redirection is followed. Rejects where there is none in time. */
export function askHttp(
  { base, socketPath }: NodeAddress,
  { method, path, headers, body }: HttpCall,
  { within, signal }: Limits,
): Promise<HttpAnswer> {
  const url = new URL(`${base.replace(/\/+$/, "")}${path}`);
  const request = url.protocol === "https:" ? tlsRequest : plainRequest;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method,
      // One request each: a connection kept open would hold up a service that is asked to stop.
      agent: false,
      headers: { "user-agent": "surefoot-contracts", ...headers, ...length },
      signal: AbortSignal.any([signal, AbortSignal.timeout(within * 1000)]),
      ...(socketPath === undefined ? {} : { socketPath }),
    };
    const asked = request(url, options, (answer) => {
      const contentType = answer.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? null;
      readAnswer(asked, answer, room, {
        resolve: (text) => resolve({ status: answer.statusCode ?? 0, contentType, text }),
        reject,
      });
    });
    asked.once("error", (error) => reject(explained(error, within)));
    asked.end(body);
  });
}

export interface SessionCall {
  path: string;
  headers: Record<string, string>;
  /** Sent one after another as soon as it is open. */
  send: readonly string[];
  /** Asked after each message: true once nothing more is waited for. Messages as they came; null stands for one that is no text. */
  enough: (messages: readonly (string | null)[]) => boolean;
  /** Seconds of silence after a message that are enough too. */
  quiet?: number | undefined;
}

/** What was heard until there was enough, or time was over, or the other side left. Rejects where it could not be opened. */
export async function holdSession(
  { base, socketPath }: NodeAddress,
  { path, headers, send, enough, quiet }: SessionCall,
  { within, signal }: Limits,
): Promise<(string | null)[]> {
  const options: ClientOptions = {
    headers,
    perMessageDeflate: false,
    maxPayload: mostBytes,
    ...(socketPath === undefined ? {} : { createConnection: () => connect(socketPath) }),
  };
  const socket = new WebSocket(`${base.replace(/^http/, "ws").replace(/\/+$/, "")}${path}`, options);
  const messages: (string | null)[] = [];
  let silence: NodeJS.Timeout | undefined;
  const over = AbortSignal.any([signal, AbortSignal.timeout(within * 1000)]);
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void =>
        socket.readyState === WebSocket.CONNECTING
          ? reject(explained(over.reason as Error, within))
          : resolve();
      if (over.aborted) return stop();
      over.addEventListener("abort", stop, { once: true });
      socket.once("open", () => send.forEach((message) => socket.send(message)));
      let size = 0;
      socket.on("message", (data: Buffer, isBinary) => {
        size += data.length;
        if (size > mostSessionBytes) return reject(new Error("the messages are longer than 16 MiB together"));
        messages.push(isBinary ? null : String(data));
        if (enough(messages)) return resolve();
        clearTimeout(silence);
        if (quiet !== undefined) silence = setTimeout(resolve, quiet * 1000);
      });
      socket.once("unexpected-response", (_request, { statusCode }) =>
        reject(new Error(`status ${statusCode} in place of a session`)),
      );
      socket.on("error", (error) => reject(explained(error, within)));
      socket.once("close", () => resolve());
    });
    signal.throwIfAborted();
    return messages;
  } finally {
    clearTimeout(silence);
    await left(socket);
  }
}

/** The node that the local edge names for a new session. */
export async function joinThrough(edge: string, service: string, limits: Limits): Promise<NodeAddress> {
  const call = { method: "GET", path: `/_join/${service}`, headers: {} };
  const { status, text } = await askHttp({ base: edge }, call, limits);
  if (status !== 200) throw new Error(`the edge names no node for a session: status ${status}`);
  const { address, port } = JSON.parse(text) as { address: string; port: number };
  return { base: `http://${address}:${port}` };
}

/** Leaves as a user does, so that no session is cut and none stays behind. */
async function left(socket: WebSocket): Promise<void> {
  socket.on("error", () => {});
  if (socket.readyState === WebSocket.CLOSED) return;
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const hurry = setTimeout(() => socket.terminate(), closeMilliseconds);
  if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
  else socket.close(1000);
  await closed;
  clearTimeout(hurry);
}

function explained(error: Error, within: number): Error {
  if (error.name === "TimeoutError" || error.name === "AbortError")
    return new Error(`no answer within ${within} s`, { cause: error });
  const code = (error as NodeJS.ErrnoException).code;
  return new Error(code ?? error.message.split("\n")[0] ?? "no answer", { cause: error });
}
