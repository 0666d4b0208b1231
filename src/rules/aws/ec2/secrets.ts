/**
 * Credentials in a text, told by their shape. Whatever is certain of its shape counts; what is only assigned to a
 * name like `password` counts unless it is a placeholder, a path, or stands for something else.
 *
 * Each pattern is linear in the text: repetitions are bounded or end at what they cannot contain.
 */

interface Shape {
  /** What it is, as a part of a sentence. */
  readonly name: string;
  readonly pattern: RegExp;
}

const SHAPES: readonly Shape[] = [
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  { name: 'an AWS access key id', pattern: /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])/u },
  {
    name: 'an AWS secret access key',
    pattern: /secret_?(?:access_?)?key["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/iu,
  },
  {
    name: 'a private key',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|\s){0,8}[A-Za-z0-9+/]{4}/u,
  },
  { name: 'a GitHub token', pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/u },
  { name: 'a GitLab token', pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20}/u },
  { name: 'a Slack token', pattern: /(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10}/u },
  { name: 'a Slack webhook', pattern: /hooks\.slack\.com\/services\/T[A-Za-z0-9]{6,16}\/B[A-Za-z0-9]{6,16}\/[A-Za-z0-9]{16}/u },
  { name: 'a Stripe key', pattern: /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{16}/u },
  { name: 'a Google API key', pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}/u },
  { name: 'a SendGrid key', pattern: /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16}/u },
  { name: 'an npm token', pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}/u },
  { name: 'a PyPI token', pattern: /(?<![A-Za-z0-9])pypi-AgE[A-Za-z0-9_-]{40}/u },
  { name: 'a DigitalOcean token', pattern: /(?<![A-Za-z0-9])do[opr]_v1_[0-9a-f]{64}/u },
  { name: 'a Vault token', pattern: /(?<![A-Za-z0-9])hvs\.[A-Za-z0-9_-]{24}/u },
  { name: 'a JSON Web Token', pattern: /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10}/u },
];

interface Assignment {
  readonly name: string;
  /** Its first group is what is assigned. */
  readonly pattern: RegExp;
}

const VALUE = '\\\\?["\']?([^\\s"\'`;&|,)<>]{0,200})';

const ASSIGNMENTS: readonly Assignment[] = [
  { name: 'a password', pattern: assigned('pass(?:word|wd|phrase)|pwd') },
  { name: 'a secret', pattern: assigned('secret|private_?key|encryption_?key') },
  { name: 'a token', pattern: assigned('token|api_?key|auth_?key') },
  { name: 'a password', pattern: new RegExp(`ConvertTo-SecureString\\s{1,4}(?:-String\\s{1,4})?${VALUE}`, 'giu') },
  { name: 'a password', pattern: /echo\s{1,4}["']?[\w.-]{1,64}:([^\s"'|]{1,200})["']?\s{0,4}\|\s{0,4}(?:sudo\s{1,4})?chpasswd/giu },
  { name: 'a password in an address', pattern: /[a-z]:\/\/[^\s:@/"'<>]{1,64}:([^\s:@/"'<>]{1,128})@/giu },
];

/** Names that end so, before `=`, `:`, `=>`; or an option of a command, before a space. */
function assigned(names: string): RegExp {
  return new RegExp(`(?:${names})(?:\\\\?["']?\\s{0,4}(?:=>|:=|[=:])\\s{0,4}|(?<=--[\\w-]{0,64})\\s{1,4})${VALUE}`, 'giu');
}

/**
 * Stands for something else (`$DB_PASSWORD`, `{{ password }}`, `%PASSWORD%`, `config.password`), is a path, or says
 * what to put there.
 */
const NO_LITERAL =
  /^[$%{[<*/\\~@#!.-]|[(){}[\]]|^x{3}|^your|here$|^(?:change|replace|insert|enter|my|the|a|some)[_-]|^\d{1,5}$|^[a-z_]{1,60}(?:\.[a-z_]{1,60}){1,5}$/iu;
/** The name of a variable. */
const NAME = /^[A-Z]{1,60}(?:_[A-Z]{1,60}){1,5}$/u;
const WORDS = new Set(
  'change changeme changeit default disabled dummy empty enabled example false foobar hidden input national none null optional password passwd placeholder redacted required secret string testing token undefined value variable'.split(
    ' ',
  ),
);

/** Shorter ones are words of a command more often than passwords. */
const SHORTEST = 5;

function isLiteral(text: string): boolean {
  return text.length >= SHORTEST && !NO_LITERAL.test(text) && !NAME.test(text) && !WORDS.has(text.toLowerCase());
}

/** What kinds of credentials a text holds, each once. */
export function secretsIn(text: string): string[] {
  const found = new Set<string>();
  for (const { name, pattern } of SHAPES) if (pattern.test(text)) found.add(name);
  for (const { name, pattern } of ASSIGNMENTS) {
    for (const [, value = ''] of text.matchAll(pattern)) {
      if (!isLiteral(value)) continue;
      found.add(name);
      break;
    }
  }
  return [...found];
}

/** Whether a text gives an AWS SDK or the CLI keys: as variables or in their files. What stands for something else is no key. */
export function givesKeys(text: string): boolean {
  for (const [, value = ''] of text.matchAll(
    /aws_?(?:access_?key_?id|secret_?(?:access_?)?key)["']?\s{0,4}[=:]\s{0,4}["']?([^\s"';]{0,200})/giu,
  ))
    if (value !== '' && !/^[$%{]/u.test(value)) return true;
  return /aws\s{1,4}configure\s{1,4}set\s{1,4}aws_(?:access_key_id|secret_access_key)\s{1,4}["']?[^\s$"'%]/iu.test(text);
}
