// The only place that spells tags on AWS: whose something is, and which resource of the program it is.
import type { Description } from "../../../environments/shape.ts";
import { project } from "../../names.ts";

export type Tags = Record<string, string>;

export const tagKeys = {
  project: `${project}:project`,
  environment: `${project}:environment`,
  owner: `${project}:owner`,
  name: `${project}:name`,
  service: `${project}:service`,
  /** The backup plan takes what carries it: its value is the environment. */
  backup: `${project}:backup`,
};

/** On everything, also on what AWS makes by itself for a resource. */
export function defaultTags({ name, owner }: Description): Tags {
  return { [tagKeys.project]: project, [tagKeys.environment]: name, [tagKeys.owner]: owner };
}

/** Tags of one resource. The defaults are repeated, so that a plan shows them and policies can read them there. */
export function tagsOf(description: Description, name: string, more: Tags = {}): Tags {
  return { ...defaultTags(description), [tagKeys.name]: name, ...more };
}
