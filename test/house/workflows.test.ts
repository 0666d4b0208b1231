import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = join(ROOT, '.github/workflows');
const workflows = readdirSync(folder).map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]);
const documented = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```yaml\n(?<text>name:[^]*?)```/gu)].map(
  ({ groups }, index): [string, string] => [`README example ${index + 1}`, groups?.['text'] ?? ''],
);

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  permissions?: unknown;
  'timeout-minutes'?: number;
  steps: Step[];
}

interface Workflow {
  permissions?: unknown;
  jobs: Record<string, Job>;
}

const GOOD = `
permissions: {}
jobs:
  check:
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: { persist-credentials: false }
      - uses: ./
      - run: bash .ci/run`;

describe('workflow files', () => {
  it.each([...workflows, ...documented])('%s is as strict as it can be', (_, text) => {
    expect(complaints(text)).toEqual([]);
  });

  it('are the two of this repository and the two of the README', () => {
    expect([...workflows, ...documented].map(([name]) => name)).toEqual([
      'ci.yml',
      'self-audit.yml',
      'README example 1',
      'README example 2',
    ]);
  });
});

describe('what is refused in a workflow file', () => {
  it('is nothing in a strict one', () => {
    expect(complaints(GOOD)).toEqual([]);
  });

  it.each([
    ['a tag', '@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2', '@v6', 'actions/checkout@v6 is not pinned by its commit'],
    ['a short SHA', '@de0fac2e4500dabe0009e67214ff5f5447ce83dd', '@de0fac2', 'actions/checkout@de0fac2 is not pinned by its commit'],
    ['no reference', '@de0fac2e4500dabe0009e67214ff5f5447ce83dd', '', 'actions/checkout is not pinned by its commit'],
    ['a container by tag', './', 'docker://alpine:3', 'docker://alpine:3 is not pinned by its commit'],
    ['a token left in the checkout', 'persist-credentials: false', 'fetch-depth: 1', 'actions/checkout leaves the token behind'],
    ['permissions by default', 'permissions: {}\n', '', 'the workflow does not give up its permissions'],
    [
      'a job that says nothing of permissions',
      '    permissions: { contents: read }\n',
      '',
      'check does not say which permissions it needs',
    ],
    ['a job without an end', '    timeout-minutes: 5\n', '', 'check has no time limit'],
    ['an expression in a script', 'bash .ci/run', 'echo ${{ github.head_ref }}', 'a script of check holds an expression'],
  ])('%s', (_, good, bad, complaint) => {
    expect(complaints(GOOD.replace(good, bad))).toEqual([complaint]);
  });
});

function complaints(text: string): string[] {
  const { permissions, jobs } = parse(text) as Workflow;
  const own = JSON.stringify(permissions) === '{}' ? [] : ['the workflow does not give up its permissions'];
  return [...own, ...Object.entries(jobs).flatMap(([name, job]) => complaintsOfJob(name, job))];
}

function complaintsOfJob(name: string, job: Job): string[] {
  const found = [];
  if (job.permissions === undefined) found.push(`${name} does not say which permissions it needs`);
  if (job['timeout-minutes'] === undefined) found.push(`${name} has no time limit`);
  for (const { uses, run, with: settings } of job.steps) {
    if (uses !== undefined && !isPinned(uses)) found.push(`${uses} is not pinned by its commit`);
    if (uses?.startsWith('actions/checkout') === true && settings?.['persist-credentials'] !== false)
      found.push('actions/checkout leaves the token behind');
    if (run?.includes('${{') === true) found.push(`a script of ${name} holds an expression`);
  }
  return found;
}

/** This repository's own action is part of the same commit; its users put in the commit they have read. */
function isPinned(uses: string): boolean {
  return (
    uses.startsWith('./') || uses === 'OWNER/infrastructure-security-agent@COMMIT_SHA' || /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/u.test(uses)
  );
}
