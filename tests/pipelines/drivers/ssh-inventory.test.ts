// A list of machines with mistakes becomes one refusal that tells all of them and where to mend them.
import { expect, it } from "vitest";
import { sshHosts } from "../../../pipelines/drivers/ssh-inventory.ts";
import { describedFor } from "../../infra/platforms/ssh/described.ts";
import { refusalFrom } from "../../support/refusal.ts";

it("gives the hosts", async () => {
  const hosts = [{ name: "server-01", service: "server", address: "10.0.0.1" }];
  expect((await sshHosts("/", describedFor({ hosts }, 1))).map(({ name }) => name)).toEqual(["server-01"]);
});

it("refuses with every complaint", async () => {
  const refusal = await refusalFrom(sshHosts("/", describedFor({ command: "echo '[{}, {}]'" }, 1)));
  expect(refusal).toMatchObject({ code: "E_INVENTORY", next: "mend what ssh.command prints" });
  expect(refusal.details.length).toBe(6);
});
