// Runs contract samples against whoever answers: sends each, and holds what comes back against what it expects.
import type { Clock } from "../../drivers/clock.ts";
import { askHttp, holdSession } from "../../drivers/sample-call.ts";
import type { HttpCall } from "../../drivers/sample-call.ts";
import type { NodeAddress } from "../../rollout/fleet.ts";
import { clean } from "../../preview/words.ts";
import { shown } from "./difference.ts";
import type { Difference } from "./difference.ts";
import { harmless } from "./sample.ts";
import type { HttpSample, Sample, SessionSample } from "./sample.ts";
import { misfits } from "./schema.ts";
import type { Misfit } from "./schema.ts";

/** Who is asked. `address` is looked up anew for each sample: a balancer may name another node each time. */
export interface Target {
  /** `the edge of staging`, `app-01`. */
  where: string;
  address: (signal: AbortSignal) => Promise<NodeAddress>;
}

export interface Asking {
  clock: Clock;
  signal: AbortSignal;
}

const betweenSeconds = 1;

/**
 * Every difference. What differs is asked once more after a second, where that does no harm, and only what differs again counts: a
 * node that changes under the question is not the release's doing. Throws only the signal's reason.
 */
export async function runSamples(
  samples: readonly Sample[],
  target: Target,
  asking: Asking,
): Promise<Difference[]> {
  const all: Difference[] = [];
  for (const sample of samples) {
    let found = await runOnce(sample, target, asking.signal);
    if (found.length > 0 && harmless(sample)) {
      await asking.clock.sleep(betweenSeconds, asking.signal);
      found = await runOnce(sample, target, asking.signal);
    }
    all.push(...found.map((one) => ({ sample: sample.name, where: target.where, ...one })));
  }
  return all;
}

async function runOnce(sample: Sample, target: Target, signal: AbortSignal): Promise<Misfit[]> {
  signal.throwIfAborted();
  try {
    const address = await target.address(signal);
    if ("http" in sample)
      return httpMisfits(sample, await askHttp(address, callOf(sample), { within: sample.within, signal }));
    const count = sample.expect?.messages.length ?? 0;
    return sessionMisfits(sample, await heardBy(sample, address, signal, { count }));
  } catch (error) {
    signal.throwIfAborted();
    return [{ pointer: "", expected: "an answer", found: clean((error as Error).message, 120) }];
  }
}

/** The request of a sample; what is no text is sent as JSON. */
export function callOf({ http: { method, path, headers, body } }: HttpSample): HttpCall {
  if (body === undefined) return { method, path, headers };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  const type: Record<string, string> =
    named || typeof body === "string" ? {} : { "content-type": "application/json" };
  return { method, path, headers: { ...type, ...headers }, body: textOf(body) };
}

function httpMisfits(
  { expect, http }: HttpSample,
  answer: { status: number; contentType: string | null; text: string },
): Misfit[] {
  const { status, contentType, body } = expect ?? { status: answer.status };
  const found: Misfit[] = [];
  if (answer.status !== status)
    found.push({ pointer: "/status", expected: String(status), found: String(answer.status) });
  if (contentType !== undefined && answer.contentType !== contentType.toLowerCase())
    found.push({
      pointer: "/contentType",
      expected: contentType,
      found: clean(answer.contentType ?? "nothing", 60),
    });
  // The body of another status is another message: its differences would only distract.
  if (body === undefined || http.method === "HEAD" || answer.status !== status) return found;
  const read = jsonOf(answer.text);
  const bad = { pointer: "/body", expected: "JSON", found: shown("", answer.text) };
  return [...found, ...(read === undefined ? [bad] : misfits(body, read.value, "/body"))];
}

/** What a session hears: so many messages as `count` says, or as came before `quiet` seconds of silence. Those to be ignored are left out. */
export async function heardBy(
  { session: { path, headers, send }, expect, within }: SessionSample,
  address: NodeAddress,
  signal: AbortSignal,
  { count, quiet }: { count: number; quiet?: number },
): Promise<(string | null)[]> {
  const ignore = expect?.ignore;
  const counted: (string | null)[] = [];
  const enough = (heard: readonly (string | null)[]): boolean => {
    // Only the last one is new: whoever sends many must not be judged from the beginning each time.
    const last = heard.at(-1) ?? null;
    if (ignore === undefined || !isIgnored(ignore, last)) counted.push(last);
    return counted.length >= count;
  };
  await holdSession(address, { path, headers, send: send.map(textOf), enough, quiet }, { within, signal });
  return counted;
}

function isIgnored(
  ignore: NonNullable<NonNullable<SessionSample["expect"]>["ignore"]>,
  text: string | null,
): boolean {
  const read = text === null ? undefined : jsonOf(text);
  return read !== undefined && misfits(ignore, read.value, "").length === 0;
}

function sessionMisfits({ expect }: SessionSample, heard: readonly (string | null)[]): Misfit[] {
  return (expect?.messages ?? []).flatMap((schema, index) => {
    const pointer = `/messages/${index}`;
    const text = heard[index];
    if (text === undefined)
      return [{ pointer, expected: "a message", found: `${heard.length} messages and the end` }];
    const read = text === null ? undefined : jsonOf(text);
    if (read !== undefined) return misfits(schema, read.value, pointer);
    return [{ pointer, expected: "JSON", found: text === null ? "bytes" : shown("", text) }];
  });
}

/** The JSON of a text, or undefined. */
export function jsonOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** As it goes over the wire. */
export const textOf = (message: unknown): string =>
  typeof message === "string" ? message : JSON.stringify(message);
