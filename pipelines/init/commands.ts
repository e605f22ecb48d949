// The few commands that come after `init`: what an account owner runs once, and how machines are made known to ssh. Pure.
import type { Answer } from "./answers.ts";
import { clusterCommands, secretCommands } from "./cluster-commands.ts";
import { stateKey } from "./description.ts";
import type { Shared } from "./given.ts";
import { quoted } from "./quoted.ts";

export interface NextCommand {
  /** Why, in a few words. */
  why: string;
  run: string;
}

/** In the order in which they are run, account by account; safe to paste into a shell. */
export function commandsFor(answers: readonly Answer[], shared: Shared): NextCommand[] {
  const places = Map.groupBy(answers, ({ account, cluster }) => cluster?.context ?? account);
  return [...places.values()].flatMap((same) => [
    ...same
      .filter(({ stateBucket }) => stateBucket !== "")
      .slice(0, 1)
      .flatMap(bootstrap),
    ...same.flatMap(({ hosts }) => machines(hosts)),
    ...clusterCommands(same, shared),
    ...same.flatMap((answer) => [
      { why: `is everything there for ${answer.name}?`, run: `surefoot doctor ${answer.name}` },
      { why: `bring ${answer.name} up`, run: `surefoot up ${answer.name}` },
      ...secretCommands(answer),
      ...Object.keys(answer.services).flatMap((service) => [
        {
          why: `build a first release of ${service}`,
          run: `surefoot release ${service} --release r1 --from ${answer.name}`,
        },
        { why: "put it on the nodes", run: `surefoot deploy ${answer.name} ${service} --release r1` },
      ]),
    ]),
  ]);
}

function bootstrap({ account, region, stateBucket, owner }: Answer): NextCommand[] {
  const profile = `surefoot-${account}`;
  const parameters = [
    `StateBucket=${stateBucket}`,
    `KeyAlias=${stateKey}`,
    ...(owner === "" ? [] : [`Owner=${owner}`]),
  ];
  return [
    {
      why: `the owner of account ${account}, once: bucket and key for state, the limit of all roles, a first role`,
      run: [
        "aws cloudformation deploy --stack-name surefoot-bootstrap --template-file environments/bootstrap.cfn.yaml",
        `--region ${quoted(region)} --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ${parameters.map(quoted).join(" ")}`,
      ].join(" "),
    },
    {
      why: "name that role in your own AWS settings (add source_profile and mfa_serial of yours)",
      run: `aws configure set role_arn arn:aws:iam::${account}:role/surefoot-owner --profile ${profile}`,
    },
    {
      why: "take it; this asks for your second factor",
      run: `eval "$(aws configure export-credentials --profile ${profile} --format env)"`,
    },
  ];
}

function machines(hosts: Answer["hosts"]): NextCommand[] {
  return [...Map.groupBy(hosts, ({ port = 22 }) => port)].flatMap(([port, same]) => {
    const addresses = [...new Set(same.map(({ address }) => quoted(address)))];
    const logins = [
      ...new Set(
        same.map(({ address, user }) => quoted(user === undefined ? address : `${user}@${address}`)),
      ),
    ];
    return [
      {
        why: "make the machines' host keys known; compare them with what each machine itself shows",
        run: `ssh-keyscan -p ${port} ${addresses.join(" ")} >> ~/.ssh/known_hosts`,
      },
      {
        why: "let your key in",
        run: `for login in ${logins.join(" ")}; do ssh-copy-id -p ${port} "$login"; done`,
      },
    ];
  });
}
