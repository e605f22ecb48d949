// Stands in for the AWS provider: the real engine runs the real program, and a folder plays the cloud. Nothing leaves this machine.
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { serve } from "../engine/serve.ts";
import { nameOf, typeOf } from "../engine/urn.ts";
import { openCloud } from "./cloud.ts";
import type { CloudResource } from "./cloud.ts";
import { idFromInputs } from "../platforms/aws/ids.ts";
import { computedOf, isReplacing } from "./aws-computed.ts";
import { changedKeys, outputsOf } from "./given.ts";

const folder = process.env["SUREFOOT_STAND_IN"];
if (!folder)
  throw new Error("the stand-in for aws has no folder to play the cloud: it is for offline stacks only");
const cloud = openCloud(folder);

const withComputed = (
  type: string,
  id: string,
  { inputs, revision }: CloudResource,
): Record<string, unknown> => outputsOf(inputs, computedOf(type, id, inputs, revision));

const provider: Provider = {
  version: "7.48.0",
  check: async (_urn, _olds, news) => ({ inputs: news }),
  diff: async (_id, urn, olds, news) => {
    const changed = changedKeys(olds, news);
    const replaces = changed.filter((key) => isReplacing(typeOf(urn), key));
    // A name of our own can only be taken again once it is free.
    const sameId = idFromInputs(typeOf(urn), news) === idFromInputs(typeOf(urn), olds);
    return { changes: changed.length > 0, replaces, deleteBeforeReplace: sameId };
  },
  create: async (urn, inputs) => {
    const type = typeOf(urn);
    const id = idFromInputs(type, inputs) ?? cloud.newId(type);
    const made = { name: nameOf(urn), inputs, revision: 1 };
    await cloud.create({ type, id, urn }, made);
    return { id, outs: withComputed(type, id, made) };
  },
  update: async (id, urn, _olds, news) => {
    const place = { type: typeOf(urn), id, urn };
    const before = await cloud.read(place);
    const changed = { name: nameOf(urn), inputs: news, revision: (before?.revision ?? 0) + 1 };
    await cloud.write(place, changed);
    return { outs: withComputed(place.type, id, changed) };
  },
  read: async (id, urn) => {
    const found = await cloud.read({ type: typeOf(urn), id, urn });
    if (found === undefined) return {};
    return { id, props: withComputed(typeOf(urn), id, found), inputs: found.inputs };
  },
  delete: async (id, urn) => cloud.remove({ type: typeOf(urn), id, urn }),
};

await serve(provider);
