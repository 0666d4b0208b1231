import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** What may lie at the top, visible; all else is a dot-file or in a folder. */
const TOP_LEVEL = [
  'LICENSE',
  'README.md',
  'action.yml',
  'dist',
  'fixtures',
  'package-lock.json',
  'package.json',
  'src',
  'test',
  'tsconfig.json',
];

/** Tracked files and new ones that are not ignored. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n');

describe('the repository', () => {
  it('has nothing at its top that is not agreed', () => {
    const top = new Set(files.map((file) => file.split('/')[0] ?? ''));
    const visible = [...top].filter((name) => !name.startsWith('.'));
    expect(visible.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
  });

  it('keeps nothing that editing or merging left behind', () => {
    expect(files.filter((file) => /(?:\.(?:orig|rej|bak|swp)|~)$/u.test(file))).toEqual([]);
  });

  it('puts nothing off', () => {
    const written = files.filter(
      (file) =>
        /\.(?:ts|json|jsonc|md|ya?ml|tf)$|^\.ci\//u.test(file) &&
        !/^(?:dist\/|package-lock\.json$|test\/house\/repository\.test\.ts$)/u.test(file),
    );
    const marks = /\b(?:TODO|FIXME|XXX)\b/u;
    expect(written.filter((file) => marks.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it('runs every test', () => {
    const tests = files.filter((file) => file.endsWith('.test.ts'));
    const left = /\b(?:it|test|describe)\.(?:skip|only|fails|todo)\b/u;
    expect(tests.filter((file) => left.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it.each(['generate-rules.ts', 'generate-readme.ts'])('is up to date with what %s writes', (script) => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, '.github/scripts', script), '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
