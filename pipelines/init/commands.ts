// The few commands that come after `init`: what an account owner runs once, and how machines are made known to ssh. Pure.
import type { Answer } from "./answers.ts";
import { stateKey } from "./description.ts";

export interface NextCommand {
  /** Why, in a few words. */
  why: string;
  run: string;
}

/** In the order in which they are run, account by account; safe to paste into a shell. */
export function commandsFor(answers: readonly Answer[]): NextCommand[] {
  const accounts = Map.groupBy(answers, ({ account }) => account);
  return [...accounts.values()].flatMap((same) => [
    ...same
      .filter(({ stateBucket }) => stateBucket !== "")
      .slice(0, 1)
      .flatMap(bootstrap),
    ...same.flatMap(({ hosts }) => machines(hosts)),
    ...same.flatMap(({ name, services }) => [
      { why: `is everything there for ${name}?`, run: `surefoot doctor ${name}` },
      { why: `bring ${name} up`, run: `surefoot up ${name}` },
      ...Object.keys(services).flatMap((service) => [
        {
          why: `build a first release of ${service}`,
          run: `surefoot release ${service} --release r1 --from ${name}`,
        },
        { why: "put it on the nodes", run: `surefoot deploy ${name} ${service} --release r1` },
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

/** A word of a shell: quoted unless it is harmless. */
function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
