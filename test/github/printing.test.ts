import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunnerLog } from '../../src/github/log.ts';
import { appendSummary, setOutputs } from '../../src/github/output.ts';
import type { Annotation } from '../../src/report/annotations.ts';
import { readCommands, readOutputs } from '../support/runner.ts';

function logged(act: (log: RunnerLog) => void): string {
  let printed = '';
  act(new RunnerLog((text) => (printed += text)));
  return printed;
}

function annotation(overrides: Partial<Annotation> = {}): Annotation {
  return {
    level: 'error',
    file: 'main.tf',
    startLine: 3,
    endLine: 3,
    startColumn: null,
    endColumn: null,
    title: 'CRITICAL',
    message: 'is public',
    ...overrides,
  };
}

describe('the log', () => {
  it('shows text and issues no command that stands in it', () => {
    const printed = logged((log) => log.say('bucket ::error::x\n::add-mask::e\n##[error]y'));
    expect(printed).toBe('│ bucket ::error::x\n│ ::add-mask::e\n│ # #[error]y\n');
    expect(readCommands(printed)).toEqual([]);
  });

  it('lets its own commands through while all others are stopped, whoever prints them', () => {
    let printed = '';
    const log = new RunnerLog((text) => (printed += text));
    log.pauseCommands();
    printed += '::error::printed by a child\n';
    log.annotate([annotation()]);
    printed += '::add-mask::e\n##[warning]of a library\n';
    log.message('notice', 'the comment was not written');
    log.resumeCommands();
    printed += '::notice::after it\n';
    expect(readCommands(printed)).toEqual([
      { name: 'error', properties: { file: 'main.tf', line: '3', endLine: '3', title: 'CRITICAL' }, data: 'is public' },
      { name: 'notice', properties: {}, data: 'the comment was not written' },
      { name: 'notice', properties: {}, data: 'after it' },
    ]);
  });

  it('stops commands by another token of 128 bits each time', () => {
    const printed = logged((log) => {
      log.pauseCommands();
      log.pauseCommands();
      log.message('notice', 'x');
      log.resumeCommands();
      log.resumeCommands();
    });
    const tokens = [...printed.matchAll(/^::stop-commands::([0-9a-f]{32})$/gmu)].map((match) => match[1]);
    expect(printed).toBe(`::stop-commands::${tokens[0]}\n::${tokens[0]}::\n::notice::x\n::stop-commands::${tokens[1]}\n::${tokens[1]}::\n`);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  it('marks as many of each level as GitHub shows, worst first, and counts the others', () => {
    const many = (level: Annotation['level'], count: number) =>
      Array.from({ length: count }, (_, index) => annotation({ level, file: `${level}${index}.tf` }));
    const printed = logged((log) => log.annotate([...many('notice', 9), ...many('error', 12), ...many('warning', 10)]));
    const files = readCommands(printed).map(({ properties }) => properties['file']);
    const upTo = (level: string, count: number) => Array.from({ length: count }, (_, index) => `${level}${index}.tf`);
    expect(files).toEqual([...upTo('error', 10), ...upTo('warning', 10), ...upTo('notice', 6)]);
    expect(printed).toContain(
      '│ 2 more of level error are not marked in the files, since GitHub shows 10 of a level; the report has them all.\n',
    );
    expect(printed).toContain('│ 3 more of level notice are not marked');
    expect(printed).not.toContain('of level warning are not');
  });

  it('issues one command for one message or annotation, whatever it says', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('::error::', '##[', ']', '%0A', '%', '\r', '\n', '\u2028', '::', ',', ':', 'x', '='))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (file, title, message) => {
        const printed = logged((log) => {
          log.message('warning', message);
          log.say(message);
          log.annotate([annotation({ file, title, message })]);
        });
        expect(readCommands(printed).map(({ name }) => name)).toEqual(['warning', 'error']);
      }),
    );
  });
});

describe('files of the runner', () => {
  let folder: string;
  let environment: { GITHUB_OUTPUT: string; GITHUB_STEP_SUMMARY: string };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'runner-files-'));
    environment = { GITHUB_OUTPUT: path.join(folder, 'output'), GITHUB_STEP_SUMMARY: path.join(folder, 'summary') };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('hold the error first and the verdict last', () => {
    setOutputs(environment, { verdict: 'error' });
    setOutputs(environment, { verdict: 'fail', 'critical-count': 2, 'report-file': 'out/a<<b=c.json' });
    expect(readOutputs(readFileSync(environment.GITHUB_OUTPUT, 'utf8'))).toEqual([
      ['verdict', 'error'],
      ['verdict', 'fail'],
      ['critical-count', '2'],
      ['report-file', 'out/a<<b=c.json'],
    ]);
  });

  it('never hold a value that sets another output', () => {
    for (const value of ['x\nverdict=pass', 'x\rverdict=pass', 'x\u0085y']) {
      expect(() => setOutputs(environment, { 'report-file': value })).toThrow(RangeError);
    }
  });

  it('that are missing or cannot be written to give a notice', () => {
    expect(setOutputs({}, { verdict: 'pass' })).toEqual({
      notice: 'The outputs of this step were not set: GITHUB_OUTPUT is not set, as a GitHub Actions runner sets it.',
    });
    expect(setOutputs({ GITHUB_OUTPUT: folder }, { verdict: 'pass' })).toEqual({
      notice: expect.stringMatching(/^The outputs of this step were not set: EISDIR/u) as string,
    });
    expect(appendSummary({}, 'x')).toEqual({
      notice: 'The job summary was not written: GITHUB_STEP_SUMMARY is not set, as a GitHub Actions runner sets it.',
    });
  });

  it('take a summary of up to 1 MiB', () => {
    expect(appendSummary(environment, '# Report')).toEqual({ delivered: undefined });
    expect(readFileSync(environment.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# Report\n');
    expect(appendSummary(environment, 'é'.repeat(524_289))).toEqual({
      notice: 'The job summary was not written: with 1048578 bytes it is larger than GitHub takes, which is 1 MiB.',
    });
    expect(readFileSync(environment.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# Report\n');
  });
});
