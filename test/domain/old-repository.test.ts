/** A gate that is introduced late: what was there before does not block, what is new does. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseline } from '../../src/domain/baseline.ts';
import { Comparison } from '../../src/domain/comparison.ts';
import { blocksMerge, decide } from '../../src/domain/gate.ts';
import type { GatePolicy, Verdict } from '../../src/domain/gate.ts';
import { readSuppressions } from '../../src/iac/suppressions/index.ts';
import { silencing } from '../../src/silencing.ts';
import { CATALOGUE, TODAY, read } from './silencing.ts';
import type { Files, Side } from './silencing.ts';

const GOOD = '  private = true\n  logged = true\n  versioned = true\n';

function bucket(name: string, body = ''): string {
  return `resource "aws_s3_bucket" "${name}" {\n${body}}\n`;
}

/** Buckets of which only the first three attributes are settled, so that 100 of them have 200 findings. */
function old(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`old/${index}.tf`, bucket(`b${index}`, '  private = true\n')]));
}

function verdict(
  head: Side,
  standing: (index: number) => { isNew: boolean; silenced: boolean },
  block: GatePolicy['block'],
): Verdict & { blocking: string[] } {
  const policy: GatePolicy = { threshold: 'LOW', block, undecided: 'block', unresolved: new Map() };
  const findings = head.found.map(({ finding }, index) => {
    const { isNew, silenced } = standing(index);
    const silence = { by: 'exception', reason: 'agreed', owner: 'team', until: null, place: 'policy.yml:3' } as const;
    return { ...finding, standing: { isNew, silence: silenced ? silence : null, refusedSilences: [] } };
  });
  const { coverage, diagnostics, resources } = head.workspace;
  const decided = decide({
    findings,
    diagnostics: diagnostics.map((each) => ({ ...each, isNew: true })),
    coverage,
    failedAudits: [],
    held: [],
    resourcesAudited: resources.length,
    resourcesUnchanged: 0,
    policy,
  });
  const blocking = findings.filter((finding) => blocksMerge(finding, policy)).map(({ ruleId, address }) => `${ruleId} at ${address}`);
  return { ...decided, blocking };
}

function compared(baseFiles: Files, headFiles: Files): Verdict & { blocking: string[] } {
  const [base, head] = [read(baseFiles), read(headFiles)];
  const comparison = new Comparison(head, base);
  const news = head.found.map(({ finding, resource }) => comparison.isNew(finding, resource));
  return verdict(head, (index) => ({ isNew: news[index] ?? true, silenced: false }), 'new');
}

/** Judges files under the exceptions that a baseline of others gives. */
function underBaseline(before: Files, files: Files): Verdict & { blocking: string[] } {
  const terms = { reason: 'was there', owner: 'team-web', until: '2026-12-31' };
  const exceptions = baseline(read(before).found, terms).map((each) => ({ ...each, place: 'policy.yml:3' }));
  const head = read(files);
  const policy = { exceptions, suppressions: { critical: false, foreign: false } };
  const { silences } = silencing(policy, CATALOGUE, readSuppressions(head.workspace, CATALOGUE), null, TODAY);
  const silent = head.found.map(({ finding, resource }) => silences.of(finding, resource).silence !== null);
  return verdict(head, (index) => ({ isNew: true, silenced: silent[index] ?? false }), 'all');
}

describe('a repository with 200 findings', () => {
  const base = old(100);

  it('fails on the one that a change adds, and passes once that is fixed', () => {
    const bad = { ...base, 'new.tf': bucket('fresh', GOOD.replace('logged = true', 'logged = false')) };

    expect(compared(base, bad)).toEqual({
      outcome: 'fail',
      reasons: ['1 new HIGH finding'],
      blocking: ['bucket-logged at aws_s3_bucket.fresh'],
    });
    expect(compared(base, { ...base, 'new.tf': bucket('fresh', GOOD) })).toEqual({
      outcome: 'pass',
      reasons: ['101 resources in 101 files audited, 200 findings that were there before'],
      blocking: [],
    });
  });

  it('fails on one that a change adds to a resource that has others', () => {
    const head = { ...base, 'old/7.tf': bucket('b7', '  private = false\n') };

    expect(compared(base, head)).toMatchObject({ outcome: 'fail', blocking: ['bucket-private at aws_s3_bucket.b7'] });
  });

  it('passes under its baseline, and fails on one that is new', () => {
    expect(underBaseline(base, base)).toEqual({
      outcome: 'pass',
      reasons: ['100 resources in 100 files audited, 200 findings silenced'],
      blocking: [],
    });
    expect(underBaseline(base, { ...base, 'new.tf': bucket('fresh', GOOD.replace('logged = true', 'logged = false')) })).toEqual({
      outcome: 'fail',
      reasons: ['1 HIGH finding'],
      blocking: ['bucket-logged at aws_s3_bucket.fresh'],
    });
  });
});

describe('a baseline', () => {
  it('is sorted, names each finding once, and nothing of where it stands', () => {
    const found = read({
      'b.tf': bucket('b', '  private = true\n'),
      'a.tf': bucket('a', GOOD.replace('logged = true', 'logged = false')),
    }).found;
    const terms = { reason: 'was there', owner: 'team-web', until: '2026-12-31' };

    expect(baseline([...found, ...found], terms).map(({ rule, resource }) => `${rule} ${resource ?? ''}`)).toEqual([
      'bucket-logged aws_s3_bucket.a',
      'bucket-logged aws_s3_bucket.b',
      'bucket-versioned aws_s3_bucket.b',
    ]);
    expect(baseline(found.toReversed(), terms)).toEqual(baseline(found, terms));
  });

  const states = fc.constantFrom('true', 'false', 'var.unknown');
  const repository = fc.array(fc.tuple(states, states, states), { minLength: 1, maxLength: 5 });
  const filesOf = (all: readonly (readonly string[])[]): Files => {
    const files = all.map(([isPrivate = '', logged = '', versioned = ''], index): [string, string] => [
      `f${index}.tf`,
      bucket(`r${index}`, `  private = ${isPrivate}\n  logged = ${logged}\n  versioned = ${versioned}\n`),
    ]);
    return { ...Object.fromEntries(files), 'variables.tf': 'variable "unknown" {}\n' };
  };

  it('leaves nothing that blocks, whatever the repository', () => {
    fc.assert(
      fc.property(repository, (all) => {
        expect(underBaseline(filesOf(all), filesOf(all))).toMatchObject({ outcome: 'pass', blocking: [] });
      }),
      { numRuns: 60 },
    );
  });

  it('lets block whatever is wrong besides, and nothing else', () => {
    fc.assert(
      fc.property(repository, fc.nat(), fc.nat(2), (all, which, attribute) => {
        const index = which % all.length;
        const good = all.map((each, at) => (at === index ? each.with(attribute, 'true') : each));
        const bad = all.map((each, at) => (at === index ? each.with(attribute, 'false') : each));
        const rule = ['bucket-private', 'bucket-logged', 'bucket-versioned'][attribute];

        expect(underBaseline(filesOf(good), filesOf(bad))).toMatchObject({
          outcome: 'fail',
          blocking: [`${rule} at aws_s3_bucket.r${index}`],
        });
      }),
      { numRuns: 60 },
    );
  });
});
