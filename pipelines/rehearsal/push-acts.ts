// What the rehearsal of a push plays: which words are changed in which file, and how each push must end. Pure.

export interface Edit {
  path: string;
  before: string;
  after: string;
}

export interface PushAct {
  /** Of the commit. */
  message: string;
  edits: Edit[];
  /** How each environment must end, in order of delivery. */
  expected: string[];
}

const app = "examples/app/route.ts";

/** Three pushes: the first release of all, a good change of nodes and app, a broken one. */
export const pushActs: readonly PushAct[] = [
  {
    message: "app 1",
    edits: [{ path: app, before: 'service: "app",', after: 'service: "app", edition: 1,' }],
    expected: ["delivered", "delivered", "delivered"],
  },
  {
    message: "prod: 50 -> 60 servers; app 1 -> 2",
    edits: [
      { path: "environments/prod.yaml", before: "nodes: 50", after: "nodes: 60" },
      { path: app, before: "edition: 1", after: "edition: 2" },
    ],
    expected: ["delivered", "delivered", "delivered"],
  },
  {
    message: "app 3, broken: every second request fails",
    edits: [
      { path: app, before: "edition: 2", after: "edition: 3" },
      {
        path: "examples/app/main.ts",
        before: "if (drawsError(config.faults))",
        after: "if (Math.random() < 0.5)",
      },
    ],
    expected: ["rolled-back", "skipped", "skipped"],
  },
];

/** The text with the edit made. Throws where the words are not there: the samples have changed, and the act with them. */
export function edited(text: string, { path, before, after }: Edit): string {
  if (!text.includes(before)) throw new Error(`${path} does not hold ${JSON.stringify(before)}`);
  return text.replace(before, after);
}

/** How each environment ended, from the last line of a delivery; null where it does not say. */
export function endsIn(lines: readonly string[], environments: readonly string[]): (string | null)[] {
  const last = lines.findLast((line) => /^[0-9a-f]{10}: (delivered|waits|stopped): /.test(line)) ?? "";
  const ends = new Map(
    last
      .split(": ")
      .slice(2)
      .join()
      .split(", ")
      .map((pair) => pair.split(" ") as [string, string]),
  );
  return environments.map((id) => ends.get(id) ?? null);
}
