// Tests the rules that follow from the platform, at the lines where they are to be mended.
import { describe, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import { complaintsAbout, writtenFolder } from "./written-folder.ts";

const P = "environments/prod.yaml";
const service = (name: string, more = "") =>
  `  ${name}: {kind: ${name === "web" ? "http" : "sessions"}, nodes: 2, source: x, build: make, start: run${name === "web" ? "" : ", metrics: {sessions: s}"}${more}}\n`;

// Four lines: what is added begins in line 5.
const aws = (zones = "[eu-central-1a, eu-central-1b]") =>
  `platform: aws\nregion: eu-central-1\nzones: ${zones}\nservices: {}\n`;
const withWeb = (zones?: string, more = "") => aws(zones).replace(" {}\n", `\n${service("web", more)}`);

describe("aws", () => {
  test.each<[string, string, string[]]>([
    ["a database with a standby in two zones", `${aws()}database: {multiZone: true}`, []],
    [
      "a standby without a second zone",
      `${aws("[eu-central-1a]")}database: {multiZone: true}`,
      [`${P}:5:23 database.multiZone: needs a second zone: zones: [eu-central-1a, eu-central-1b]`],
    ],
    [
      "a database in one zone",
      `${aws("[eu-central-1a]")}database: {}`,
      [`${P}:3:8 zones: a database needs at least two zones: zones: [eu-central-1a, eu-central-1b]`],
    ],
    [
      "a balancer in one zone",
      withWeb("[eu-central-1a]"),
      [`${P}:3:8 zones: a balancer needs at least two zones: zones: [eu-central-1a, eu-central-1b]`],
    ],
    [
      "protection in one zone",
      `${aws("[eu-central-1a]")}protection: true`,
      [`${P}:3:8 zones: protection: true needs at least two zones: zones: [eu-central-1a, eu-central-1b]`],
    ],
    [
      "a region that is none",
      "platform: aws\nregion: europe\nzones: [europea]\nservices: {}",
      [`${P}:2:9 region: is not the name of a region of AWS, such as eu-central-1`],
    ],
    ["nothing but one zone", aws("[eu-central-1a]"), []],
    [
      "a copy in the same region",
      `${aws()}backup: {copyTo: eu-central-1}`,
      [`${P}:5:18 backup.copyTo: eu-central-1 is where the environment is: a copy there is lost with it`],
    ],
    ["protection with 7 days", `${aws()}protection: true\ndatabase: {retention: 7d}`, []],
    [
      "protection with 6 days",
      `${aws()}protection: true\ndatabase: {retention: 6d}`,
      [`${P}:6:23 database.retention: protection: true keeps at least 7d, and this is 6d`],
    ],
    ["6 days without protection", `${aws()}database: {retention: 6d}`, []],
    ["logs deleted before the default would archive them", `${aws()}logs: {retention: 14d}`, []],
    [
      "logs deleted before they are archived",
      `${aws()}logs: {retention: 60d, archiveAfter: 60d}`,
      [
        `${P}:5:38 logs.archiveAfter: 60d is not before they are deleted, after 60d: keep logs for at least 61d`,
      ],
    ],
    [
      "protection without a domain",
      `${withWeb()}protection: true`,
      [`${P}:1:1 edge: protection: true refuses plain http: write edge: {domain: play.example.com}`],
    ],
    ["protection with a domain", `${withWeb()}protection: true\nedge: {domain: a.example.com}`, []],
    [
      "a certificate of another region",
      `${withWeb()}edge: {domain: a.example.com, certificate: "arn:aws:acm:us-east-1:111111111111:certificate/a-b"}`,
      [`${P}:6:44 edge.certificate: lies in us-east-1, and the balancer in eu-central-1`],
    ],
    [
      "a certificate of another account",
      `${withWeb()}account: "222222222222"\nedge: {domain: a.example.com, certificate: "arn:aws:acm:eu-central-1:111111111111:certificate/a-b"}`,
      [`${P}:7:44 edge.certificate: belongs to account 111111111111, and the balancer to 222222222222`],
    ],
    [
      "a provider of another account",
      `${aws()}account: "222222222222"\nreview: {repository: a/b, provider: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}`,
      [
        `${P}:6:37 review.provider: belongs to account 111111111111: roles in 222222222222 can only trust a provider of their own`,
      ],
    ],
    [
      "a key of another region",
      `${aws()}state: {bucket: abc, region: eu-west-1, key: "arn:aws:kms:eu-central-1:111111111111:key/a-b"}`,
      [`${P}:5:46 state.key: lies in eu-central-1, and state.region is eu-west-1`],
    ],
  ])("%s", (_what, prod, expected) => {
    expect(complaintsAbout({ prod: `${prod}\n` })).toEqual(expected);
  });
});

describe("scaling", () => {
  const floor = "{name: f, nodes: 3, days: [fri], from: '18:00', to: '23:00', timezone: UTC}";
  test.each<[string, string, string[]]>([
    ["around the nodes", "{min: 1, max: 4}", []],
    ["a floor within it", `{max: 4, floors: [${floor}]}`, []],
    ["fewest over the nodes", "{min: 3, max: 4}", ["min: 3 is more than the 2 nodes it starts with"]],
    ["most under the nodes", "{max: 1}", ["max: 1 is less than the 2 nodes it starts with"]],
    [
      "a floor beyond it",
      `{max: 2, floors: [${floor}]}`,
      ["floors[0].nodes: 3 is not between 2 and 2, the fewest and the most nodes"],
    ],
    [
      "a floor twice",
      `{max: 4, floors: [${floor}, ${floor}]}`,
      ["floors[1].name: f is already the name of a floor"],
    ],
    [
      "a floor that is never open",
      `{max: 4, floors: [${floor.replace("23:00", "18:00")}]}`,
      ["floors[0].to: must differ from `from`"],
    ],
  ])("%s", (_what, scaling, expected) => {
    const found = complaintsAbout({ prod: withWeb(undefined, `, scaling: ${scaling}`) });
    expect(found.map((line) => line.replace(/^\S+ services\.web\.scaling\./, ""))).toEqual(expected);
  });
});

describe("ssh", () => {
  const ssh = (hosts: string) => `platform: ssh\nservices:\n${service("game")}ssh:\n  ${hosts}\n`;
  const host = (name: string, more = "") => `{name: ${name}, service: game, address: 10.0.0.1${more}}`;
  test.each<[string, string, string[]]>([
    ["a machine a node", `hosts: [${host("a")}, ${host("b", ", servicePort: 8081")}]`, []],
    ["a command", "command: ./hosts", []],
    [
      "neither",
      "startsAtOnce: 4",
      ["ssh: platform ssh needs machines: list them in ssh.hosts, or name an ssh.command that prints them"],
    ],
    [
      "both",
      `command: ./hosts\n  hosts: [${host("a")}]`,
      ["ssh.command: hosts are listed here already: keep one of hosts and command"],
    ],
    [
      "one name twice",
      `hosts: [${host("a")}, ${host("a", ", port: 23")}]`,
      ["ssh.hosts[1].name: a is already the name of a host"],
    ],
    [
      "one folder twice",
      `hosts: [${host("a", ", root: /srv/x")}, ${host("b", ", root: /srv/x, servicePort: 81")}]`,
      ["ssh.hosts[1].root: /srv/x on 10.0.0.1 port 22 is the folder of a already"],
    ],
    [
      "a folder within another node's",
      `hosts: [${host("a", ", root: /opt/surefoot")}, ${host("b", ", servicePort: 81")}]`,
      ["ssh.hosts[1].root: /opt/surefoot/b lies in the folder of a"],
    ],
    ...["/srv/../etc", "/srv/./x", "/srv//x", "/srv/.."].map((root): [string, string, string[]] => [
      `the folder ${root}`,
      `hosts: [${host("a")}, ${host("b", `, servicePort: 81, root: ${root}`)}]`,
      [
        root.endsWith("..")
          ? "ssh.hosts[1].root: must be an absolute folder, such as /opt/surefoot/server"
          : "ssh.hosts[1].root: must be a plain path: no //, /. or /.. in it",
      ],
    ]),
    [
      "one port twice",
      `hosts: [${host("a")}, ${host("b")}]`,
      ["ssh.hosts[1]: 8080 on 10.0.0.1 port 22 is the port of a already"],
    ],
    ["another sshd at the same address", `hosts: [${host("a")}, ${host("b", ", port: 2222")}]`, []],
    [
      "too few",
      `hosts: [${host("a")}]`,
      ["ssh.hosts: services.game has 2 nodes, and 1 host is listed for it"],
    ],
    [
      "an unknown service",
      `hosts: [${host("a")}, ${host("b", ", servicePort: 81")}, {name: c, service: gane, address: x}]`,
      ['ssh.hosts[2].service: no such service. Did you mean "game"?'],
    ],
  ])("%s", (_what, hosts, expected) => {
    const found = complaintsAbout({ prod: ssh(hosts) });
    const lines = found.map((line) => line.replace(/^\S+ /, "").replace("[1].servicePort:", "[1]:"));
    expect(lines).toEqual(expected);
  });
});

describe("keys that are not read", () => {
  const warned = (files: Record<string, string>): string[] => {
    const loaded = loadDescription(writtenFolder(files), "prod");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
    return loaded.warnings.map(({ line, path, rule, message }) => `${line} ${path} ${rule} ${message}`);
  };

  test("those of another platform are warned of, where the description itself gives them", () => {
    expect(warned({ prod: "platform: local\nbackup: {lock: true}\nssh: {startsAtOnce: 4}\n" })).toEqual([
      "2 backup key-not-read is only read on platform aws or kubernetes, and this is local",
      "3 ssh key-not-read is only read on platform ssh, and this is local",
    ]);
  });

  test("what is inherited is nobody's mistake", () => {
    expect(warned({ base: "backup: {lock: true}\n", prod: "extends: base\nplatform: local\n" })).toEqual([]);
  });

  test("how connections are made is read on aws too, the machines are not", () => {
    const ssh = "ssh: {startsAtOnce: 4, command: ./hosts}\n";
    expect(warned({ prod: `${aws()}${ssh}` })).toEqual([
      "5 ssh.command key-not-read is only read on platform ssh, and this is aws",
    ]);
  });
});
