// Which release an environment should run, per service: a file in git for a real environment, outside git for a rehearsal.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { z } from "zod";
import { Refusal } from "../errors.ts";

const deployable = z.object({
  id: z.string(),
  release: z.string(),
  digest: z.string(),
  configHash: z.string(),
  config: z.record(z.string(), z.string()),
  start: z.string(),
});

const pinSchema = z.object({
  current: deployable.nullable(),
  /** Releases that were good before, newest first; with how long they were, so that a steady stream of pushes starves nobody. */
  history: z.array(
    deployable.extend({
      /** As of the pin, then. */
      verifiedAt: z.iso.datetime().optional(),
      /** When another took its place. */
      until: z.iso.datetime().optional(),
    }),
  ),
  /** When `current` had passed every wave here: from then on it soaks, and may go on to the next environment. */
  verifiedAt: z.iso.datetime().optional(),
  /** A release that was rolled back here: it does not come again by itself. `all`: a person went back, so nothing comes by itself. */
  hold: z
    .object({
      release: z.string(),
      /** With its config: another config of it may come. */
      id: z.string().optional(),
      since: z.iso.datetime(),
      reason: z.string(),
      all: z.boolean(),
    })
    .optional(),
});

export type Pin = z.infer<typeof pinSchema>;

export interface Pins {
  all: () => Record<string, Pin>;
  of: (service: string) => Pin;
  write: (service: string, pin: Pin) => void;
}

const historyLimit = 10;
const noPin: Pin = { current: null, history: [] };

/** Opens the pins file; it is made on the first write, and replaced whole on each. Refuses a damaged one with E_PINS. */
export function openPins(file: string): Pins {
  const all = (): Record<string, Pin> => {
    if (!existsSync(file)) return {};
    try {
      return z.record(z.string(), pinSchema).parse(JSON.parse(readFileSync(file, "utf8")));
    } catch (error) {
      throw new Refusal("E_PINS", {
        what: `${file} is damaged: ${damageText(error as Error)}`,
        state: "nothing was changed",
        next: `restore ${basename(file)} (from git, where it is kept there) or mend it by hand`,
      });
    }
  };
  return {
    all,
    of: (service) => {
      const pins = all();
      return (Object.hasOwn(pins, service) ? pins[service] : undefined) ?? noPin;
    },
    write: (service, pin) => {
      const pins = { ...all(), [service]: { ...pin, history: pin.history.slice(0, historyLimit) } };
      const sorted = Object.fromEntries(Object.entries(pins).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      replacePins(file, `${JSON.stringify(sorted, null, 2)}\n`);
    },
  };
}

/** The file with this text, whole or not at all. Refuses with E_DISK_FULL or E_PINS. */
export function replacePins(file: string, text: string): void {
  const draft = `${file}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    try {
      rmSync(draft, { force: true });
    } catch {
      // What stands in the way of writing may stand in the way of this too.
    }
    throw notWritten(file, error as NodeJS.ErrnoException);
  }
}

function notWritten(file: string, error: NodeJS.ErrnoException): Refusal {
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  const message = {
    what: `${file} cannot be written: ${full ? "the disk is full" : error.message}`,
    state: "the pins are as they were before, the nodes as the journal says",
    next: `${full ? "free space" : "mend that"}, then the same command again`,
  };
  return new Refusal(full ? "E_DISK_FULL" : "E_PINS", message, { cause: error });
}

function damageText(error: Error): string {
  if (!(error instanceof z.ZodError)) return error.message.split("\n")[0] ?? "";
  const [issue] = error.issues;
  return `${issue?.path.join(".")} ${issue?.message}`.trim();
}

/**
 * The pin once `next` is to run: what ran until now is remembered as good, with how long it was. A hold ends when another release
 * comes, or another config where only that was taken back; not when the same is put there again. `at`: epoch milliseconds.
 */
export function pinned(before: Pin, next: Pin["current"], at: number): Pin {
  const { current, history, verifiedAt, hold } = before;
  const configHeld = hold?.release === current?.release;
  const same = configHeld ? current?.id === next?.id : current?.release === next?.release;
  const kept = hold !== undefined && same ? { hold } : {};
  if (current !== null && current.id === next?.id)
    return { current: next, history, ...(verifiedAt === undefined ? {} : { verifiedAt }), ...kept };
  if (current === null) return { current: next, history, ...kept };
  const past = verifiedAt === undefined ? {} : { verifiedAt, until: new Date(at).toISOString() };
  const others = history.filter(({ id }) => id !== current.id && id !== next?.id);
  return { current: next, history: [{ ...current, ...past }, ...others], ...kept };
}

/** The pin once its release has passed every wave. `at`: epoch milliseconds. */
export function verified(pin: Pin, at: number): Pin {
  return { ...pin, verifiedAt: pin.verifiedAt ?? new Date(at).toISOString() };
}

/**
 * The pin once nothing of it runs any more: time in which it is down is no soak. `up` boots it again without waves or contract
 * samples, so it is the next `deploy` or `deliver` of it that verifies, and the soak begins anew.
 */
export function unverified({ verifiedAt: _ended, ...pin }: Pin): Pin {
  return pin;
}

/** The pin to go back to, with what was taken back held: a push must not bring it again by itself. What a person holds stays held. */
export function held(before: Pin, hold: Omit<NonNullable<Pin["hold"]>, "since">, at: number): Pin {
  const all = hold.all || before.hold?.all === true;
  return { ...before, hold: { ...hold, all, since: new Date(at).toISOString() } };
}

/** Whether the hold keeps this from coming by itself. */
export function keepsBack(hold: Pin["hold"], { id, release }: { id: string; release: string }): boolean {
  if (hold === undefined || hold.all) return hold !== undefined;
  return hold.id === undefined ? hold.release === release : hold.id === id;
}
