// Tests the doctor's view of owned machines.
import { expect, test } from "vitest";
import type { Description } from "../../../../environments/shape.ts";
import { descriptionSchema } from "../../../../environments/shape.ts";
import { examineHosts } from "../../../../pipelines/environment/doctor/ssh.ts";

const host = (name: string) => ({ name, service: "app", address: name });
const description = {
  name: "own",
  ...descriptionSchema.parse({
    platform: "ssh",
    ssh: { startsAtOnce: 2, hosts: ["a", "b", "c", "d", "e"].map(host) },
  }),
} as Description;
const hosts = () => Promise.resolve(description.ssh.hosts);

test("each machine that is not reached is named, the others are counted", async () => {
  const reach = ({ name }: { name: string }) =>
    name === "c" ? Promise.reject(new Error("its host key changed: refused")) : Promise.resolve();
  expect(await examineHosts(description, { hosts, reach })).toEqual([
    { check: "machines", ok: true, detail: "5 listed" },
    { check: "ssh", ok: false, detail: "4 of 5 machines reached", next: "see the machines named here" },
    {
      check: "c",
      ok: false,
      detail: "its host key changed: refused",
      next: "mend what it names, then: surefoot doctor own",
    },
  ]);
});

test("never more logins at once than the description allows", async () => {
  let [open, most] = [0, 0];
  const reach = async () => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open -= 1;
  };
  await examineHosts(description, { hosts, reach });
  expect(most).toBe(2);
});

test("without a list nobody is asked", async () => {
  const checks = await examineHosts(description, {
    hosts: () => Promise.reject(new Error("ssh.command ended with 1")),
    reach: () => Promise.reject(new Error("never")),
  });
  expect(checks.map(({ detail }) => detail)).toEqual(["ssh.command ended with 1"]);
});
