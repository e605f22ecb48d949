// The judge on fleets whose truth is known: what it must catch, what it must let pass, what it must not decide.
import { describe, expect, it } from "vitest";
import { judge } from "../../../pipelines/observe/judge.ts";
import type { Judgement, JudgePolicy } from "../../../pipelines/observe/judge.ts";
import type { Evidence } from "../../../pipelines/observe/evidence.ts";
import type { NodeSummary } from "../../../pipelines/observe/summary.ts";
import { fleet, lognormal, seeded } from "../../support/summaries.ts";

const policy: JudgePolicy = { latencyP95: 0.2, errorRate: 0.005, memory: 0.5, confidence: 0.98 };

const of = (judgement: Judgement, measure: string): Evidence => {
  const found = judgement.evidence.find((e) => e.measure === measure);
  if (!found) throw new Error(`no evidence of ${measure}`);
  return found;
};

/** How many of `count` events of a probability happen. */
function binomial(random: () => number, count: number, probability: number): number {
  let happened = 0;
  for (let i = 0; i < count; i++) if (random() < probability) happened++;
  return happened;
}

/** A fleet with noise: 20 % between nodes in latency, 10 % in memory, a binomial number of errors. */
function noisy(random: () => number, count: number, slower = 1, errorShare = 0.001): NodeSummary[] {
  return fleet(count, () => ({
    latencyP95: 0.002 * slower * lognormal(random, 0.2),
    memory: 80e6 * lognormal(random, 0.1),
    memoryGrowth: 1e6 * (random() - 0.3),
    errors: binomial(random, 300, errorShare),
    requests: 300,
  }));
}

/** The share of seeded runs in which the judge says `wanted` of two fleets made for each run. */
function share(
  wanted: string,
  updated: (random: () => number) => NodeSummary[],
  control: (random: () => number) => NodeSummary[],
): number {
  const runs = 1000;
  const verdicts = Array.from({ length: runs }, (_, i) => {
    const random = seeded(i + 1);
    return judge(policy, updated(random), control(random)).verdict;
  });
  return verdicts.filter((v) => v === wanted).length / runs;
}

/** Latency alone, with 8 % of noise between nodes. */
const calm = (random: () => number, count: number, slower: number): NodeSummary[] =>
  fleet(count, () => ({ latencyP95: 0.002 * slower * lognormal(random, 0.08) }));

describe("over a thousand seeded fleets", () => {
  it.each([0, 0.001, 0.01, 0.05])("fails at most 2 in 100 equal ones at an error share of %d", (errors) => {
    const falseAlarms = share(
      "fail",
      (random) => noisy(random, 5, 1, errors),
      (random) => noisy(random, 45, 1, errors),
    );
    expect(falseAlarms).toBeLessThanOrEqual(0.02);
  });

  it("fails at most 2 in 100 equal ones at 3 against 7", () => {
    const falseAlarms = share(
      "fail",
      (random) => noisy(random, 3),
      (random) => noisy(random, 7),
    );
    expect(falseAlarms).toBeLessThanOrEqual(0.02);
  });

  it("pauses for no equal ones", () => {
    const pauses = share(
      "inconclusive",
      (random) => noisy(random, 5),
      (random) => noisy(random, 45),
    );
    expect(pauses).toBe(0);
  });

  it.each<[what: string, updated: typeof calm, control: typeof calm]>([
    ["30 % more latency", (r) => calm(r, 5, 1.3), (r) => calm(r, 45, 1)],
    ["60 % more latency under 20 % noise", (r) => noisy(r, 5, 1.6), (r) => noisy(r, 45)],
    ["an error share of 3 % against 0.1 %", (r) => noisy(r, 5, 1, 0.03), (r) => noisy(r, 45)],
  ])("catches %s at 5 against 45 in at least 95 of 100", (_what, updated, control) => {
    const caught = share(
      "fail",
      (random) => updated(random, 5, 1),
      (random) => control(random, 45, 1),
    );
    expect(caught).toBeGreaterThanOrEqual(0.95);
  });
});

describe("latency", () => {
  it("says what it saw in one sentence", () => {
    const updated = fleet(5, (i) => ({ latencyP95: 0.0031 + i * 1e-9 }));
    const control = fleet(45, (i) => ({ latencyP95: 0.0017 + i * 1e-9 }));
    const evidence = of(judge(policy, updated, control), "latencyP95");
    expect(evidence.text).toBe(
      "latencyP95 3.1 ms on 5 updated nodes against 1.7 ms on 45 others: +82 % (limit +20 %), p = 0.0000005",
    );
    expect(evidence).toMatchObject({ verdict: "fail", limit: 0.2, nodes: [5, 45] });
    expect(evidence.change).toBeCloseTo(0.82, 2);
  });

  it("lets a small steady change pass, however certain", () => {
    const updated = fleet(20, (i) => ({ latencyP95: 0.0023 + i * 1e-7 }));
    const judgement = judge(
      policy,
      updated,
      fleet(30, (i) => ({ latencyP95: 0.002 + i * 1e-7 })),
    );
    expect(judgement.verdict).toBe("pass");
    expect(of(judgement, "latencyP95").p).toBeLessThan(1e-6);
  });

  it("does not let one slow node of five fail the wave", () => {
    const updated = fleet(5, (i) => ({ latencyP95: i === 0 ? 0.2 : 0.002 + i * 1e-6 }));
    expect(
      judge(
        policy,
        updated,
        fleet(45, (i) => ({ latencyP95: 0.002 + i * 1e-7 })),
      ).verdict,
    ).toBe("pass");
  });

  it("counts a node once, however many requests it saw", () => {
    const updated = fleet(3, () => ({ latencyP95: 0.004, latencyCount: 1_000_000 }));
    const evidence = of(judge(policy, updated, fleet(4)), "latencyP95");
    expect(evidence.nodes).toEqual([3, 4]);
    expect(evidence.p).toBeNull();
  });
});

