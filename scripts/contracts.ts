// surefoot contracts: samples of a service's messages; recorded from an environment, or held against one.
import { Argument } from "@commander-js/extra-typings";
import type { Service } from "../environments/shape.ts";
import { serviceOf } from "../pipelines/environment/describe.ts";
import { openWorkspace } from "../pipelines/environment/workspace.ts";
import { Refusal } from "../pipelines/errors.ts";
import { checkContract } from "../pipelines/promotion/contracts/hold.ts";
import type { ContractCheck } from "../pipelines/promotion/contracts/hold.ts";
import { recordContract } from "../pipelines/promotion/contracts/record.ts";
import { checkText, recordText } from "../pipelines/promotion/contracts/report.ts";
import { finish, interruptible, repo, verb } from "./verb.ts";

export function contractsCommand() {
  return verb("contracts")
    .description("check that services answer as their contract samples say, or record what they answer")
    .addArgument(new Argument("<action>", "what to do").choices(["check", "record"] as const))
    .argument("<environment>", "such as staging or local/staging")
    .argument("[service]", "such as app; check takes every service with samples without it")
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot contracts check staging\n  $ surefoot contracts record local/staging app && git diff\n\nWhere the description says protection: true, only samples that leave nothing behind are sent:\nGET, HEAD, OPTIONS, and those with safe: true.\n",
    )
    .action(async (action, id, name, options) => {
      using workspace = await openWorkspace(repo, id);
      const signal = interruptible(
        `surefoot contracts ${action} ${id}${name === undefined ? "" : ` ${name}`}`,
      );
      const services = servicesOf(Object.values(workspace.description.services), name, () =>
        serviceOf(workspace.description, name ?? ""),
      );
      if (action === "record") {
        const [service] = services;
        if (name === undefined || service === undefined) throw serviceMissing(id);
        const recording = await recordContract(workspace, service, signal);
        return finish({ document: recording, lines: recordText(recording), ok: true }, options);
      }
      const checks: ContractCheck[] = [];
      for (const service of services) checks.push(await checkContract(workspace, service, signal));
      const ok = checks.every(({ differences, where }) => where !== null && differences.length === 0);
      const lines =
        checks.length === 0 ? [`no service of ${id} has contract samples`] : checks.flatMap(checkText);
      finish({ document: { environment: id, checks }, lines, ok }, options);
    });
}

function servicesOf(all: readonly Service[], name: string | undefined, named: () => Service): Service[] {
  return name === undefined ? all.filter(({ contracts }) => contracts !== undefined) : [named()];
}

function serviceMissing(environment: string): Refusal {
  const what = "record needs the name of a service: it writes into the repository";
  const next = `surefoot contracts record ${environment} <service>`;
  return new Refusal("E_USAGE", { what, state: "nothing was touched", next });
}
