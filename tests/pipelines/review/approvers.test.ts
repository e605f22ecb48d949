// The list of approvers: what it may hold, and which names and keys are one person.
import { expect, it } from "vitest";
import { parseApprovers, parseRevoked, personOf } from "../../../pipelines/review/approvers.ts";

const [one, two, three] = [
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDubSzIDDswt1cUDHpgQm96dix5BLQkeuyexmKdWQQj",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDubSzIDDswt1cUDHpgQm96dix5BLQkeuyexmKdWQQk",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDubSzIDDswt1cUDHpgQm96dix5BLQkeuyexmKdWQQl",
] as const;

it("reads names, options and keys, and writes each line anew", () => {
  const text = `# people\n\nAnn@Example.com,ann@home.example ${one} Ann's laptop\r\n\tbob@example.com  namespaces="surefoot-approval,git",valid-before="20300101Z" ${two}\n`;
  const { keys, complaints } = parseApprovers(text);
  expect(complaints).toEqual([]);
  expect(keys.map(({ line }) => line)).toEqual([
    `ann@example.com,ann@home.example ${one}`,
    `bob@example.com namespaces="surefoot-approval,git",valid-before="20300101Z" ${two}`,
  ]);
  expect(keys[0]?.fingerprint).toBe("SHA256:xLhCANj/t+wWYYO9Pc1tSiYV7w3IQ2qhrh8/ONH1WbI");
});

it.each([
  ["a pattern", `*@example.com ${one}`],
  ["a negation", `!bob@example.com,*@example.com ${one}`],
  ["quotes", `"a b" ${one}`],
  ["an empty name", `ann@example.com,, ${one}`],
  ["an option of ssh-keygen", `-O ${one}`],
  ["a certificate authority", `ann@example.com cert-authority ${one}`],
  ["an unknown option", `ann@example.com no-touch-required,namespaces="x" ${one}`],
  ["an option that is not closed", `ann@example.com namespaces="git ${one}`],
  ["control characters", `ann@example.com\u001b[2J ${one}`],
  ["no key", "ann@example.com"],
  ["another key than it says", `ann@example.com ssh-rsa ${one.split(" ")[1]}`],
  ["a certificate", `ann@example.com ssh-ed25519-cert-v01@openssh.com ${one.split(" ")[1]}`],
])("complains of a line with %s, and keeps nothing of it", (_what, line) => {
  const { keys, complaints } = parseApprovers(`${line}\nok@example.com ${two}\n`);
  expect([keys.length, complaints.length]).toEqual([1, 1]);
  expect(complaints[0]).toMatch(/^line 1: /);
});

it("takes names that share a key, and keys that share a name, for one person", () => {
  const { keys } = parseApprovers(
    `ann@x.example,ann@y.example ${one}\nann@y.example ${two}\nbob@x.example ${three}\n`,
  );
  const person = personOf(keys);
  const [first = "", second = "", third = ""] = keys.map(({ fingerprint }) => fingerprint);
  expect(new Set(["ANN@x.example", "ann@y.example", first, second].map(person)).size).toBe(1);
  expect(person("bob@x.example")).toBe(person(third));
  expect(person(third)).not.toBe(person(first));
  expect(person("Dev@Example.com")).toBe("dev@example.com");
});

it("reads revoked keys, one a line", () => {
  expect(parseRevoked(`# gone\n${one} laptop\n\n`).keys.map(({ line }) => line)).toEqual([one]);
  expect(parseRevoked("SSHKRL\u0000\n").complaints).toHaveLength(1);
});