describe("memory", () => {
  it("is fine when a fresh process is smaller than an old one, though it grows", () => {
    const updated = fleet(5, (i) => ({ memory: 50e6 + i, memoryGrowth: 45e6 + i }));
    expect(judge(policy, updated, fleet(45)).verdict).toBe("pass");
  });

  it("fails for size, and for growth beyond the size of the others", () => {
    const large = judge(
      policy,
      fleet(5, (i) => ({ memory: 140e6 + i })),
      fleet(45),
    );
    expect(of(large, "memory")).toMatchObject({ verdict: "fail" });
    const leak = judge(
      policy,
      fleet(5, (i) => ({ memory: 100e6 + i, memoryGrowth: 60e6 + i })),
      fleet(45, (i) => ({ memoryGrowth: i })),
    );
    expect(of(leak, "memory").verdict).toBe("pass");
    expect(of(leak, "memoryGrowth")).toMatchObject({ verdict: "fail" });
  });
});

describe("what cannot be compared", () => {
  it("passes without other nodes, and says that only guards watch", () => {
    const judgement = judge(
      policy,
      fleet(50, () => ({ latencyP95: 9 })),
      [],
    );
    expect(judgement.verdict).toBe("pass");
    expect(judgement.evidence.map((e) => e.text).join()).toContain("guards only");
  });

  it.each([1, 2])("calls %i updated node(s) a smoke test", (count) => {
    const judgement = judge(
      policy,
      fleet(count, () => ({ latencyP95: 0.02 })),
      fleet(45),
    );
    expect(judgement.verdict).toBe("pass");
    const nodes = count === 1 ? "1 node" : "2 nodes";
    expect(of(judgement, "latencyP95").text).toContain(`smoke test: ${nodes}, comparison starts at 3`);
  });

  it("passes with too few nodes for the confidence, unless all are far worse", () => {
    const slower = (latencyP95: number): Judgement =>
      judge(
        policy,
        fleet(3, () => ({ latencyP95 })),
        fleet(4),
      );
    expect(of(slower(0.003), "latencyP95")).toMatchObject({ verdict: "pass", p: null });
    expect(of(slower(0.003), "latencyP95").text).toContain("too few nodes to decide");
    expect(slower(0.0033).verdict).toBe("inconclusive");
    const oneIsFine = judge(
      policy,
      fleet(3, (i) => ({ latencyP95: i === 0 ? 0.002 : 1 })),
      fleet(4),
    );
    expect(oneIsFine.verdict).toBe("pass");
  });

  it("does not fire where its best p only equals what is accepted", () => {
    // 3 against 46 can reach 1 / 18,424; half of the accepted false alarms is exactly that.
    const control = fleet(46, (i) => ({ latencyP95: 0.002 + i * 1e-7 }));
    const slow = fleet(3, () => ({ latencyP95: 0.003 }));
    const at = (accepted: number): Evidence =>
      of(judge({ ...policy, confidence: 1 - 2 * accepted }, slow, control), "latencyP95");
    expect(at(1 / 18_424)).toMatchObject({ verdict: "pass", p: null });
    expect(at(1 / 18_000)).toMatchObject({ verdict: "fail" });
  });

  it("is inconclusive when the updated nodes get no traffic and the others do", () => {
    const idle = { requests: 0, errors: 0, latencyCount: 0, latencyP95: null };
    const judgement = judge(
      policy,
      fleet(5, () => idle),
      fleet(45),
    );
    expect(judgement.verdict).toBe("inconclusive");
    expect(of(judgement, "traffic").text).toContain("no traffic on 5 updated nodes");
    expect(
      judge(
        policy,
        fleet(5, () => idle),
        fleet(45, () => idle),
      ).verdict,
    ).toBe("pass");
    const nearlyIdle = fleet(45, (i) => ({ ...idle, requests: i === 0 ? 3 : 0 }));
    expect(
      judge(
        policy,
        fleet(5, () => idle),
        nearlyIdle,
      ).verdict,
    ).toBe("pass");
  });

  it("is inconclusive when a measure vanishes with the new release", () => {
    for (const gone of [{ latencyP95: null, latencyCount: 0 }, { memory: null }]) {
      expect(
        judge(
          policy,
          fleet(5, () => gone),
          fleet(45),
        ).verdict,
      ).toBe("inconclusive");
      expect(
        judge(
          policy,
          fleet(5, () => gone),
          fleet(45, () => gone),
        ).verdict,
      ).toBe("pass");
    }
  });

  it("is inconclusive without a summary of any updated node", () => {
    expect(judge(policy, [], fleet(45)).verdict).toBe("inconclusive");
  });

  it("lets a failure outweigh what is inconclusive", () => {
    const updated = fleet(5, (i) => ({ memory: null, latencyP95: 0.02 + i * 1e-6 }));
    expect(judge(policy, updated, fleet(45)).verdict).toBe("fail");
  });
});
