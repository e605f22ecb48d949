// Tests the rules of platform kubernetes, at the lines where they are to be mended; and the keys that it does not read.
import { describe, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import { complaintsAbout, writtenFolder } from "./written-folder.ts";

const digest = "a".repeat(64);
const cluster = (more = "") =>
  `kubernetes: {context: rig, registry: registry.example.com/game, base: "node:24-slim@sha256:${digest}"${more}}\n`;
const web = (more = "", name = "web") =>
  `services:\n  ${name}: {kind: http, nodes: 2, source: x, build: make, start: run${more}}\n`;
const backups = ", backups: {destination: 's3://backups/prod', secret: backups}";

/** Complaints without file and place. */
const about = (yaml: string): string[] =>
  complaintsAbout({ prod: `platform: kubernetes\n${yaml}` }).map((line) => line.replace(/^\S+ /, ""));

describe("what a cluster needs", () => {
  test.each<[string, string, string[]]>([
    ["everything that pods need", cluster() + web(), []],
    ["a context alone without services", "kubernetes: {context: rig}\n", []],
    [
      "nothing",
      web(),
      [
        "kubernetes.context: platform kubernetes touches one context of your kubeconfig only, the one named here, such as game-prod",
        "kubernetes.registry: pods are started from images: name where releases are pushed, such as registry.example.com/game",
        "kubernetes.base: releases are laid upon an image: name one by its digest, such as node:24-slim@sha256:<64 hex digits>",
      ],
    ],
    ["a database with backups under protection", `${cluster(backups)}protection: true\ndatabase: {}\n`, []],
    ["a database without backups", `${cluster()}database: {}\n`, []],
    [
      "a database without backups under protection",
      `${cluster()}protection: true\ndatabase: {}\n`,
      [
        "kubernetes.backups: protection: true keeps no database without backups: write backups: {destination: s3://bucket/path, secret: name}",
      ],
    ],
    [
      "mysql",
      `${cluster()}database: {engine: mysql, version: "8.4"}\n`,
      [
        "database.engine: mysql is not kept on platform kubernetes: write postgres, or take the database to aws",
      ],
    ],
    [
      "a service called as the database",
      `${cluster()}database: {}\n${web("", "database-rw")}`,
      ["services.database-rw: begins like the objects of the database: call it otherwise"],
    ],
    ["such a service without a database", cluster() + web("", "database-rw"), []],
    [
      "a domain without an ingress",
      `${cluster()}edge: {domain: play.example.com}\n${web()}`,
      ["kubernetes.ingress: users reach play.example.com by an ingress: write ingress: {class: nginx}"],
    ],
    [
      "an ingress without a domain",
      cluster(", ingress: {class: nginx}") + web(),
      ["edge: an ingress needs a name: write edge: {domain: play.example.com}"],
    ],
    [
      "plain http under protection",
      `${cluster(", ingress: {class: nginx}")}protection: true\nedge: {domain: play.example.com}\n${web()}`,
      [
        "kubernetes.ingress.tlsSecret: protection: true refuses plain http: name the secret that holds the certificate",
      ],
    ],
    [
      "no share of a core",
      cluster() + web(", resources: {cpu: 0m}"),
      ["services.web.resources.cpu: must be more than nothing: load is measured against it"],
    ],
    [
      "a key that pods set",
      cluster() + web(", config: {HOST: 127.0.0.1, HOME: /root}"),
      [
        "services.web.config.HOST: the pod sets this key itself",
        "services.web.config.HOME: the pod sets this key itself",
      ],
    ],
  ])("%s", (_what, yaml, expected) => {
    expect(about(yaml)).toEqual(expected);
  });
});

describe("keys that are not read", () => {
  const unread = (prod: string): string[] => {
    const loaded = loadDescription(writtenFolder({ prod }), "prod");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
    return loaded.warnings
      .filter(({ rule }) => rule === "key-not-read")
      .map(({ path, message }) => `${path} ${message}`);
  };

  test("a cluster reads its database and its alerts, and warns of what is another platform's", () => {
    const keys = [
      "database: {machine: db.t4g.small, storage: 30GiB}",
      "backup: {retention: 30d, lock: true}",
      "monitoring: {cpu: 80%}",
      "alerts: {emails: [a@example.com]}",
      "logs: {retention: 30d}",
      "zones: [a, b]",
      "ssh: {startsAtOnce: 4}",
    ];
    const text = `platform: kubernetes\n${cluster()}${keys.join("\n")}\n${web(", machine: t3.micro, resources: {cpu: 1m}")}`;
    expect(unread(text).toSorted()).toEqual([
      "backup.lock is only read on platform aws, and this is kubernetes",
      "database.machine is only read on platform aws, and this is kubernetes",
      "logs is only read on platform aws, and this is kubernetes",
      "services.web.machine is only read on platform aws, and this is kubernetes",
      "ssh is only read on platform ssh, and this is kubernetes",
      "zones is only read on platform aws, and this is kubernetes",
    ]);
  });

  test("elsewhere a cluster's keys are not read", () => {
    const text = `platform: local\nalerts: {emails: []}\n${cluster()}${web(", resources: {cpu: 1m}, runs: pods")}`;
    expect(unread(text).toSorted()).toEqual([
      "alerts is only read on platform aws or kubernetes, and this is local",
      "kubernetes is only read on platform kubernetes, and this is local",
      "services.web.resources is only read on platform kubernetes, or as pods on aws, and this is local",
      "services.web.runs is only read on platform aws, and this is local",
    ]);
  });
});
