// The command line of the traffic generator, checked.
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";

/** Seconds, least and most. */
export interface Range {
  least: number;
  most: number;
}

const RANGE = /^(\d+(?:\.\d+)?)(ms|s|m)(?:\.\.(\d+(?:\.\d+)?)(ms|s|m))?$/;
const SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60 };

/** Reads "2s..6s" or "3s". */
export function parseRange(text: string): Range {
  const [, from, fromUnit = "", to = from, toUnit = fromUnit] = RANGE.exec(text) ?? [];
  const least = Number(from) * (SECONDS[fromUnit] ?? NaN);
  const most = Number(to) * (SECONDS[toUnit] ?? NaN);
  if (!(least > 0 && most >= least)) throw new InvalidArgumentError('write it like "2s..6s" or "3s".');
  return { least, most };
}

const whole = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("must be a whole number.");
  return Number(text);
};

const perSecond = (text: string): number => {
  const rate = Number(text);
  if (!(rate > 0 && rate <= 1000)) throw new InvalidArgumentError("must be a rate per second.");
  return rate;
};

const edgeUrl = (text: string): string => {
  if (!text.startsWith("http://") || !URL.canParse(text))
    throw new InvalidArgumentError("must be an http URL.");
  return text.replace(/\/+$/, "");
};

export type Arguments = ReturnType<typeof parseArguments>;

/** Reads the flags; a wrong one ends the process with a message. */
export function parseArguments(argv: string[]) {
  return new Command("traffic")
    .description("Players and app users against an edge; one JSON line a second on stdout.")
    .requiredOption("--edge <url>", "the edge, like http://127.0.0.1:8080", edgeUrl)
    .option("--players <count>", "players, each in one session after another", whole, 150)
    .option("--users <count>", "app users", whole, 10)
    .addOption(
      new Option("--session <range>", "how long a player stays")
        .argParser(parseRange)
        .default({ least: 2, most: 6 }, "2s..6s"),
    )
    .option("--rate <per second>", "requests a second of each app user", perSecond, 5)
    .option("--metrics-port <port>", "port of /metrics; 0 takes a free one", whole, 0)
    .option("--until-stdin-closes", "stop when stdin ends, which is when the parent dies", false)
    .parse(argv)
    .opts();
}
