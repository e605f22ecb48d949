// Whom samples are sent to, per platform; and what a plan says where nobody can be asked.
import { expect, test } from "vitest";
import type { Workspace } from "../../../../pipelines/environment/workspace.ts";
import { canaryReach, reachService } from "../../../../pipelines/promotion/contracts/reach.ts";
import { answering } from "../../../support/answering.ts";
import { aService } from "../../../support/rollout.ts";

const signal = new AbortController().signal;
const app = aService({ nodes: 2 });
const game = { ...aService({ nodes: 2, kind: "sessions", metrics: { sessions: "s" } }), name: "server" };

const at = (description: object, edge: string | null, fleet: object[] = []) =>
  ({
    name: { id: "staging" },
    description,
    platform: {
      edge: async () => edge,
      fleet: async () => ({ nodes: fleet, [Symbol.dispose]: () => {} }),
    },
  }) as unknown as Workspace;

const whom = async (...asked: Parameters<typeof reachService>) => {
  const reached = await reachService(...asked);
  return "why" in reached
    ? reached.why
    : `${reached.target.where}: ${(await reached.target.address(signal)).base}`;
};

test("http goes through the edge; a session to the node that the local edge names", async () => {
  const edge = await answering(() => ({ body: { node: "server-01", address: "127.0.0.1", port: 4711 } }));
  expect(await whom(at({ platform: "local" }, edge.base), app)).toBe(`the edge of staging: ${edge.base}`);
  expect(await whom(at({ platform: "local" }, edge.base), game)).toBe(
    "the edge of staging: http://127.0.0.1:4711",
  );
  expect(edge.asked).toEqual(["GET /_join/server"]);
});

test("on aws a domain is known without asking the account; sessions are below the service's name", async () => {
  const never = at({ platform: "aws", edge: { domain: "play.example.com" } }, "asked the account");
  expect(await whom(never, app)).toBe("the edge of staging: https://play.example.com");
  expect(await whom(never, game)).toBe("the edge of staging: https://play.example.com/server");
  expect(await whom(at({ platform: "aws" }, "http://lb.example.com"), game)).toBe(
    "the edge of staging: http://lb.example.com/server",
  );
});

test("on ssh a node that answers stands for all: the balancer is the team's own", async () => {
  const node = (name: string, ready: boolean) => ({
    name,
    status: async () => ({}),
    ready: async () => ready,
    address: async () => ({ base: `http://${name}` }),
  });
  const lost = { ...node("server-00", true), status: () => Promise.reject(new Error("unreachable")) };
  const fleet = [lost, node("server-01", false), node("server-02", true)];
  expect(await whom(at({ platform: "ssh" }, null, fleet), app)).toBe("server-02: http://server-02");
  expect(await whom(at({ platform: "ssh" }, null, [lost]), app)).toBe("no node of app answers");
});

test("nobody can be asked: said, not passed over", async () => {
  expect(await whom(at({ platform: "local" }, null), app)).toBe("staging has no edge, or is not up");
  expect(await whom(at({ platform: "kubernetes" }, "https://x"), game)).toContain("no way in from outside");
  expect(canaryReach({ platform: "kubernetes" }, app)).toContain("not run on the canary here");
  expect(canaryReach({ platform: "aws" }, aService({ nodes: 2, runs: "pods" }))).toContain(
    "not run on the canary",
  );
  expect(canaryReach({ platform: "ssh" }, app)).toContain("first wave");
});
