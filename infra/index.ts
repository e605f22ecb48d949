// The Pulumi program, as a list of contents: the description of the stack's environment in, its platform's resources out.
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { complaintText } from "../environments/complaint.ts";
import { loadDescription } from "../environments/loader.ts";
import type { Description } from "../environments/shape.ts";
import { checkOutputs } from "./outputs.ts";

/** Declares everything a description asks for on the platform it is to run on; the outputs are checked before they are told. */
export async function program(description: Description, repo: string): Promise<Record<string, unknown>> {
  const told = await declare(description, repo);
  const checked = pulumi.output(told).apply(checkOutputs);
  return Object.fromEntries(
    Object.keys(told).map((key) => [key, checked.apply((all) => all[key as keyof typeof all])]),
  );
}

// A platform's libraries are loaded only where it is used: those of a cloud are large.
async function declare(description: Description, repo: string): Promise<object> {
  switch (description.platform) {
    case "local":
      return (await import("./platforms/local/index.ts")).localPlatform(description);
    case "ssh":
      return (await import("./platforms/ssh/index.ts")).sshPlatform(description, repo);
    case "aws":
      return (await import("./platforms/aws/index.ts")).awsPlatform(description);
    case "kubernetes":
      return (await import("./platforms/kubernetes/index.ts")).kubernetesPlatform(description);
  }
}

/** What `pulumi up` itself runs: the stack's name says which description. `local-prod` is prod rehearsed here. */
export default async function main(): Promise<Record<string, unknown>> {
  const repo = join(import.meta.dirname, "..");
  const stack = pulumi.getStack();
  const name = stack.replace(/^local-/, "");
  const loaded = loadDescription(join(repo, "environments"), name);
  if (!loaded.ok) throw new Error(loaded.complaints.map(complaintText).join("\n"));
  const { description } = loaded;
  return program(stack === name ? description : { ...description, platform: "local" }, repo);
}
