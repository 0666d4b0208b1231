import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** One line each that the rule is to refuse. */
const BAD: Record<string, string> = {
  'eslint(no-console)': `console.log('x');`,
  'eslint(no-restricted-properties)': `export const copy = (from: object): object => Object.assign({}, from);`,
  'house(no-for-in)': `export function first(from: object): string | undefined { for (const key in from) return key; return undefined; }`,
  'import(no-default-export)': `export default 1;`,
  'typescript(await-thenable)': `export async function wait(): Promise<void> { await 1; }`,
  'typescript(consistent-type-imports)': `export type Read = import('node:fs').ReadStream;`,
  'typescript(no-explicit-any)': `export function take(value: any): void { void value; }`,
  'typescript(no-floating-promises)': `Promise.resolve(1);`,
  'typescript(no-misused-promises)': `export const some = [1].filter(async () => true);`,
  'typescript(no-non-null-assertion)': `export const head = (list: string[]): string => list[0]!;`,
  'typescript(switch-exhaustiveness-check)': `export function name(of: 'a' | 'b'): string { switch (of) { case 'a': return 'A'; } return ''; }`,
};

const GOOD = `
export async function lengths(texts: ReadonlyMap<string, Promise<string>>): Promise<number[]> {
  const results: number[] = [];
  for (const text of texts.values()) results.push((await text).length);
  return results;
}
`;

describe('lint rules', () => {
  let tree = '';

  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'lint-'));
    for (const path of ['.oxlintrc.json', 'tsconfig.json', 'package.json', '.github/scripts/lint-plugin.ts'])
      cpSync(join(ROOT, path), join(tree, path));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    mkdirSync(join(tree, 'src'));
  });
  afterAll(() => rmSync(tree, { recursive: true }));

  it('are quiet on good code', () => {
    expect(lint(tree, GOOD)).toEqual([]);
  });

  it.each(Object.entries(BAD))('%s fires', (rule, line) => {
    expect(lint(tree, line)).toContain(rule);
  });
});

/** Names of the rules that a file with this text breaks. */
function lint(tree: string, text: string): string[] {
  writeFileSync(join(tree, 'src/sample.ts'), text);
  const program = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const { stdout, stderr } = spawnSync(process.execPath, [program, '--format', 'json', 'src'], { cwd: tree, encoding: 'utf8' });
  expect(stderr).toBe('');
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
  return diagnostics.map(({ code }) => code);
}
