// Records contract samples: sends them to an environment and writes the shapes of the answers into the sample files.
import { parseDocument } from "yaml";
import type { Service } from "../../../environments/shape.ts";
import { readContractFiles, writeContractFile } from "../../drivers/contract-files.ts";
import { askHttp } from "../../drivers/sample-call.ts";
import type { Workspace } from "../../environment/workspace.ts";
import { Refusal } from "../../errors.ts";
import type { NodeAddress } from "../../rollout/fleet.ts";
import { reachService } from "./reach.ts";
import { callOf, heardBy, jsonOf } from "./run.ts";
import type { Target } from "./run.ts";
import { allowed, harmless } from "./sample.ts";
import type { HttpSample, LeftSample, Sample, SessionSample } from "./sample.ts";
import { readSamples } from "./samples.ts";
import { shapeOf } from "./shape.ts";

export interface Recording {
  service: string;
  environment: string;
  where: string;
  /** Files that were written; `changed`: their expectation is another now. */
  recorded: { sample: string; file: string; changed: boolean }[];
  /** Samples that were not sent. */
  left: LeftSample[];
}

// What only some answers have is seen as optional by asking more than once.
const asks = 3;
// A session that has been quiet for so long has said what it has to say.
const quietSeconds = 1;
const mostMessages = 20;

/** Refuses with E_SAMPLE (broken or no samples) and E_CONTRACT (nobody answers); files of samples that were answered stay written. */
export async function recordContract(
  workspace: Pick<Workspace, "repo" | "name" | "description" | "platform">,
  service: Service,
  signal: AbortSignal,
): Promise<Recording> {
  const { repo, name, description } = workspace;
  const samples = readSamples(repo, service);
  const { run, left } = allowed(samples, {
    canary: false,
    protection: description.protection,
    recording: true,
  });
  const reached = await reachService(workspace, service);
  if ("why" in reached) throw unanswered(name.id, service, reached.why);
  const { target } = reached;
  const recorded: Recording["recorded"] = [];
  for (const sample of run) {
    const expect = await expectation(sample, target, signal).catch((error: Error) => {
      signal.throwIfAborted();
      throw unanswered(name.id, service, `sample ${sample.name}: ${error.message}`);
    });
    recorded.push({ sample: sample.name, file: sample.file, changed: write(repo, service, sample, expect) });
  }
  return { service: service.name, environment: name.id, where: target.where, recorded, left };
}

async function expectation(sample: Sample, target: Target, signal: AbortSignal): Promise<object> {
  const times = harmless(sample) ? asks : 1;
  const seen: unknown[] = [];
  for (let count = 0; count < times; count += 1) {
    const address = await target.address(signal);
    seen.push(
      await ("http" in sample ? answerTo(sample, address, signal) : messagesTo(sample, address, signal)),
    );
  }
  return "http" in sample
    ? httpExpectation(sample, seen as Answer[])
    : sessionExpectation(sample, seen as unknown[][]);
}

type Answer = Awaited<ReturnType<typeof askHttp>>;

const answerTo = (sample: HttpSample, address: NodeAddress, signal: AbortSignal): Promise<Answer> =>
  askHttp(address, callOf(sample), { within: sample.within, signal });

function httpExpectation(sample: HttpSample, answers: readonly Answer[]): object {
  const statuses = new Set(answers.map(({ status }) => status));
  if (statuses.size > 1) throw new Error(`it is answered with ${[...statuses].join(" and ")} in turn`);
  const [first] = answers;
  // An outage is nobody's contract, unless somebody wrote that it is.
  if (first !== undefined && first.status >= 500 && sample.expect?.status !== first.status)
    throw new Error(`it is answered with ${first.status}`);
  const bodies = answers.map(({ text }) => jsonOf(text));
  const values = bodies.flatMap((body) => (body === undefined ? [] : [body.value]));
  return {
    status: first?.status,
    ...(first?.contentType ? { contentType: first.contentType } : {}),
    ...(values.length === bodies.length ? { body: shapeOf(values) } : {}),
  };
}

async function messagesTo(
  sample: SessionSample,
  address: NodeAddress,
  signal: AbortSignal,
): Promise<unknown[]> {
  const count = sample.expect?.messages.length ?? mostMessages;
  const heard = await heardBy(sample, address, signal, { count, quiet: quietSeconds });
  return heard.map((text) => {
    const read = text === null ? undefined : jsonOf(text);
    if (read === undefined) throw new Error("a message is not JSON");
    return read.value;
  });
}

function sessionExpectation({ expect }: SessionSample, sessions: readonly unknown[][]): object {
  const count = Math.min(...sessions.map((heard) => heard.length));
  if (count === 0) throw new Error("no message came");
  const messages = Array.from({ length: count }, (_, index) =>
    shapeOf(sessions.map((heard) => heard[index])),
  );
  return { messages, ...(expect?.ignore === undefined ? {} : { ignore: expect.ignore }) };
}

/** Only `expect` is replaced: comments, and how the file is written, stay. */
function write(repo: string, service: Service, { file }: Sample, expect: object): boolean {
  const before =
    readContractFiles(repo, service.contracts ?? "")?.find(({ label }) => label === file)?.text ?? "";
  const document = parseDocument(before);
  document.set("expect", document.createNode(expect));
  const text = file.endsWith(".json")
    ? `${JSON.stringify(document.toJS(), null, 2)}\n`
    : document.toString({ lineWidth: 110 });
  if (text !== before) writeContractFile(repo, file, text);
  return text !== before;
}

function unanswered(environment: string, { name }: Service, why: string): Refusal {
  return new Refusal("E_CONTRACT", {
    what: `the contract of ${name} cannot be recorded from ${environment}: ${why}`,
    state: "samples that were answered are written, the others are as they were",
    next: `surefoot status ${environment}, then: surefoot contracts record ${environment} ${name}`,
  });
}
