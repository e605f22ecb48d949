// Which node takes the next request or session.
import { expect, onTestFinished, test } from "vitest";
import { EdgeNodes } from "../../../../infra/platforms/local/edge-nodes.ts";
import type { EdgeNode } from "../../../../infra/platforms/local/edge-nodes.ts";

const none: ReadonlySet<EdgeNode> = new Set();

function nodesOf(...names: string[]): EdgeNodes {
  const nodes = new EdgeNodes(30);
  const place = {
    service: "app",
    kind: "http",
    zone: "a",
    address: "127.0.0.1",
    port: 9,
    health: "/",
    draining: false,
  } as const;
  for (const name of names) {
    const node = nodes.apply({ type: "added", node: { ...place, name } }) as EdgeNode;
    nodes.setHealthy(node, true);
    onTestFinished(() => node.pool.destroy());
  }
  return nodes;
}

const nodeOf = (nodes: EdgeNodes, name: string): EdgeNode => nodes.get(name) as EdgeNode;
const taken = (nodes: EdgeNodes): string | undefined => nodes.take("app", none)?.place.name;

test("the least busy node takes the request, equals take turns", () => {
  const nodes = nodesOf("a", "b", "c");
  expect([1, 2, 3, 4, 5].map(() => taken(nodes))).toEqual(["a", "b", "c", "a", "b"]);
  expect(taken(nodes)).toBe("c");
  nodes.release(nodeOf(nodes, "b"));
  expect(taken(nodes)).toBe("b");
});

test("a node that is ill or draining takes nothing, and neither does a tried one while there is another", () => {
  const nodes = nodesOf("a", "b", "c");
  nodes.setHealthy(nodeOf(nodes, "a"), false);
  nodes.apply({ type: "changed", node: { ...nodeOf(nodes, "b").place, draining: true } });
  expect([taken(nodes), taken(nodes)]).toEqual(["c", "c"]);
  expect(nodes.take("app", new Set([nodeOf(nodes, "c")]))?.place.name).toBe("c");
  nodes.setHealthy(nodeOf(nodes, "a"), true);
  expect(nodes.take("app", new Set([nodeOf(nodes, "a")]))?.place.name).toBe("c");
  expect(nodes.take("other", none)).toBeUndefined();
});

test("a node on a new port is a new node, ill until checked", () => {
  const nodes = nodesOf("a");
  const before = nodeOf(nodes, "a");
  nodes.apply({ type: "changed", node: { ...before.place, port: 10 } });
  expect([nodeOf(nodes, "a") === before, nodeOf(nodes, "a").healthy]).toEqual([false, false]);
  nodes.apply({ type: "removed", node: before.place });
  expect([nodes.get("a"), nodes.countOf("app")]).toEqual([undefined, 0]);
});

test("sessions go where the fewest went lately, and what is long ago counts less", () => {
  const nodes = nodesOf("a", "b");
  const joined = (at: number): string | undefined => nodes.join("app", at)?.place.name;
  expect([1, 2, 3, 4].map(() => joined(0))).toEqual(["a", "b", "a", "b"]);
  nodes.setHealthy(nodeOf(nodes, "b"), false);
  expect([1, 2, 3, 4].map(() => joined(0))).toEqual(["a", "a", "a", "a"]);
  nodes.setHealthy(nodeOf(nodes, "b"), true);
  expect([1, 2, 3].map(() => joined(0))).toEqual(["b", "b", "b"]);
  expect([1, 2, 3, 4].map(() => joined(600_000)).toSorted()).toEqual(["a", "a", "b", "b"]);
});
