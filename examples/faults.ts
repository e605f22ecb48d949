// Faults that a release can carry on purpose (config key FAULT), so that a rollout has something to catch.
export interface Faults {
  crashOnStart: boolean;
  crashAfterMs: number | undefined;
  /** Share of answers that fail, 0..1. */
  errorShare: number;
  /** Simulated work takes this many times as long; 1 is healthy. */
  slowFactor: number;
  leakBytesPerSecond: number;
  neverReady: boolean;
  hangOnStop: boolean;
}

type Reader = (argument: string) => Partial<Faults> | undefined;

const MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000 };
const BYTES: Record<string, number> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
const LEAK_STEP_MS = 250;
// A forgotten rehearsal must not take the machine down with it.
const LEAK_LIMIT_BYTES = 1024 ** 3;

const measured = (argument: string, units: Record<string, number>): number | undefined => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([A-Za-z%]+)$/.exec(argument) ?? [];
  const size = unit === undefined ? undefined : units[unit];
  return size === undefined ? undefined : Number(digits) * size;
};

const flag =
  (faults: Partial<Faults>): Reader =>
  (argument) =>
    argument === "" ? faults : undefined;

const amount =
  (units: Record<string, number>, most: number, make: (size: number) => Partial<Faults>): Reader =>
  (argument) => {
    const size = measured(argument, units);
    return size === undefined || size > most ? undefined : make(size);
  };

const READERS: Record<string, Reader> = {
  "crash-on-start": flag({ crashOnStart: true }),
  "crash-after:2s": amount(MS, 2 ** 31 - 1, (crashAfterMs) => ({ crashAfterMs })),
  "errors:20%": amount({ "%": 0.01 }, 1, (errorShare) => ({ errorShare })),
  "slow:80%": amount({ "%": 0.01 }, Infinity, (more) => ({ slowFactor: 1 + more })),
  "leak:40MiB": amount(BYTES, LEAK_LIMIT_BYTES, (leakBytesPerSecond) => ({ leakBytesPerSecond })),
  "never-ready": flag({ neverReady: true }),
  "hang-on-stop": flag({ hangOnStop: true }),
};
const EXAMPLES = Object.keys(READERS);

/** Reads a comma-separated list such as "errors:20%,slow:80%"; each part not understood becomes a complaint. */
export function parseFaults(text: string): { faults: Faults; complaints: string[] } {
  const faults: Faults = {
    crashOnStart: false,
    crashAfterMs: undefined,
    errorShare: 0,
    slowFactor: 1,
    leakBytesPerSecond: 0,
    neverReady: false,
    hangOnStop: false,
  };
  const complaints: string[] = [];
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [name = "", argument = ""] = part.split(/:(.*)/s);
    const example = EXAMPLES.find((known) => known.split(":")[0] === name);
    const read = example === undefined ? undefined : READERS[example]?.(argument);
    if (read) Object.assign(faults, read);
    else if (example) complaints.push(`FAULT "${part}" is malformed, write it like ${example}`);
    else complaints.push(`FAULT "${part}" is unknown, known are ${EXAMPLES.join(", ")}`);
  }
  return { faults, complaints };
}

const crash = (name: string): never => {
  process.stderr.write(`fault ${name}: this release crashes on purpose\n`);
  process.exit(1);
};

/** Starts the faults that need no request: crashes and the leak. May not return. */
export function startFaults(faults: Faults): void {
  if (faults.crashOnStart) crash("crash-on-start");
  if (faults.crashAfterMs !== undefined) setTimeout(crash, faults.crashAfterMs, "crash-after");
  if (faults.leakBytesPerSecond > 0) startLeak(faults.leakBytesPerSecond);
}

function startLeak(bytesPerSecond: number): void {
  const kept: Buffer[] = [];
  const step = Math.ceil((bytesPerSecond * LEAK_STEP_MS) / 1000);
  const timer = setInterval(() => {
    // Filled with ones: a page that nobody touched is not resident and would not show.
    kept.push(Buffer.alloc(step, 1));
    if (kept.length * step >= LEAK_LIMIT_BYTES) clearInterval(timer);
  }, LEAK_STEP_MS);
  // The listener keeps the buffers reachable after the timer has ended.
  process.once("exit", () => kept.splice(0));
}

/** Whether this one answer fails: a fair draw of the injected error share. */
export function drawsError(faults: Faults): boolean {
  return faults.errorShare > 0 && Math.random() < faults.errorShare;
}
