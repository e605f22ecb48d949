// The Pulumi program, as a list of contents: the description of the stack's environment in, its platform's resources out.
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { complaintText } from "../environments/complaint.ts";
import { loadDescription } from "../environments/loader.ts";
import type { Description } from "../environments/shape.ts";
import type { Outputs } from "./outputs.ts";
import { localPlatform } from "./platforms/local/index.ts";

/** Declares everything a description asks for on the platform it is to run on. */
export function program(description: Description): Outputs {
  if (description.platform === "local") return localPlatform(description);
  throw new Error(
    `the platform ${description.platform} is not built yet; rehearse with local/${description.name}`,
  );
}

/** What `pulumi up` itself runs: the stack's name says which description. `local-prod` is prod rehearsed here. */
export default function main(): Outputs {
  const stack = pulumi.getStack();
  const name = stack.replace(/^local-/, "");
  const loaded = loadDescription(join(import.meta.dirname, "..", "environments"), name);
  if (!loaded.ok) throw new Error(loaded.complaints.map(complaintText).join("\n"));
  const { description } = loaded;
  return program(stack === name ? description : { ...description, platform: "local" });
}
