/** How a policy names scanners, and what of it is refused before anything is started. */
import { z } from 'zod';
import type { ScannerSetting } from './policy.ts';
import { ALWAYS, ALWAYS_OF_LISTS, duration, flag, list, map, sha256, text } from './elements.ts';

/** They fetch what they run, so that nothing says what runs. */
const FETCHERS: ReadonlySet<string> = new Set(['npx', 'bunx', 'pnpx', 'uvx', 'pipx']);

const program = list(text(4096), 'a program and its arguments, each a text', 200)
  .min(1, 'must begin with a program')
  .refine(([name = '']) => !FETCHERS.has(name.split('/').at(-1) ?? ''), {
    message: 'must not begin with a program that fetches what it runs: install the scanner in a step before, and name its program',
  })
  .refine(([name = '']) => name.startsWith('/') || !name.includes('/'), {
    message: 'must begin with an absolute path, the name of an installed program, or infra-audit',
  });

const environment = z
  .record(
    z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/u)
      .refine((name) => !/^(?:GITHUB|INPUT|ACTIONS|RUNNER)_|TOKEN/u.test(name)),
    z.string('must be a text').max(4096, 'must have at most 4,096 characters'),
    {
      error: (issue) =>
        issue.code === 'invalid_key'
          ? "must have a name of A-Z, 0-9 and _ that is none of the job's own: not GITHUB_, INPUT_, ACTIONS_ or RUNNER_, and no TOKEN"
          : 'must be a map of names to texts',
    },
  )
  .default({});

const url = z
  .string('must be an address')
  .refine(isReachable, 'must be an https:// address, or http:// on this machine, without user and password');

function isReachable(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== '' || password !== '') return false;
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127\.[0-9.]+$/u.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}

const tool = z
  .string('must be the name of a tool')
  .regex(/^[A-Za-z0-9_./-]{1,128}$/u, 'must be the name of a tool: 1 to 128 of A-Z, a-z, 0-9, _, ., / and -');

const scanner = map({
  name: z
    .string('must be a name')
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u, 'must be words of a-z and 0-9 joined by -')
    .max(50, 'must have at most 50 characters')
    .describe('Its findings are named `scanner/NAME/…`.'),
  command: program.optional().describe('The program to start and its arguments, one each; no shell reads them.'),
  sha256: sha256.optional().describe("Digest of the program's file; another is not started."),
  url: url.optional().describe('Address of a scanner that runs already, instead of `command`.'),
  environment: environment.describe('Variables to give it beyond a few harmless ones; no place for secrets.'),
  required: flag.default(true).describe('Whether what it could not look at is undecided, which blocks.'),
  timeout: duration(1).default(60_000).describe('Time for all its answers of one run together: `60s`, `15m`.'),
  tools: map({
    'analyze-resource': tool.optional().describe('Name of the tool for one resource.'),
    'analyze-repository': tool.optional().describe('Name of the tool for the whole repository.'),
  })
    .default({})
    .describe('Names of its tools where they are not `analyze_resource` and `analyze_repository`.'),
  'tools-sha256': sha256.optional().describe("Digest of its tools' names and schemas; a server that has others is refused."),
}).superRefine((given, context) => {
  if ((given.command === undefined) === (given.url === undefined))
    context.addIssue({ code: 'custom', message: 'must have either command or url' });
  if (given.sha256 !== undefined && given.command === undefined)
    context.addIssue({ code: 'custom', path: ['sha256'], message: 'must be left out without command: it pins a program' });
}, ALWAYS);

export const scanners = list(scanner, 'scanners, each a map', 20).superRefine((all, context) => {
  const names = all.map((each) => each?.name);
  for (const [index, name] of names.entries())
    if (name !== undefined && names.indexOf(name) < index)
      context.addIssue({ code: 'custom', path: [index, 'name'], message: 'must be another than those before it' });
}, ALWAYS_OF_LISTS);

export function toScanner(given: z.output<typeof scanner>): ScannerSetting {
  const { name, command, url: address = '', required, timeout, tools } = given;
  return {
    name,
    server: command === undefined ? { url: address } : { command, sha256: given.sha256 ?? null },
    environment: given.environment,
    required,
    timeoutMilliseconds: timeout,
    tools: { analyzeResource: tools['analyze-resource'] ?? null, analyzeRepository: tools['analyze-repository'] ?? null },
    toolsSha256: given['tools-sha256'] ?? null,
  };
}
