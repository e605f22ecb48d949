// What gives a secret away by its own shape: tokens, keys, passwords in URLs, headers and commands. A table.
import { MASK } from "./registered.ts";

type Shape = readonly [what: string, pattern: RegExp, instead: string];

const quote = String.raw`\\{0,7}["'\`]`;
const own = (what: string, source: string, flags = ""): Shape => [
  what,
  new RegExp(source, `g${flags}`),
  MASK,
];

// A token is looked for where no letter or digit goes before it.
const free = "(?<![A-Za-z0-9])";

/**
 * Every repetition is bounded, and where one pattern may begin anywhere its repetitions are short or consume what they read: a hostile
 * text costs no more than its length times a small number.
 */
export const shapes: readonly Shape[] = [
  // An end may be cut off, line breaks may be written as \n.
  own(
    "private key",
    String.raw`-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,65536}?-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[\s\S]{0,65536})`,
  ),
  own("age key", "AGE-SECRET-KEY-1[A-Z0-9]{20,100}"),
  // The pair as consoles and files of credentials write it: the id, then the secret.
  own(
    "AWS pair",
    String.raw`${free}(?:AKIA|ASIA)[A-Z0-9]{16}["'\s,:;|/]{1,6}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])`,
  ),
  own("AWS id", `${free}(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])`),
  own("AWS session", `${free}(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=%]{20,4000}`),
  [
    "AWS secret",
    // Exactly forty, of three kinds of characters: a hash of a commit has but two.
    /(\b(?:aws|Aws|AWS|secret|Secret|SECRET)[^\n]{0,40}?(?<![A-Za-z0-9/+=]))(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))(?=[a-z0-9/+]{0,39}[A-Z])(?=[A-Z0-9/+]{0,39}[a-z])(?=[A-Za-z/+]{0,39}\d)[A-Za-z0-9/+]{40}/g,
    `$1${MASK}`,
  ],
  own(
    "prefixed token",
    `${free}(?:${[
      "gh[pousr]_",
      "github_pat_",
      "gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas)-",
      "xox[a-z]-",
      "xapp-",
      "[rs]k_(?:live|test)_",
      "whsec_",
      "AIza",
      String.raw`ya29\.`,
      "GOCSPX-",
      "pypi-AgE",
      String.raw`SG\.`,
      "shp(?:at|ss|ca|pa)_",
      String.raw`hv[sbr]\.`,
      "dckr_[po]at_",
      "do[opr]_v1_",
      "gl(?:sa|c)_",
      "sntry[su]_",
      "lin_api_",
      "rubygems_",
      "sq0(?:atp|csp)-",
      "AT[AC]TT3",
      "NRAK-",
      "PMAK-",
      "CFPAT-",
      "nvapi-",
      "tskey-",
      "sbp_",
      "sb_secret_",
      "figd_",
      "sk-(?:proj|ant|or|svcacct|admin|live|test|None)-",
    ].join("|")})[\\w.=-]{16,1000}`,
  ),
  // These beginnings are words too: nothing but letters and digits may follow.
  own(
    "plain token",
    `${free}(?:npm_|sk-|hf_|gsk_|xai-|r8_|dapi|pul-|SK)(?=[A-Za-z]{0,60}\\d)[A-Za-z0-9]{20,255}`,
  ),
  own("JSON web token", String.raw`(?<![\w-])eyJ[\w-]{8,4000}\.[\w-]{8,65536}(?:\.[\w-]{0,65536}){0,3}`),
  own("Azure secret", String.raw`(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}`),
  own("Discord bot", String.raw`(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,40}`),
  own("Telegram bot", String.raw`(?<!\d)\d{8,10}:AA[\w-]{30,40}`),
  own(
    "hash of a password",
    String.raw`\$(?:2[abxy]|apr1|[156y]|argon2(?:id?|d)|scrypt|pbkdf2[\w-]{0,10})\$[\w./$=,+-]{20,300}`,
  ),
  // Up to the last @ before the path: people forget to escape it. A port and a path are no password.
  [
    "URL with a password",
    /(:\/\/[^\s/:@"'<>[]{0,100}:)(?!\d{1,5}\/)(?:(?!:\/\/)[^\s"'<>]){1,4000}?(?=@[^\s"'<>@/]{1,255}(?:[\s"'<>/?#]|$))/g,
    `$1${MASK}`,
  ],
  ["URL with a token", /(:\/\/)[^\s/:@"'<>]{20,500}(?=@)/g, `$1${MASK}`],
  [
    "webhook",
    /(hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks|webhook\.office\.com\/webhookb2)\/[^\s"'<>]{1,500}/gi,
    `$1/${MASK}`,
  ],
  ["Telegram URL", /(api\.telegram\.org\/(?:file\/)?bot)[^\s"'/]{1,200}/gi, `$1${MASK}`],
  [
    "signed URL",
    /([?&](?:amp;)?(?:X-(?:Amz|Goog)-(?:Signature|Security-Token|Credential)|Signature|sig)=)[^\s"'&<>]{1,4000}/gi,
    `$1${MASK}`,
  ],
  [
    "authorization",
    new RegExp(
      String.raw`(\bauthorization(?:${quote})?\s{0,5}[:=]\s{0,5}(?:${quote})?(?:basic|bearer|token|digest|apikey|negotiate)\s{1,5})[^\s"',;]{1,65536}`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  ["bearer", /(\bBearer\s{1,5})[\w.~+/=-]{16,65536}/gi, `$1${MASK}`],
  [
    "cookie",
    new RegExp(
      String.raw`(\bcookie(?:${quote})?[ \t]{0,5}[:=][ \t]{0,5}\[?(?:${quote})?)(?=[^\s=;"'\`]{1,256}=)[^\r\n"'\`\\]{1,16384}`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  [
    "SQL",
    /(\b(?:identified\s{1,5}by|passw(?:or)?d)\s{1,5})(?:'(?:[^']|''){1,1000}'|"[^"]{1,1000}")/gi,
    `$1${MASK}`,
  ],
  ["netrc", /(\blogin\s{1,9}[^\s]{1,100}\s{1,9}password\s{1,9})[^\s]{1,1000}/gi, `$1${MASK}`],
  // Numbers are a user and a group, not a password.
  [
    "curl",
    /(\bcurl\b[^\n|;]{0,300}?\s(?:-u|--user|--proxy-user)[ =]{0,3}["']?[^\s:"']{1,100}:)[^\s"']{1,500}/g,
    `$1${MASK}`,
  ],
  [
    "password flag",
    /((?:\b(?:login|sshpass)\b[^\n|;]{0,200}?\s-p[ \t=]{0,3}|\bmysql(?:dump|admin)?\b[^\n|;]{0,200}?\s-p|\bredis-cli\b[^\n|;]{0,200}?\s-a[ \t=]{1,3})["']?)[^\s"'-][^\s"']{0,500}/g,
    `$1${MASK}`,
  ],
];
