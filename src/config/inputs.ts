/** The action's inputs: the one place of their names, types, defaults and descriptions. */
import { z } from 'zod';
import type { Settings } from './config.ts';
import type { Problem } from './problem.ts';
import { ConfigurationError, quote } from './problem.ts';
import { DEFAULT_NAMESPACE, parseAddress, parseKey, temporalConnection } from './temporal.ts';
import { THRESHOLDS, toThreshold } from './threshold.ts';
import { insideWorkspace, isGlobInside } from './workspace-path.ts';

/** Text to a value; `read` answers undefined for what it does not take, and the message says what it would have taken. */
function text<T>(expected: string, read: (value: string) => T | undefined, secret = false) {
  return z.string().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.addIssue(secret ? `is not ${expected}` : `${quote(value)} is not ${expected}`);
    return z.NEVER;
  });
}

export function oneOf<const T extends string>(...words: readonly T[]) {
  return text(`one of ${words.join(', ')}`, (value) => words.find((word) => word === value.toLowerCase()));
}

export function wholeNumber(least: number, most: number) {
  return text(`a whole number from ${least} to ${most}`, (value) => {
    const number = /^[0-9]{1,9}$/u.test(value) ? Number(value) : -1;
    return number >= least && number <= most ? number : undefined;
  });
}

function pem(kind: string) {
  return text(
    `${kind} in PEM form: give its text, which begins with -----BEGIN, for example from a secret`,
    (value) => (value.startsWith('-----BEGIN ') ? value : undefined),
    true,
  );
}

/** Booleans as YAML's core schema writes them. */
const flag = text('true or false', (value) =>
  /^(?:true|True|TRUE)$/u.test(value) ? true : /^(?:false|False|FALSE)$/u.test(value) ? false : undefined,
);

export const line = text('one line of at most 1,024 characters without control characters', (value) =>
  value.length <= 1024 && !/\p{Cc}/u.test(value) ? value : undefined,
);
const secretLine = text('one line without blanks', (value) => (/^[\x21-\x7e]+$/u.test(value) ? value : undefined), true);

const globs = z.string().transform((value, context): string[] => {
  const list = linesOf(value);
  for (const glob of list) {
    if (!isGlobInside(glob))
      context.addIssue(`${quote(glob)} is not a glob relative to the workspace: leave out a leading / or !, and .. steps`);
  }
  return list;
});

