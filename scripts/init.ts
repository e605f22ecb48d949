// surefoot init: begins: asks or takes flags, writes descriptions and the bootstrap stack, prints what comes next.
import { askMissing } from "../pipelines/init/ask.ts";
import type { Given } from "../pipelines/init/given.ts";
import { initText } from "../pipelines/init/report.ts";
import { prepareInit, runInit } from "../pipelines/init/run.ts";
import { readShared } from "../pipelines/init/shared.ts";
import { kubeContexts } from "../pipelines/drivers/contexts.ts";
import { finish, repo, say, verb } from "./verb.ts";

const list = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text.split(",").filter((word) => word !== ""),
];
const each = (text: string, before: string[] = []): string[] => [...before, text];

export function initCommand() {
  return verb("init")
    .description(
      "begin: write descriptions of environments, and what an account needs once; asks for what no flag says",
    )
    .option(
      "--platform <platform>",
      "aws, ssh for machines that you own, or kubernetes for a cluster that you have",
    )
    .option("--name <names>", "environments, by commas or repeated (default: dev,staging,prod)", list)
    .option("--region <region>", "region of the cloud, such as eu-central-1")
    .option(
      "--zones <zones>",
      "zones of the region, by commas (default: its first two, three where protected)",
      list,
    )
    .option("--account <account>", "account on AWS, or <name>=<account>; repeatable", each)
    .option("--owner <owner>", "team or person who answers for it")
    .option("--repository <owner/name>", "repository on GitHub whose workflows may change it")
    .option("--domain <domain>", "name at which it is reached, or <name>=<domain>; repeatable", each)
    .option("--state-bucket <bucket>", "bucket for shared state (default on aws: surefoot-state-<account>)")
    .option("--protect <names>", "environments whose data is protected (default: prod)", list)
    .option("--nodes <service=count>", "size of a fleet, or <name>.<service>=<count>; repeatable", each)
    .option(
      "--set <service.KEY=value>",
      "config that a service needs; {name} is the environment; repeatable",
      each,
    )
    .option(
      "--hosts <file>",
      "ssh: file of machines, or <name>=<file>; a line each: <service> [user@]address[:port] [zone]",
      each,
    )
    .option("--context <context>", "kubernetes: context of your kubeconfig, or <name>=<context>", each)
    .option(
      "--namespace <namespace>",
      "kubernetes: namespace, or <name>=<namespace> (default: surefoot-{name})",
      each,
    )
    .option("--registry <registry/path>", "kubernetes: where releases are pushed as images", each)
    .option("--base <image@sha256:…>", "kubernetes: image by digest that they are laid upon", each)
    .option(
      "--prometheus <address>",
      "kubernetes: Prometheus, as Argo Rollouts reaches it (default: http://prometheus-operated.monitoring:9090)",
      each,
    )
    .option(
      "--backups <s3://bucket>",
      "kubernetes: where the database is backed up to (default: no database)",
      each,
    )
    .option("--ingress <class>", "kubernetes: ingress class for --domain (default: nginx)", each)
    .option("--force <file>", "replace this file, which exists with other content; repeatable", each)
    .option("--plan", "print what would be written, and write nothing")
    .option("--yes", "ask nothing; what is not given has its default or is refused")
    .addHelpText(
      "after",
      "\nExamples:\n  $ surefoot init --platform aws --name test --region eu-central-1 --account 123456789012 --set app.IMAGE_HOST=https://images.{name}.example.com --yes\n  $ surefoot init --platform kubernetes --name test --context game --registry registry.example.com/game --base node:24-slim@sha256:<64 hex digits> --set app.IMAGE_HOST=https://images.{name}.example.com\n",
    )
    .action(async ({ name, force = [], plan: only, yes, json, ...flags }) => {
      const given: Given = { ...flags, names: name };
      const asks = yes !== true && json !== true && process.stdin.isTTY;
      const known = asks ? await askMissing(given, readShared(repo), await kubeContexts()) : given;
      const plan = prepareInit(repo, known, force);
      for (const warning of plan.warnings) say(`warning: ${warning}`);
      if (only !== true) runInit(repo, plan);
      const done = only !== true;
      finish({ document: { done, ...plan }, lines: initText(plan, { done }), ok: true }, { json });
    });
}
