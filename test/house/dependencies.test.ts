import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import dependencyRules from '../../.dependency-cruiser.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a repository needs besides its sources for imports to resolve. */
const SURROUNDINGS = {
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { '@actions/core': '1', '@octokit/rest': '1', '@temporalio/worker': '1', '@temporalio/workflow': '1', zod: '1' },
    devDependencies: { vitest: '1' },
  }),
  ...Object.fromEntries(
    ['@actions/core', '@octokit/rest', '@temporalio/worker', '@temporalio/workflow', 'vitest', 'zod'].flatMap(stubPackage),
  ),
};

const GOOD = {
  'src/cli.ts': `import { run } from './run.ts'; import { parse } from './config/schema.ts'; run(parse());`,
  'src/run.ts': `
    import { audit } from './temporal/client.ts';
    import { read } from './iac/read.ts';
    import { rules } from './rules/index.ts';
    import { text } from './report/text.ts';
    import { send } from './github/comment.ts';
    export const run = (config: string) => [audit, read, rules, text, send, config];`,
  'src/config/schema.ts': `import { z } from 'zod'; import type { Span } from '../domain/span.ts'; export const parse = (): Span => z;`,
  'src/domain/span.ts': `export type Span = string;`,
  'src/domain/value.ts': `import type { Span } from './span.ts'; export type Value = Span;`,
  'src/domain/fingerprint.ts': `import { createHash } from 'node:crypto'; import type { Span } from './span.ts'; export const hash = (span: Span) => createHash(span);`,
  'src/rules/index.ts': `import { bucket } from './bucket.ts'; export const rules = [bucket];`,
  'src/rules/bucket.ts': `import type { Value } from '../domain/value.ts'; export const bucket = '' satisfies Value;`,
  'src/iac/read.ts': `import { readFileSync } from 'node:fs'; import { hash } from '../domain/fingerprint.ts'; export const read = [readFileSync, hash];`,
  'src/temporal/client.ts': `import { Worker } from '@temporalio/worker'; import type { audit as flow } from './workflows.ts'; export const audit = (): typeof flow => Worker;`,
  'src/temporal/workflows.ts': `import { proxyActivities } from '@temporalio/workflow'; import type { Value } from '../domain/value.ts'; export const audit = (value: Value) => proxyActivities(value);`,
  'src/report/text.ts': `import type { Value } from '../domain/value.ts'; export const text = (value: Value) => value;`,
  'src/github/comment.ts': `import { error } from '@actions/core'; import { Octokit } from '@octokit/rest'; import type { text } from '../report/text.ts'; export const send = (body: ReturnType<typeof text>) => [error, Octokit, body];`,
  'test/text.test.ts': `import { it } from 'vitest'; import { text } from '../src/report/text.ts'; it('', text);`,
};

