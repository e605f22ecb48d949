// Tests reading a list of machines.
import { expect, test } from "vitest";
import { readHosts } from "../../../pipelines/init/hosts.ts";

test("a line is a machine: service, login, address, port, zone", () => {
  const text = `
    # the first rack
    app deploy@10.0.0.1 rack-a   # new
    app 10.0.0.2:2222
    server [fe80::1]:23
    server fe80::2
    server games-3.example.com rack-b`;
  expect(readHosts(text, "hosts")).toEqual({
    complaints: [],
    hosts: [
      { name: "app-01", service: "app", address: "10.0.0.1", user: "deploy", zone: "rack-a" },
      { name: "app-02", service: "app", address: "10.0.0.2", port: 2222 },
      { name: "server-01", service: "server", address: "fe80::1", port: 23 },
      { name: "server-02", service: "server", address: "fe80::2" },
      { name: "server-03", service: "server", address: "games-3.example.com", zone: "rack-b" },
    ],
  });
});

test("nodes that share a machine listen on ports of their own", () => {
  const { hosts } = readHosts("app one\napp one\nserver one\napp one:2222\n", "hosts");
  expect(hosts.map(({ servicePort }) => servicePort)).toEqual([undefined, 8081, 8082, undefined]);
});

test.each([
  ["app", "no address"],
  ["10.0.0.1", "no service"],
  ["app -oProxyCommand=x", "an option of ssh"],
  ["app a;b", "a shell's own sign"],
  ["app [fe80::1", "half a bracket"],
  ["app a b c", "a word too many"],
])("%j is refused: %s", (line) => {
  expect(readHosts(`app good\n${line}\n`, "my-hosts").complaints).toEqual([
    "my-hosts:2: write a line as: <service> [user@]address[:port] [zone]",
  ]);
});

test("an empty list is no list", () => {
  expect(readHosts("# nothing yet\n", "hosts").complaints).toEqual(["hosts: lists no host"]);
});
