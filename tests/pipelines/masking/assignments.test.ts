// Tests that what is assigned to a telling name is masked in every form that people write, and that other texts stay readable.
import { assert, constantFrom, property, stringMatching } from "fast-check";
import { expect, it } from "vitest";
import { maskText } from "../../../pipelines/masking/secrets.ts";
import { quoting, telling, unquoted } from "../../support/secret-forms.ts";

const c = "Canary4711+canAry";

it.each([...Object.entries(unquoted), ...Object.entries(quoting)])("masks any secret: %s", (_form, write) => {
  assert(
    property(stringMatching(/^[A-Za-z][\w.!#%+/~^*-]{5,40}\d$/), constantFrom(...telling), (secret, name) => {
      const masked = maskText(write(name, secret));
      expect(masked).not.toContain(secret);
      expect(masked).toContain("[secret]");
      expect(maskText(masked)).toBe(masked);
    }),
    { numRuns: 60 },
  );
});

it.each(Object.entries(quoting))("masks a secret with blanks and signs in quotes: %s", (_form, write) => {
  assert(
    property(stringMatching(/^[A-Za-z][\w ,;&:=@()[\]{}<>|$-]{5,40}\d$/), (secret) => {
      if (_form === "XML" && secret.includes("<")) return;
      expect(maskText(write("db_password", secret))).not.toContain(secret);
    }),
    { numRuns: 60 },
  );
});

it.each([
  `password=a,${c}`,
  `password=ab"${c}`,
  `password="a\\"${c}"`,
  `{\\"password\\":\\"a\\\\\\"${c}\\"}`,
  `password='it''s ${c}'`,
  `password: """a "b" ${c}"""`,
  `passphrase: two words ${c}`,
  `password: |\n    a\n    ${c}\nother: 1`,
  `Server=h;Pwd='a;${c}';`,
  `PWD={a;${c}};x=1`,
  `AccountName=n;AccountKey=${c}==;EndpointSuffix=x`,
  `Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=${c}=`,
  `jdbc:postgresql://h/db?user=a&password=${c}&x=1`,
  `connection_string: Server=x;Password=${c}`,
  `tokenUrl: https://h.example/?token=${c}`,
  `secrets: { db_password: ${c} }`,
  `//registry.example/:_authToken=${c}`,
  `SECRET_TEAM_A=${c}`,
  `pass: ${"x".repeat(200_000)}${c}`,
])("masks all of it: %#", (text) => {
  expect(maskText(text)).not.toContain(c);
});

it("shows what stands beside it", () => {
  expect(maskText("password=abc,user=b&token=def&d=e")).toBe("password=[secret],user=b&token=[secret]&d=e");
  expect(maskText("Server=h;Password=abc;Encrypt=true")).toBe("Server=h;Password=[secret];Encrypt=true");
  expect(maskText("password: |\n  a\n  b\nother: 1")).toBe("password: |\n  [secret]\nother: 1");
  expect(maskText(`{"password":"abc","b":1}`)).toBe(`{"password":"[secret]","b":1}`);
});

const digest = `sha256:${"ab12".repeat(16)}`;
it.each([
  "token: true",
  "tokens: 5",
  "passed: 3",
  "secretName: app",
  "passwordLength: 12",
  digest,
  `secret: ${digest}`,
  "commit 0123456789abcdef0123456789abcdef01234567",
  "arn:aws:secretsmanager:eu-central-1:123456789012:secret:surefoot/prod/server-AbCd12",
  "secret: arn:aws:secretsmanager:eu-central-1:123456789012:secret:x-AbCd12",
  `registry.example/team/auth-token:1.2.3@${digest}`,
  `https://registry.example:5000/app@${digest}`,
  "auth-token:r12",
  "urn:pulumi:prod::surefoot::aws:secretsmanager/secret:Secret::server",
  "random:index/randomPassword:RandomPassword",
  "secret:app-tls",
  "passwordPolicy: strict-2024A",
  "secretKeyRef: {name: app-v2A1bC, key: password}",
  "PWD=/work/my project",
  "bypass: all",
  "primaryKey: id",
  "password: ${{ secrets.DB }}",
  "password: ${DB_PASSWORD}",
  "PASSWORD=$(cat /run/secrets/x)",
  "TOKEN=/var/run/secrets/token",
  "at getToken (a/token.ts:12:5)",
  "docker run -u 1000:1000 x",
  "token: expected a string, got undefined",
  "the flag --token is required",
  "iam:PassRole",
  "imagePullSecrets: [regcred]",
  "Type: kubernetes.io/service-account-token",
  "auth: oauth2",
  "cookie: true",
  "npm_config_registry_something_long=1",
  "sk-production-cluster-eu-central-1",
  '{"password":""}',
  "a/very/long/path/with/many/segments/and-a-name-2",
  "surefoot-server-config-3f2a1b9c0d",
])("leaves readable: %s", (text) => {
  expect(maskText(text)).toBe(text);
});