/** Files one a line, each read by `read`, which answers undefined for what it does not take. */
function files(expected: string, read: (value: string) => string | undefined) {
  return z.string().transform((value, context): string[] =>
    linesOf(value).flatMap((each) => {
      const file = read(each);
      if (file === undefined) context.addIssue(`${quote(each)} is not ${expected}`);
      return file ?? [];
    }),
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Files that are named wherever they lie, as a person does at a terminal. */
export const anyFiles = files('a path of at most 1,024 characters without control characters', (value) =>
  value.length <= 1024 && !/\p{Cc}/u.test(value) ? value : undefined,
);

/** Where the policy is unless told otherwise. */
export const POLICY_FILE = '.github/infra-audit.yml';

function insideOnly(workspace: string) {
  return text('a file inside the workspace', (value) => insideWorkspace(value, workspace) ?? undefined);
}

/** The schema for a workspace, whose absolute path settles which output files are inside it. */
export function inputsSchema(workspace: string) {
  const file = insideOnly(workspace);
  const someFiles = files('a file inside the workspace', (value) => insideWorkspace(value, workspace) ?? undefined);
  return z.strictObject({
    'github-token': secretLine.optional().meta({
      default: '${{ github.token }}',
      description:
        'Token for the pull request and for reading the policy at the base commit. Needs `contents: read`; the comment and suggestions need `pull-requests: write`, the check run `checks: write`.',
    }),
    path: globs.prefault('.').describe('What to audit: globs of files and folders relative to the workspace, one a line.'),
    'tf-vars': someFiles
      .optional()
      .describe(
        'Terraform variable files to apply to every root module after its own `terraform.tfvars` and `*.auto.tfvars`, as `-var-file` does; one a line.',
      ),
    'cfn-parameters': someFiles
      .optional()
      .describe(
        'CloudFormation parameter files (of the AWS CLI, CodePipeline, or a plain map; JSON or YAML) to apply to every template that declares the parameters; one a line.',
      ),
    'plan-file': someFiles
      .optional()
      .describe(
        'Terraform or OpenTofu plans as JSON (`terraform show -json`) to take values from where the source leaves them open; one a line.',
      ),
    'fail-on-severity': oneOf(...THRESHOLDS)
      .transform(toThreshold)
      .prefault('critical')
      .describe(
        'Least severe finding that fails the run: `critical`, `high`, `medium`, `low`, or `none`. A policy file can make it stricter.',
      ),
    block: oneOf('new', 'all')
      .optional()
      .describe(
        'Which findings fail the run: `new` for those that the base commit does not have, or `all`. By default `new` on pull requests and `all` elsewhere; a policy file can make it stricter.',
      ),
    scope: oneOf('changed', 'all')
      .optional()
      .describe(
        'Which resources are audited: `changed` for those that differ from the base commit, or `all`. By default `changed` on pull requests and `all` elsewhere.',
      ),
    'config-file': file
      .prefault(POLICY_FILE)
      .describe(
        'The policy file, relative to the workspace. On a pull request it is read at the base commit; without such a file there is no policy. `OWNER/REPO/path@ref` names one of another repository, which the token must be able to read.',
      ),
    comment: oneOf('always', 'on-failure', 'never')
      .prefault('always')
      .describe(
        'When to write the summary comment on a pull request: `always`, `on-failure`, or `never`. One that is there is always kept up to date.',
      ),
    suggestions: flag
      .prefault('true')
      .describe('Whether to put proven fixes beside the changed lines of a pull request, as suggestions to commit with one click.'),
    'check-name': line
      .prefault('Infrastructure security')
      .describe('Name of the check run, which shows the progress, the verdict and up to 1,000 annotations; `none`: no check run.'),
    annotations: flag.prefault('true').describe('Whether to mark the lines concerned with annotations.'),
    'allow-pull-request-target': flag
      .prefault('false')
      .describe(
        'Whether the event `pull_request_target` is taken, whose token may write to pull requests from forks. What they propose is then read through the API and never checked out, and must not be checked out by other steps.',
      ),
    'job-summary': flag.prefault('true').describe('Whether to write the report to the job summary.'),
    'sarif-file': file.optional().describe('Where to write a SARIF 2.1.0 file, inside the workspace. Not written by default.'),
    'report-file': file.optional().describe('Where to write the JSON report, inside the workspace. Not written by default.'),
    'html-file': file
      .optional()
      .describe('Where to write the report as one HTML page that needs no network, inside the workspace. Not written by default.'),
    'patch-file': file
      .optional()
      .describe('Where to write all proven fixes as one patch for `git apply`, inside the workspace. Not written by default.'),
    'script-file': file
      .optional()
      .describe(
        'Where to write a shell script that puts live resources right, inside the workspace; it changes nothing unless started with `--apply`. Not written by default.',
      ),
    'resource-id': line
      .optional()
      .describe('Audit one resource only: a Terraform address, a CloudFormation logical id, or the physical name such as the bucket name.'),
    'resource-type': oneOf('s3', 'ec2', 'all').prefault('all').describe('Audit resources of one service only: `s3`, `ec2`, or `all`.'),
    'temporal-address': text('HOST:PORT, such as 127.0.0.1:7233', (value) => (parseAddress(value) === null ? undefined : value))
      .optional()
      .describe(
        "`HOST:PORT` of a Temporal server. By default an embedded one is started. Outside of this machine and the job's own containers, TLS and credentials are required.",
      ),
    'temporal-namespace': line.prefault(DEFAULT_NAMESPACE).describe('Namespace on that server.'),
    'temporal-api-key': secretLine.optional().describe('API key for that server.'),
    'temporal-tls-server-name': text('a host name', (value) => (/^[A-Za-z0-9._-]{1,253}$/u.test(value) ? value : undefined))
      .optional()
      .describe("Name that the server's certificate must carry, when it is not the host of the address."),
    'temporal-tls-ca': pem('a certificate')
      .optional()
      .describe("Certificate of the authority that signed the server's, as PEM text. By default the system's authorities."),
    'temporal-tls-cert': pem('a certificate').optional().describe('Client certificate, as PEM text.'),
    'temporal-tls-key': pem('a private key').optional().describe('Key of the client certificate, as PEM text.'),
    'temporal-allow-insecure': flag
      .optional()
      .describe('`true` to use a server outside of this machine without TLS and credentials, in a network that you trust.'),
    'temporal-encryption-key': text('32 bytes in base64 or hex, such as `openssl rand -base64 32` gives', parseKey, true)
      .optional()
      .describe(
        'Key that everything left on that server is encrypted with: 32 bytes in base64 or hex. With the same key a later run takes over what an earlier one began and reuses what it finished; by default each run has a key of its own.',
      ),
    'max-parallel': wholeNumber(1, 100).prefault('20').describe('Audits in flight at a time, 1 to 100.'),
    'timeout-minutes': wholeNumber(1, 350)
      .prefault('10')
      .describe('Minutes after which what is not audited counts as undecided, 1 to 350.'),
  });
}

/** Values as they were given, by name; what is blank counts as not given. */
export type Given = Readonly<Record<string, string | undefined>>;

/**
 * Settings from the action's inputs.
 * @param workspace absolute path
 * @throws ConfigurationError with every problem
 */
export function settingsFromInputs(given: Given, workspace: string): Settings {
  return readSettings(inputsSchema(workspace), given, (name) => `input ${name}`).settings;
}

type Inputs = z.output<ReturnType<typeof inputsSchema>>;

/**
 * Shared by both forms of giving settings.
 * @param schema takes at least the inputs
 * @param where how the user knows an input
 * @throws ConfigurationError with every problem
 */
export function readSettings<T extends Inputs>(
  schema: z.ZodType<T>,
  given: Given,
  where: (input: string) => string,
): { settings: Settings; values: T } {
  const inputs = givenOnly(given);
  const read = schema.safeParse(inputs);
  const problems = read.success ? [] : read.error.issues.flatMap((issue) => toProblems(issue, where));
  const temporal = temporalConnection(inputs, where, problems);
  if (!read.success || problems.length > 0) throw new ConfigurationError(problems);
  const values = read.data;
  const settings = {
    paths: values.path,
    variableFiles: values['tf-vars'] ?? [],
    parameterFiles: values['cfn-parameters'] ?? [],
    planFiles: values['plan-file'] ?? [],
    failOn: values['fail-on-severity'],
    block: values.block ?? null,
    scope: values.scope ?? null,
    configFile: values['config-file'],
    comment: values.comment,
    suggestions: values.suggestions,
    checkName: values['check-name'] === 'none' ? null : values['check-name'],
    annotations: values.annotations,
    jobSummary: values['job-summary'],
    sarifFile: values['sarif-file'] ?? null,
    reportFile: values['report-file'] ?? null,
    htmlFile: values['html-file'] ?? null,
    patchFile: values['patch-file'] ?? null,
    scriptFile: values['script-file'] ?? null,
    resourceId: values['resource-id'] ?? null,
    resourceType: values['resource-type'],
    temporal,
    maxParallel: values['max-parallel'],
    timeoutMinutes: values['timeout-minutes'],
    githubToken: values['github-token'] ?? null,
  };
  return { settings, values };
}

function givenOnly(given: Given): Record<string, string> {
  const pairs = Object.entries(given).map(([name, value]): [string, string] => [name, (value ?? '').trim()]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

function toProblems(issue: z.core.$ZodIssue, where: (input: string) => string): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ where: where(key), message: 'there is no such input: remove it or correct its name' }));
  return [{ where: where(String(issue.path[0])), message: issue.message }];
}

export interface InputDocumentation {
  readonly name: string;
  readonly description: string;
  /** As `action.yml` states it; null: none. */
  readonly default: string | null;
}

/** One row an input, in the order of `action.yml`. */
export function documentedInputs(): InputDocumentation[] {
  return Object.entries(inputsSchema('/workspace').shape).map(([name, schema]) => {
    const { description = '', default: stated } = schema.meta() ?? {};
    const value = schema.type === 'prefault' ? schema.def.defaultValue : stated;
    return { name, description, default: typeof value === 'string' ? value : null };
  });
}

/** The inputs among a runner's environment variables: `INPUT_FAIL-ON-SEVERITY`. */
export function inputsFromEnvironment(environment: Given): Given {
  return Object.fromEntries(documentedInputs().map(({ name }) => [name, environment[`INPUT_${name.toUpperCase()}`]]));
}

/** Whether pull_request_target is taken. It is asked before there are settings, which tell of a value that is neither true nor false. */
export function allowsPullRequestTarget(environment: Given): boolean {
  return flag.safeParse(inputsFromEnvironment(environment)['allow-pull-request-target']).data ?? false;
}
