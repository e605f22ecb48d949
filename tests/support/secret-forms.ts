// The forms in which people and tools write a secret under its name: for tests that none of them gets through.

type Form = (name: string, secret: string) => string;

/** Names of secrets, as programs, files and headers call them. */
export const telling = [
  "pwd",
  "pass",
  "password",
  "DB_PASSWORD",
  "client_secret",
  "clientSecret",
  "auth_token",
  "private_key",
  "X-Api-Key",
  "aws_secret_access_key",
  "spring.datasource.password",
  "PGPASSWORD",
  "SharedAccessKey",
];

export const unquoted: Record<string, Form> = {
  env: (name, secret) => `export ${name}=${secret}`,
  "equals with blanks": (name, secret) => `${name} = ${secret}`,
  YAML: (name, secret) => `a: 1\n${name}: ${secret}\nb: 2`,
  "a colon alone": (name, secret) => `got ${name}:${secret} there`,
  "a flow of YAML": (name, secret) => `{user: a, ${name}: ${secret}, b: 1}`,
  Ruby: (name, secret) => `:${name} => ${secret}`,
  Go: (name, secret) => `${name} := ${secret}`,
  Make: (name, secret) => `${name} ?= ${secret}`,
  query: (name, secret) => `https://h.example/?a=1&${name}=${secret}&b=2`,
  "a connection string": (name, secret) => `Server=h;User Id=a;${name}=${secret};Encrypt=true`,
  flag: (name, secret) => `run --${name} ${secret} --yes`,
  "a flag with an equals sign": (name, secret) => `run --${name}=${secret}`,
  "a property of Java": (name, secret) => `java -D${name}=${secret} -jar a.jar`,
  "a pair of YAML": (name, secret) => `- name: ${name}\n  value: ${secret}`,
  "an escaped line": (name, secret) => String.raw`"a=1\n${name}=${secret}\nb=2"`,
  "an escaped URL": (name, secret) => `a%26${name}%3D${secret}`,
  block: (name, secret) => `${name}: |\n  ${secret}\nb: 2`,
};

export const quoting: Record<string, Form> = {
  JSON: (name, secret) => `{"${name}":"${secret}","b":1}`,
  "JSON with blanks": (name, secret) => `{ "${name}" : "${secret}" }`,
  "JSON in JSON": (name, secret) => JSON.stringify(JSON.stringify({ [name]: secret, b: 1 })),
  "JSON in HTML": (name, secret) => `{&quot;${name}&quot;:&quot;${secret}&quot;}`,
  shell: (name, secret) => `${name}='${secret}'`,
  HCL: (name, secret) => `${name} = "${secret}"`,
  Python: (name, secret) => `{'${name}': '${secret}'}`,
  "a pair of JSON": (name, secret) => `{"name":"${name}","value":"${secret}"}`,
  "a pair of CloudFormation": (name, secret) => `{"ParameterKey": "${name}", "ParameterValue": "${secret}"}`,
  "a list of arguments": (name, secret) => `["run","--${name}","${secret}"]`,
  XML: (name, secret) => `<a><${name}>${secret}</${name}></a>`,
};