/** Per rule, lines that break it, each added to a file of the good tree (or a new one), and what is to be reported. */
const BAD: Record<string, { file: string; line: string; to?: string }> = {
  'domain-keeps-to-itself': {
    file: 'src/domain/span.ts',
    line: `import type { bucket } from '../rules/bucket.ts';`,
    to: 'src/rules/bucket.ts',
  },
  'rules-keeps-to-itself': { file: 'src/rules/bucket.ts', line: `export type { read } from '../iac/read.ts';`, to: 'src/iac/read.ts' },
  'iac-keeps-to-itself': { file: 'src/iac/read.ts', line: `import { rules } from '../rules/index.ts';`, to: 'src/rules/index.ts' },
  'temporal-keeps-to-itself': {
    file: 'src/temporal/client.ts',
    line: `import type { read } from '../iac/read.ts';`,
    to: 'src/iac/read.ts',
  },
  'config-keeps-to-itself': {
    file: 'src/config/schema.ts',
    line: `import { send } from '../github/comment.ts';`,
    to: 'src/github/comment.ts',
  },
  'report-keeps-to-itself': {
    file: 'src/report/text.ts',
    line: `import type { parse } from '../config/schema.ts';`,
    to: 'src/config/schema.ts',
  },
  'github-keeps-to-itself': {
    file: 'src/github/comment.ts',
    line: `const config = await import('../config/schema.ts');`,
    to: 'src/config/schema.ts',
  },
  'git-keeps-to-itself': { file: 'src/git/git.ts', line: `import { send } from '../github/comment.ts';`, to: 'src/github/comment.ts' },
  'scanners-keeps-to-itself': {
    file: 'src/scanners/session.ts',
    line: `import type { parse } from '../config/schema.ts';`,
    to: 'src/config/schema.ts',
  },
  'mcp-keeps-to-itself': { file: 'src/mcp/server.ts', line: `import { rules } from '../rules/index.ts';`, to: 'src/rules/index.ts' },
  'domain-is-pure': { file: 'src/domain/value.ts', line: `import { readFileSync } from 'node:fs';`, to: 'fs' },
  'rules-is-pure': { file: 'src/rules/bucket.ts', line: `import { z } from 'zod';`, to: 'node_modules/zod/index.js' },
  'fingerprint-only-hashes': { file: 'src/domain/fingerprint.ts', line: `import { hostname } from 'node:os';`, to: 'os' },
  'workflow-code-is-deterministic': {
    file: 'src/temporal/workflows.ts',
    line: `import type { audit as start } from './activities.ts';`,
    to: 'src/temporal/activities.ts',
  },
  'workflow-code-reaches-no-crypto': {
    file: 'src/domain/value.ts',
    line: `import { hash } from './fingerprint.ts';`,
    to: 'src/domain/fingerprint.ts',
  },
  'temporal-alone-knows-temporal': {
    file: 'src/run.ts',
    line: `import { Worker } from '@temporalio/worker';`,
    to: 'node_modules/@temporalio/worker/index.js',
  },
  'github-alone-knows-github': {
    file: 'src/cli.ts',
    line: `import { error } from '@actions/core';`,
    to: 'node_modules/@actions/core/index.js',
  },
  'report-sends-nothing': { file: 'src/report/text.ts', line: `import { writeFileSync } from 'node:fs';`, to: 'fs' },
  'parts-do-not-know-the-whole': { file: 'src/iac/read.ts', line: `import type { run } from '../run.ts';`, to: 'src/run.ts' },
  'src-stands-alone': { file: 'src/iac/read.ts', line: `import { sample } from '../../test/sample.ts';`, to: 'test/sample.ts' },
  'no-development-package-at-run-time': { file: 'src/run.ts', line: `import { it } from 'vitest';`, to: 'node_modules/vitest/index.js' },
  'no-circle': { file: 'src/domain/span.ts', line: `import type { Value } from './value.ts';`, to: 'src/domain/value.ts' },
  'everything-resolves': { file: 'src/cli.ts', line: `import { gone } from './gone.ts';`, to: './gone.ts' },
  'no-orphan': { file: 'src/iac/forgotten.ts', line: `export const forgotten = 1;` },
};

const EXTRA: Record<string, string> = {
  'src/temporal/activities.ts': `import type { Value } from '../domain/value.ts'; export const audit = (value: Value) => value;`,
  'test/sample.ts': `export const sample = 1;`,
};

const trees: string[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

describe('dependency rules', () => {
  it('accept what the folder table allows', () => {
    expect(violations(GOOD)).toEqual([]);
  });

  it.each(Object.entries(BAD))('%s fires', (rule, { file, line, to }) => {
    const good: Record<string, string> = { ...GOOD, ...EXTRA };
    const found = violations({ ...good, [file]: `${line}\n${good[file] ?? ''}` });
    const from = rule === 'workflow-code-reaches-no-crypto' ? 'src/temporal/workflows.ts' : file;
    expect(found).toContain(`${rule}: ${from} -> ${to ?? file}`);
  });

  it('has a case above for each rule', () => {
    expect(new Set(Object.keys(BAD))).toEqual(new Set(dependencyRules.forbidden.map((rule) => rule.name)));
  });
});

/** What the lint command reports for a tree of files, as `rule: from -> to`. */
function violations(files: Record<string, string>): string[] {
  const tree = mkdtempSync(join(tmpdir(), 'dependencies-'));
  trees.push(tree);
  for (const [path, text] of Object.entries({ ...SURROUNDINGS, ...files })) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const parameters = ['--config', join(ROOT, '.dependency-cruiser.ts'), '--output-type', 'json', 'src', 'test'];
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...parameters], { cwd: tree, encoding: 'utf8' });
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; to: string; rule: { name: string } }[] } };
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`);
}

function stubPackage(name: string): [string, string][] {
  return [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`node_modules/${name}/index.js`, 'export {};'],
  ];
}
