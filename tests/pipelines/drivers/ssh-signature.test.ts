// Signs and checks with the real ssh-keygen: keys in files and in an agent, and what it must refuse.
import { spawn, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { checkSignature, sign } from "../../../pipelines/drivers/ssh-signature.ts";
import {
  fingerprintOf,
  publicKeyOf,
  readSignature,
} from "../../../pipelines/drivers/ssh-signature-format.ts";
import { signingKey } from "../../../pipelines/drivers/ssh-signature-key.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { beginGit, gitIn, makePeople } from "../../support/reviewed.ts";

function people() {
  const made = makePeople();
  onTestFinished(made.end);
  vi.stubEnv("HOME", made.folder);
  vi.stubEnv("SSH_AUTH_SOCK", "");
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  onTestFinished(() => void vi.unstubAllEnvs());
  return made;
}

const namespace = "surefoot-approval";
const at = Date.UTC(2026, 0, 1);

it("makes a signature that holds for this text, name, purpose and list alone", async () => {
  const { person, folder } = people();
  const [ann, bob] = [person("ann@example.com"), person("bob@example.com")];
  const key = await signingKey(folder, ann.key);
  const message = 'a text with "quotes", \u0000 and \u202e';
  const signature = await sign(message, { key, namespace });
  expect(readSignature(signature)).toEqual({ fingerprint: key.fingerprint, namespace });
  const listed = execFileSync("ssh-keygen", ["-l", "-f", `${ann.key}.pub`], { encoding: "utf8" });
  expect(listed).toContain(key.fingerprint);
  const allowed = `ann@example.com ${ann.publicKey}\n`;
  const good = { message, signature, principal: ann.mail, namespace, allowed, revoked: "", at };
  const check = (change: Partial<typeof good> = {}) => checkSignature({ ...good, ...change });
  expect(await check()).toBeNull();
  expect(await check({ message: `${message} ` })).toMatch(/\w/);
  expect(await check({ principal: bob.mail })).toMatch(/\w/);
  expect(await check({ namespace: "git" })).toMatch(/namespace/);
  expect(await check({ allowed: `ann@example.com ${bob.publicKey}\n` })).toMatch(/\w/);
  expect(await check({ allowed: "" })).toMatch(/\w/);
  expect(await check({ revoked: `${ann.publicKey}\n` })).toBe("it does not fit");
  expect(await check({ revoked: `${bob.publicKey}\n` })).toBeNull();
  expect(await check({ signature: signature.replace("BEGIN", "END") })).toMatch(/\w/);
  for (const word of ["-Ysign", "--", "-f/etc/passwd", "$(touch pwned)", "ann@example.com\n*"])
    expect([word, await check({ principal: word })]).toEqual([word, expect.stringMatching(/\w/)]);
});

it("judges times of keys by the time it is given, read as UTC whatever this machine's zone is", async () => {
  const { person, folder } = people();
  const ann = person("ann@example.com");
  vi.stubEnv("TZ", "Pacific/Kiritimati");
  const key = await signingKey(folder, ann.key);
  const signature = await sign("x", { key, namespace });
  const allowed = `ann@example.com valid-after="202601010000",valid-before="202601010100" ${ann.publicKey}\n`;
  const check = (minutes: number) =>
    checkSignature({
      message: "x",
      signature,
      principal: ann.mail,
      namespace,
      allowed,
      revoked: "",
      at: at + minutes * 60_000,
    });
  expect([await check(-1), await check(30), await check(61)]).toEqual([
    expect.stringContaining("not yet valid"),
    null,
    expect.stringContaining("expired"),
  ]);
});

it("finds the key where git looks for it: named, configured as a path or as the key itself, of a usual name", async () => {
  const { person, folder } = people();
  const [ann, bob] = [person("ann@example.com"), person("bob@example.com")];
  const repo = join(folder, "repo");
  mkdirSync(repo);
  beginGit(repo);
  expect((await refusalFrom(signingKey(repo))).code).toBe("E_SIGN");
  mkdirSync(join(folder, ".ssh"));
  for (const end of ["", ".pub"])
    writeFileSync(join(folder, `.ssh/id_ed25519${end}`), readFileSync(`${ann.key}${end}`), { mode: 0o600 });
  expect((await signingKey(repo)).label).toBe(join(folder, ".ssh/id_ed25519"));
  gitIn(repo, ["config", "user.signingkey", "0123ABCD"]);
  expect((await signingKey(repo)).label).toBe(join(folder, ".ssh/id_ed25519"));
  gitIn(repo, ["config", "gpg.format", "ssh"]);
  gitIn(repo, ["config", "user.signingkey", "~/bob@example.com.pub"]);
  const { path, fingerprint, agent } = await signingKey(repo);
  expect([path, fingerprint, agent]).toEqual([
    `${bob.key}.pub`,
    (await signingKey(repo, bob.key)).fingerprint,
    false,
  ]);
  gitIn(repo, ["config", "user.signingkey", `key::${ann.publicKey} a comment`]);
  expect(await signingKey(repo)).toMatchObject({ agent: true, text: ann.publicKey });
});

it("signs with a key in an agent, and says what is wrong with one that is nowhere or locked", async () => {
  const { person, folder } = people();
  const ann = person("ann@example.com");
  const socket = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void agent.kill());
  await once(agent.stdout, "data");
  vi.stubEnv("SSH_AUTH_SOCK", socket);
  execFileSync("ssh-add", ["-q", ann.key], { stdio: "ignore" });
  rmSync(ann.key);
  const key = await signingKey(folder);
  expect(key).toMatchObject({ agent: true, label: "the first key of the agent" });
  const signature = await sign("x", { key, namespace });
  const allowed = `ann@example.com ${ann.publicKey}\n`;
  const given = { message: "x", signature, principal: ann.mail, namespace, allowed, revoked: "", at };
  expect(await checkSignature(given)).toBeNull();
  execFileSync("ssh-add", ["-q", "-D"], { stdio: "ignore" });
  expect((await refusalFrom(sign("x", { key, namespace }))).message).toContain("the first key of the agent");
  expect((await refusalFrom(signingKey(folder, join(folder, "nowhere")))).message).toContain("nowhere");
  expect((await refusalFrom(signingKey(folder, "-Yverify"))).code).toBe("E_SIGN");
});

it("refuses with E_SIGN where ssh-keygen is missing", async () => {
  const { person, folder } = people();
  const key = await signingKey(folder, person("ann@example.com").key);
  vi.stubEnv("PATH", "/nowhere");
  expect((await refusalFrom(sign("x", { key, namespace }))).code).toBe("E_SIGN");
});

it("reads keys and signatures strictly", () => {
  const { person } = people();
  const { publicKey } = person("ann@example.com");
  const [type = "", blob = ""] = publicKey.split(" ");
  expect(publicKeyOf(`${publicKey} a comment`)).toEqual({ type, blob });
  expect(fingerprintOf(blob)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  for (const line of ["", type, `ssh-rsa ${blob}`, `${type} ${blob.slice(0, 30)}`, `${type}\n${blob}`])
    expect([line, publicKeyOf(line)]).toEqual([line, undefined]);
  const armored = (body: string) => `-----BEGIN SSH SIGNATURE-----\n${body}\n-----END SSH SIGNATURE-----\n`;
  const cut = Buffer.from("SSHSIG\0\0\0\u0001\0\0\0\u00ffshort", "latin1").toString("base64");
  for (const text of ["", armored(""), armored("AAAA"), armored(cut), `x${armored("U1NIU0lH")}`])
    expect(readSignature(text)).toBeUndefined();
});
