// Tests the formats together: no canary in any of them whichever way it came in, and thousands of changes.
import { assert, constantFrom, property, stringMatching } from "fast-check";
import { expect, it } from "vitest";
import { failedPreview } from "../../../pipelines/preview/failed.ts";
import { formats, formatted } from "../../../pipelines/preview/formats.ts";
import { maskDocument } from "../../../pipelines/masking/masked.ts";
import { planDiff } from "../../../pipelines/preview/plan.ts";
import { alsoMasking } from "../../../pipelines/masking/registered.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { planned, deleted, types } from "../../infra/policies/planned.ts";
import { changed, manyChanged, previewed } from "../../support/previewed.ts";
import { quoting, telling, unquoted } from "../../support/secret-forms.ts";

/** A document with the text in every place that a text can come in by. */
function everywhere(text: string) {
  const odd = { op: "update" as const, old: { [text]: text, list: [text], a: text }, replaceKeys: [text] };
  const resources = Object.values(types).flatMap((type) => [
    planned(
      type,
      text,
      { [text]: { a: text }, list: [`b ${text}`, text], a: "[secret]", note: `- ${text} -` },
      odd,
    ),
    planned(`x:${text}:Y`, `n-${text}`, { policy: JSON.stringify({ [text]: [text] }), tags: { a: text } }),
    deleted(type, `gone ${text}`, { a: text }),
  ]);
  const error = new Refusal("E_ENGINE", { what: text, state: text, next: `run ${text}`, details: [text] });
  return maskDocument(
    changed(
      [
        previewed(resources, {
          environment: text,
          pins: [{ service: text, from: text, to: `r1+${text}` }],
          drift: planDiff(resources).changes,
        }),
        failedPreview(text, true, error),
        failedPreview("dev", true, new Error(`thrown with ${text}`)),
      ],
      { skipped: [{ environment: text, why: text }], remarks: [text], base: { ref: text, commit: text } },
    ),
  );
}

it("never shows a registered value, in any format, in any place, in base64 neither", () => {
  assert(
    property(stringMatching(/^[\w"'<>&\\/+ -]{10,40}$/), constantFrom("", "/", '"', "\n"), (middle, more) => {
      const canary = `Cana${middle}4711${more}x`;
      alsoMasking([canary], () => {
        const document = everywhere(canary);
        const coded = Buffer.from(canary).toString("base64").slice(2, -4);
        for (const format of formats) {
          const text = formatted(document, format);
          const spelled = [
            canary,
            JSON.stringify(canary).slice(1, -1),
            coded,
            canary.replaceAll("<", "&lt;"),
          ];
          for (const one of spelled) expect(text.includes(one), `${format}: ${one}`).toBe(false);
          expect(text).toContain("[secret]");
        }
      });
    }),
    { numRuns: 12 },
  );
});

it("never shows what looks like a secret, though nobody registered it", () => {
  const canary = "ghp_canary4711canary4711";
  const document = everywhere(canary);
  for (const format of formats) expect(formatted(document, format), format).not.toContain("canary4711");
});

it(
  "never shows a secret that a text tells under its name, in any form, format and place",
  { timeout: 60_000 },
  () => {
    const forms = [...Object.values(unquoted), ...Object.values(quoting)];
    const secrets = stringMatching(/^Cana[\w+/-]{8,30}ry47$/);
    assert(
      property(secrets, constantFrom(...forms), constantFrom(...telling), (secret, write, name) => {
        const document = everywhere(write(name, secret));
        for (const format of formats) expect(formatted(document, format), format).not.toContain(secret);
      }),
      { numRuns: 60 },
    );
  },
);

it("keeps its own words whatever is secret", () => {
  alsoMasking(["changes", "refused", "update", "mandatory"], () => {
    const document = maskDocument(changed([previewed([planned(types.bucket, "update", {})])]));
    expect(document.environments[0]).toMatchObject({ verdict: "refused", environment: "prod" });
  });
});

it("renders 5,000 changed resources", () => {
  const secrets = Array.from({ length: 30 }, (_, index) => `registered-secret-${index}`);
  alsoMasking(secrets, () => {
    const document = maskDocument(changed([previewed(manyChanged(5000))]));
    for (const format of formats) expect(formatted(document, format).length).toBeGreaterThan(10_000);
  });
});
