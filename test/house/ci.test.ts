import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const REPORT = `
CRITICAL aws_s3_bucket.pictures
CRITICAL aws_security_group.bastion
HIGH aws_ebs_volume.search
HIGH aws_security_group.partners
CRITICAL ReadReports
HIGH Transcoder`;

/** What `npm` does per task, in a repository whose only generated file and only built file are one line each. */
const GOOD = {
  ci: 'true',
  lint: 'true',
  typecheck: 'true',
  generate: 'echo one > generated.txt',
  build: 'mkdir dist; echo two > dist/index.js',
  exec: 'true',
  start: `cat <<'END'${REPORT}\nEND\nexit 1`,
  test: "echo '3 passed, 0 failed'",
};

const trees: string[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

describe('the CI script', () => {
  it('names each step and ends with the summary of the tests', () => {
    const { status, output } = runWith(GOOD);
    expect(output.match(/^== .*(?= \(after)/gmu)).toEqual([
      '== install exactly what the lockfile names',
      '== lint',
      '== typecheck',
      '== generated files are up to date',
      '== dist is what the sources give',
      '== the picture of the README is what the program prints',
      '== first command of the README: npm start in a fresh clone, without npm install',
      '== second command of the README: npm ci && npm test in the same clone',
    ]);
    expect(output.trimEnd().split('\n').at(-1)).toBe('3 passed, 0 failed');
    expect(status).toBe(0);
  });

  it.each([
    ['a lint error', { lint: 'echo unused variable; exit 1' }, 'unused variable', 'FAILED at: lint'],
    [
      'a file that was not generated again',
      { generate: 'echo 1 > generated.txt' },
      '+1',
      'Run "npm run generate" and commit what it writes.',
    ],
    ['a new file of the generator', { generate: 'echo one > more.txt' }, 'more.txt', 'Run "npm run generate" and commit what it writes.'],
    ['dist of other sources', { build: 'mkdir dist; echo 2 > dist/index.js' }, 'dist/index.js', 'Run "npm run build" and commit dist.'],
    ['a file that the build makes no more', { build: 'true' }, 'dist/index.js', 'Run "npm run build" and commit dist.'],
    ['an old picture', { exec: 'echo out of date; exit 1' }, 'out of date', 'FAILED at: the picture'],
    ['an example that passes', { start: `cat <<'END'${REPORT}\nEND` }, 'FAILED at: first command', 'the exit code is to be 1; it was 0'],
    ['a report that misses something', { start: 'echo CRITICAL; exit 1' }, 'CRITICAL', 'The report does not name aws_s3_bucket.pictures.'],
    [
      'a start that leaves files',
      { start: `touch left; ${GOOD.start}` },
      'FAILED at: first command',
      'npm start changed the clone: ?? left',
    ],
    ['a failing test', { test: 'echo 2 passed, 1 failed; exit 1' }, '2 passed, 1 failed', 'FAILED at: second command'],
  ])('fails on %s and says so', (_, change, shown, said) => {
    const { status, output } = runWith({ ...GOOD, ...change });
    expect(output).toContain(shown);
    expect(output).toContain(said);
    expect(status).toBe(1);
  });
});

/** Runs the script in a small committed repository with an `npm` of our own. */
function runWith(tasks: Record<string, string>): { status: number | null; output: string } {
  const top = mkdtempSync(join(tmpdir(), 'ci-'));
  trees.push(top);
  const tree = join(top, 'repository');
  for (const folder of ['bin', 'repository/.ci', 'repository/dist']) mkdirSync(join(top, folder), { recursive: true });
  const cases = Object.entries(tasks).map(([task, script]) => `${task})\n${script}\n;;`);
  writeFileSync(join(top, 'bin/npm'), `#!/usr/bin/env bash\n[ "$1" = run ] && shift\ncase "$1" in\n${cases.join('\n')}\nesac\n`, {
    mode: 0o755,
  });
  cpSync(join(ROOT, '.ci/run'), join(tree, '.ci/run'));
  writeFileSync(join(tree, 'generated.txt'), 'one\n');
  writeFileSync(join(tree, 'dist/index.js'), 'two\n');
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['init', '--quiet', tree]);
  execFileSync('git', ['-C', tree, 'add', '--all']);
  execFileSync('git', ['-C', tree, ...identity, 'commit', '--quiet', '--message', 'All']);
  const environment = { ...process.env, PATH: `${join(top, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const { status, stdout, stderr } = spawnSync('bash', [join(tree, '.ci/run')], { encoding: 'utf8', env: environment });
  return { status, output: stdout + stderr };
}
