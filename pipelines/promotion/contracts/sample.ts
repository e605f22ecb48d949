// A contract sample as a file holds it: one request or one session, and the shape of what must come back. Pure.
import { z } from "zod";
import { duration } from "../../../environments/unit-fields.ts";

const path = () =>
  z
    .string()
    .max(2000)
    .regex(/^\/[^\s#]*$/, { error: 'must be a path that starts with "/", such as /images/logo.png' });

const headers = () =>
  z
    .record(
      z.string().regex(/^[\w-]{1,100}$/, { error: "must be the name of a header" }),
      // oxlint-disable-next-line no-control-regex -- what would end the header early
      z
        .string()
        .max(4000)
        .regex(/^[^\0\r\n]*$/, { error: "must be one line" }),
    )
    .default({});

const jsonSchema = () =>
  z.union([z.boolean(), z.record(z.string(), z.unknown())], { error: "must be a JSON Schema" });

const about = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9 .-]{0,59}$/, { error: "must be a short name, such as home" })
    .describe("What it is called in reports; each name once in a folder"),
  safe: z
    .boolean()
    .default(false)
    .describe("true: sending it leaves nothing behind, so it may be sent to any node"),
  within: duration("100ms").prefault("5s").describe("All of the answer has come by then"),
};

const httpSample = z.strictObject({
  ...about,
  http: z.strictObject({
    method: z.enum(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    path: path(),
    headers: headers(),
    body: z.unknown().optional(),
  }),
  expect: z
    .strictObject({
      status: z.int().min(100).max(599),
      contentType: z
        .string()
        .regex(/^[\w.+-]+\/[\w.+-]+$/, { error: "must be a media type, such as application/json" })
        .optional(),
      body: jsonSchema().optional(),
    })
    .optional(),
});

const sessionSample = z.strictObject({
  ...about,
  session: z.strictObject({
    path: path(),
    headers: headers(),
    send: z.array(z.unknown()).max(100).default([]),
  }),
  expect: z
    .strictObject({
      messages: z.array(jsonSchema()).min(1).max(100),
      ignore: jsonSchema().optional(),
    })
    .optional(),
});

export type HttpSample = z.output<typeof httpSample> & { file: string };
export type SessionSample = z.output<typeof sessionSample> & { file: string };
export type Sample = HttpSample | SessionSample;

/** Checks the plain value of one file; a sample with `session` is one of WebSocket messages. */
export function parseSample(value: unknown) {
  const isSession = typeof value === "object" && value !== null && "session" in value;
  return (isSession ? sessionSample : httpSample).safeParse(value);
}

/**
 * True where sending it changes nothing: a method that only reads, or the word of whoever wrote it. Joining a session is an act,
 * so it needs the word.
 */
export function harmless(sample: Sample): boolean {
  if (sample.safe) return true;
  return "http" in sample && ["GET", "HEAD", "OPTIONS"].includes(sample.http.method);
}

/** A sample that is not sent, and why. */
export interface LeftSample {
  sample: string;
  why: string;
}

/**
 * Which samples may be sent where: to a canary, and to an environment whose description protects it, only harmless ones. Those left
 * out are told, never quietly passed; so are those that nobody has recorded yet, unless they are to be recorded now.
 */
export function allowed(
  samples: readonly Sample[],
  place: { canary: boolean; protection: boolean; recording?: boolean },
): { run: Sample[]; left: LeftSample[] } {
  const open = !place.canary && !place.protection;
  const against = (sample: Sample): string | undefined => {
    if (!open && !harmless(sample)) return "it leaves something behind, and is sent to no protected place";
    if (sample.expect !== undefined || place.recording) return undefined;
    return "it is not recorded yet: surefoot contracts record";
  };
  return {
    run: samples.filter((sample) => against(sample) === undefined),
    left: samples.flatMap((sample) => {
      const why = against(sample);
      return why === undefined ? [] : [{ sample: sample.name, why }];
    }),
  };
}
