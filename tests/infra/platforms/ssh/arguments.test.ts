// The command line of ssh: host keys checked, nothing asked, the user's own config in force, no name read as an option.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { knownAs, sshArguments } from "../../../../infra/platforms/ssh/arguments.ts";
import { temporaryFolder } from "../../../support/store.ts";

const target = { address: "10.0.0.7", port: 2222, user: "deploy" };

/** What OpenSSH itself makes of the words. */
function understood(words: string[]): Record<string, string> {
  const told = execFileSync("ssh", ["-G", ...words], { encoding: "utf8" });
  return Object.fromEntries(
    told.split("\n").map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)]),
  );
}

it("is understood by OpenSSH as it is meant", () => {
  expect(understood(sshArguments(target, { connectWithin: 7 }, "/repo"))).toMatchObject({
    hostname: "10.0.0.7",
    port: "2222",
    user: "deploy",
    batchmode: "yes",
    stricthostkeychecking: "true",
    connecttimeout: "7",
    serveraliveinterval: "5",
    serveralivecountmax: "2",
    controlpersist: "no",
    forwardagent: "no",
    forwardx11: "no",
    permitlocalcommand: "no",
    requesttty: "false",
  });
});

it("lets only the config that the description names be less strict, and finds it in the repository", () => {
  const repo = temporaryFolder();
  writeFileSync(
    join(repo, "ssh_config"),
    "Host *\n  StrictHostKeyChecking accept-new\n  User other\n  Port 2200\n  BatchMode no\n",
  );
  const words = sshArguments({ address: "db", port: 22 }, { config: "ssh_config", connectWithin: 5 }, repo);
  expect(words.slice(0, 2)).toEqual(["-F", join(repo, "ssh_config")]);
  expect(understood(words)).toMatchObject({
    stricthostkeychecking: "accept-new",
    user: "other",
    port: "2200",
    batchmode: "yes",
  });
});

it("refuses unknown keys where the config says nothing", () => {
  const repo = temporaryFolder();
  writeFileSync(join(repo, "ssh_config"), "");
  const words = sshArguments(target, { config: "ssh_config", connectWithin: 5 }, repo);
  // "ask" with nobody to ask.
  expect(understood(words)).toMatchObject({ stricthostkeychecking: "ask", batchmode: "yes" });
});

it("never lets an address be read as an option", () => {
  const words = sshArguments({ address: "-oProxyCommand=touch harm", port: 22 }, { connectWithin: 5 }, "/");
  expect(words.slice(-2)).toEqual(["--", "-oProxyCommand=touch harm"]);
});

it("takes an IPv6 address with or without brackets, and names it as known_hosts does", () => {
  expect(sshArguments({ address: "[fe80::1]", port: 22 }, { connectWithin: 5 }, "/").at(-1)).toBe("fe80::1");
  expect(knownAs({ address: "[fe80::1]", port: 22 })).toBe("fe80::1");
  expect(knownAs(target)).toBe("[10.0.0.7]:2222");
});
