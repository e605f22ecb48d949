// Reads the contract samples of a service, or refuses with everything that is wrong with them.
import { complaintText, inReadingOrder, pathText } from "../../../environments/complaint.ts";
import type { Complaint } from "../../../environments/complaint.ts";
import { plain, spotOf } from "../../../environments/located.ts";
import { readYaml } from "../../../environments/read-yaml.ts";
import type { Service } from "../../../environments/shape.ts";
import { readContractFiles } from "../../drivers/contract-files.ts";
import { Refusal } from "../../errors.ts";
import { parseSample } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { compiled } from "./schema.ts";
import type { Schema } from "./schema.ts";

type Asked = Pick<Service, "name" | "contracts">;

/**
 * The samples by file name; none for a service without `contracts`. Refuses with E_SAMPLE: every mistake at once. One that nobody
 * has recorded yet expects nothing, and is none.
 */
export function readSamples(repo: string, service: Asked): Sample[] {
  if (service.contracts === undefined) return [];
  const files = readContractFiles(repo, service.contracts);
  if (files === undefined) throw refused(service, [`${service.contracts}: there is no such folder`]);
  const complaints: Complaint[] = [];
  const samples: Sample[] = [];
  for (const { label, text, problem } of files) {
    const read = text === null ? [fault(label, "unreadable", problem)] : readSample(label, text);
    if (Array.isArray(read)) complaints.push(...read);
    else samples.push(read);
  }
  for (const [index, { name, file }] of samples.entries()) {
    const first = samples.findIndex((one) => one.name === name);
    if (first < index)
      complaints.push(fault(file, "name-twice", `${samples[first]?.file} is called ${name} too`));
  }
  if (complaints.length > 0) throw refused(service, inReadingOrder(complaints).map(complaintText));
  return samples;
}

function readSample(file: string, text: string): Sample | Complaint[] {
  const { tree, sound, complaints } = readYaml(text, file);
  if (!sound || complaints.length > 0) return complaints;
  const parsed = parseSample(plain(tree));
  const at = (path: readonly PropertyKey[], rule: string, message: string): Complaint => {
    const steps = path.map((step) => (typeof step === "number" ? step : String(step)));
    return { ...spotOf(tree, steps), path: pathText(steps), rule, message };
  };
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) =>
      at(path, "wrong-value", message.replace(/^Invalid input: /, "")),
    );
  const sample = { ...parsed.data, file } as Sample;
  const wrong = schemasOf(sample).flatMap(([path, schema]) => {
    const check = compiled(schema);
    return check.ok ? [] : [at(path, "wrong-schema", `is not a JSON Schema: ${check.message}`)];
  });
  return wrong.length > 0 ? wrong : sample;
}

function schemasOf(sample: Sample): [(string | number)[], Schema][] {
  if ("http" in sample) {
    const { body } = sample.expect ?? {};
    return body === undefined ? [] : [[["expect", "body"], body]];
  }
  const { messages = [], ignore } = sample.expect ?? {};
  const all = messages.map((schema, index): [(string | number)[], Schema] => [
    ["expect", "messages", index],
    schema,
  ]);
  return ignore === undefined ? all : [...all, [["expect", "ignore"], ignore]];
}

const fault = (file: string, rule: string, message: string): Complaint => ({
  file,
  line: 1,
  column: 1,
  path: "",
  rule,
  message,
});

function refused({ name }: Asked, details: string[]): Refusal {
  return new Refusal("E_SAMPLE", {
    what: `the contract samples of ${name} have ${details.length === 1 ? "a mistake" : `${details.length} mistakes`}`,
    state: "nothing was touched",
    next: `mend them, then: surefoot contracts check <environment> ${name}`,
    details,
  });
}
