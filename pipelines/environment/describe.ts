// From what a person types to a checked description: `local/prod` is prod's, on the local platform.
import { join } from "node:path";
import { complaintText } from "../../environments/complaint.ts";
import type { Complaint } from "../../environments/complaint.ts";
import { listDescriptions } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { parseName } from "../../environments/name.ts";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description, Service } from "../../environments/shape.ts";
import { hint } from "../../environments/suggest.ts";
import { Refusal } from "../errors.ts";

export interface Described {
  name: EnvironmentName;
  description: Description;
  warnings: Complaint[];
}

/** Reads the name and its description; `local/` puts it on the local platform. Refuses with every complaint at once. */
export function describe(repo: string, id: string): Described {
  const name = nameOf(repo, id);
  const loaded = loadDescription(join(repo, "environments"), name.description);
  if (!loaded.ok) {
    const { complaints } = loaded;
    throw new Refusal("E_DESCRIPTION", {
      what: `the description of ${name.description} has ${complaints.length} ${complaints.length === 1 ? "mistake" : "mistakes"}`,
      state: "nothing was touched",
      next: `mend them, then: surefoot check ${id}`,
      details: complaints.map(complaintText),
    });
  }
  const { description, warnings } = loaded;
  return { name, warnings, description: name.local ? { ...description, platform: "local" } : description };
}

/** The parsed name of an environment that has a description; refuses any other. */
export function nameOf(repo: string, id: string): EnvironmentName {
  const folder = join(repo, "environments");
  const parsed = parseName(id);
  if (!parsed.ok) throw unknownEnvironment(parsed.complaint, folder);
  const known = listDescriptions(folder);
  const { name } = parsed;
  if (known.includes(name.description)) return name;
  throw unknownEnvironment(
    `there is no environment ${name.description}.${hint(name.description, known, "There are")}`,
    folder,
  );
}

/** The service of that name; refuses with those there are. */
export function serviceOf(description: Description, service: string): Service {
  const found = Object.hasOwn(description.services, service) ? description.services[service] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(description.services);
  throw new Refusal("E_SERVICE", {
    what: `${description.name} has no service ${JSON.stringify(service)}.${hint(service, known, "There are")}`,
    state: "nothing was touched",
    next: `name one of: ${known.join(", ")}`,
  });
}

function unknownEnvironment(what: string, folder: string): Refusal {
  const names = listDescriptions(folder);
  return new Refusal("E_ENVIRONMENT", {
    what,
    state: "nothing was touched",
    next: `name one of: ${names.flatMap((name) => [`local/${name}`, name]).join(", ")}`,
  });
}
