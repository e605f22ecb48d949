// Which system image a machine boots, by what its processor is.

/** `arm64` for types with a Graviton processor (t4g, m7g, c7gn, x2gd, a1, g5g), else `x86_64`. */
export function architectureOf(machine: string): "arm64" | "x86_64" {
  const family = machine.split(".", 1)[0] ?? "";
  return /^a1$|^[a-z]+\d+g[a-z]*$/.test(family) ? "arm64" : "x86_64";
}

/** Amazon Linux 2023 as AWS keeps it: the newest one when an instance is launched, so no image id ages in a description. */
export function imageOf(machine: string): string {
  return `resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architectureOf(machine)}`;
}
