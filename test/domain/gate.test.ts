import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateInput, GatePolicy, Threshold } from '../../src/domain/gate.ts';
import { blocks, blocksMerge, decide } from '../../src/domain/gate.ts';
import { SEVERITIES } from '../../src/domain/severity.ts';
import type { Severity } from '../../src/domain/severity.ts';
import type { Silence, Standing } from '../../src/domain/standing.ts';

const POLICY: GatePolicy = { threshold: 'CRITICAL', block: 'all', undecided: 'block', unresolved: new Map() };

const CLEAN: GateInput = {
  findings: [],
  diagnostics: [],
  coverage: { scanned: [{ path: 'main.tf', reason: 'Terraform' }], failed: [], ignored: [] },
  failedAudits: [],
  held: [],
  resourcesAudited: 2,
  resourcesUnchanged: 0,
  policy: POLICY,
};

const SILENCE: Silence = { by: 'exception', reason: 'a public website', owner: 'team-web', until: '2027-01-31', place: 'policy:4' };

function found(severity: Severity, outcome: 'fail' | 'undecided', standing: Partial<Standing> = {}): GateInput['findings'][number] {
  return { severity, outcome, standing: { isNew: true, silence: null, refusedSilences: [], ...standing } };
}

function at(threshold: Threshold, over: Partial<GatePolicy> = {}): GatePolicy {
  return { ...POLICY, threshold, ...over };
}

describe('the verdict', () => {
  it('passes when nothing was found, and says what was looked at', () => {
    expect(decide(CLEAN)).toEqual({ outcome: 'pass', reasons: ['2 resources in 1 file audited, nothing found'] });
  });

  it('passes with findings below the threshold, and counts them', () => {
    expect(decide({ ...CLEAN, findings: [found('HIGH', 'fail')] })).toEqual({
      outcome: 'pass',
      reasons: ['2 resources in 1 file audited, 1 finding below the threshold'],
    });
  });

  it('fails on a finding at the threshold', () => {
    expect(decide({ ...CLEAN, findings: [found('CRITICAL', 'fail')] })).toEqual({ outcome: 'fail', reasons: ['1 CRITICAL finding'] });
  });

  it('is undecided when a requirement at the threshold could not be decided', () => {
    expect(decide({ ...CLEAN, findings: [found('CRITICAL', 'undecided')] })).toEqual({
      outcome: 'undecided',
      reasons: ['1 CRITICAL requirement could not be decided'],
    });
  });

  it('does not block for an unknown under a LOW rule when the gate is set to CRITICAL', () => {
    expect(decide({ ...CLEAN, findings: [found('LOW', 'undecided')] }).outcome).toBe('pass');
  });

  it('does not block for an unknown that the policy only reports, and still fails on a failure', () => {
    const policy = at('CRITICAL', { undecided: 'report' });

    expect(decide({ ...CLEAN, policy, findings: [found('CRITICAL', 'undecided')] }).outcome).toBe('pass');
    expect(decide({ ...CLEAN, policy, findings: [found('CRITICAL', 'fail')] }).outcome).toBe('fail');
  });

  it('is undecided for an unreadable file whatever the threshold, and names it', () => {
    const coverage = { ...CLEAN.coverage, failed: [{ path: 'broken.tf', reason: 'line 3: the block is not closed' }] };

    expect(decide({ ...CLEAN, coverage, policy: at('none', { undecided: 'report', block: 'new' }) })).toEqual({
      outcome: 'undecided',
      reasons: ['broken.tf could not be read in full: line 3: the block is not closed'],
    });
  });

  it('says a failed file once when a diagnostic names it too', () => {
    const coverage = { ...CLEAN.coverage, failed: [{ path: 'broken.tf', reason: 'line 3: the block is not closed' }] };
    const diagnostics = [
      { level: 'undecided', code: 'syntax', message: 'the block is not closed', file: 'broken.tf', isNew: true },
    ] as const;

    expect(decide({ ...CLEAN, coverage, diagnostics }).reasons).toEqual([
      'broken.tf could not be read in full: line 3: the block is not closed',
    ]);
  });

  it('is undecided when an audit did not end', () => {
    expect(decide({ ...CLEAN, failedAudits: [{ address: 'aws_s3_bucket.logs', reason: 'the server was lost' }] })).toEqual({
      outcome: 'undecided',
      reasons: ['aws_s3_bucket.logs could not be audited: the server was lost'],
    });
  });

  it('is undecided when there was nothing to judge', () => {
    expect(decide({ ...CLEAN, coverage: { scanned: [], failed: [], ignored: [] } })).toEqual({
      outcome: 'undecided',
      reasons: ['no Terraform or CloudFormation file was found, so nothing was judged'],
    });
  });

  it('fails rather than being undecided when both are the case, and gives both reasons', () => {
    const findings = [found('CRITICAL', 'fail'), found('CRITICAL', 'undecided')];

    expect(decide({ ...CLEAN, findings })).toEqual({
      outcome: 'fail',
      reasons: ['1 CRITICAL finding', '1 CRITICAL requirement could not be decided'],
    });
  });

  it('lets warnings pass', () => {
    expect(decide({ ...CLEAN, diagnostics: [{ level: 'warning', code: 'link', message: 'read elsewhere', isNew: true }] }).outcome).toBe(
      'pass',
    );
  });
});

describe('against a base', () => {
  const policy = at('CRITICAL', { block: 'new' });

  it('fails on what is new, and says so', () => {
    const findings = [found('CRITICAL', 'fail'), found('CRITICAL', 'fail', { isNew: false })];

    expect(decide({ ...CLEAN, policy, findings, resourcesUnchanged: 40 })).toEqual({
      outcome: 'fail',
      reasons: ['1 new CRITICAL finding'],
    });
  });

  it('passes with what was there before, and counts it', () => {
    const findings = [found('CRITICAL', 'fail', { isNew: false }), found('HIGH', 'undecided', { isNew: false }), found('HIGH', 'fail')];

    expect(decide({ ...CLEAN, policy, findings, resourcesUnchanged: 40 })).toEqual({
      outcome: 'pass',
      reasons: ['2 resources in 1 file audited, 40 unchanged, 1 finding below the threshold, 2 findings that were there before'],
    });
  });

  it('counts what was there before as well where all findings block', () => {
    expect(decide({ ...CLEAN, findings: [found('CRITICAL', 'fail', { isNew: false })] }).outcome).toBe('fail');
  });
});

describe('what a person has to decide', () => {
  it('fails while it waits, and when it was rejected, whatever the threshold, and names the resources', () => {
    const held = [
      { address: 'aws_s3_bucket.site', state: 'waiting' },
      { address: 'aws_s3_bucket.logs', state: 'rejected' },
    ] as const;

    expect(decide({ ...CLEAN, policy: at('none'), held })).toEqual({
      outcome: 'fail',
      reasons: ['waiting for approval by a person: aws_s3_bucket.site', 'rejected by a person: aws_s3_bucket.logs'],
    });
  });
});

describe('what is silenced', () => {
  it('does not block, and is counted', () => {
    expect(decide({ ...CLEAN, findings: [found('CRITICAL', 'fail', { silence: SILENCE })] })).toEqual({
      outcome: 'pass',
      reasons: ['2 resources in 1 file audited, 1 finding silenced'],
    });
  });
});

describe('code that is not in the repository', () => {
  const MODULE = { level: 'unresolved', code: 'unresolved-module', message: 'module.vpc comes from a registry', file: 'main.tf' } as const;

  it.each([
    ['critical alone blocks', at('CRITICAL'), true, 'pass'],
    ['high blocks', at('HIGH'), true, 'undecided'],
    ['the policy calls it critical', at('CRITICAL', { unresolved: new Map([['unresolved-module', 'CRITICAL']]) }), true, 'undecided'],
    ['the policy only reports it', at('LOW', { unresolved: new Map([['unresolved-module', 'report']]) }), true, 'pass'],
    ['the policy only reports what is undecided', at('LOW', { undecided: 'report' }), true, 'pass'],
    ['it was there before', at('LOW', { block: 'new' }), false, 'pass'],
    ['it is new', at('LOW', { block: 'new' }), true, 'undecided'],
    ['findings never block', at('none'), true, 'pass'],
  ] as const)('where %s', (_, policy, isNew, expected) => {
    expect(decide({ ...CLEAN, policy, diagnostics: [{ ...MODULE, isNew }] }).outcome).toBe(expected);
  });

  it('is a reason that names it', () => {
    expect(decide({ ...CLEAN, policy: at('HIGH'), diagnostics: [{ ...MODULE, isNew: true }] }).reasons).toEqual([
      'main.tf: module.vpc comes from a registry',
    ]);
  });
});

const severity = fc.constantFrom(...SEVERITIES);
const standing = fc.record({
  isNew: fc.boolean(),
  silence: fc.constantFrom(null, SILENCE),
  refusedSilences: fc.constant<string[]>([]),
});
const finding = fc.record({ severity, outcome: fc.constantFrom('fail', 'undecided'), standing });
const findings = fc.array(finding);
const policies: fc.Arbitrary<GatePolicy> = fc.record({
  threshold: fc.constantFrom<Threshold>(...SEVERITIES, 'none'),
  block: fc.constantFrom('new', 'all'),
  undecided: fc.constantFrom('block', 'report'),
  unresolved: fc.constant(new Map()),
});

describe('for any findings and policies', () => {
  it('adding what could not be decided never makes a verdict pass', () => {
    fc.assert(
      fc.property(findings, finding, policies, (some, added, policy) => {
        const before = decide({ ...CLEAN, findings: some, policy }).outcome;
        const after = decide({ ...CLEAN, findings: [...some, { ...added, outcome: 'undecided' }], policy }).outcome;
        expect(after === 'pass' && before !== 'pass').toBe(false);
      }),
    );
  });

  it('their order does not matter', () => {
    fc.assert(
      fc.property(findings, policies, (some, policy) => {
        expect(decide({ ...CLEAN, findings: some.toReversed(), policy })).toEqual(decide({ ...CLEAN, findings: some, policy }));
      }),
    );
  });

  it('passes only when no finding blocks', () => {
    fc.assert(
      fc.property(findings, policies, (some, policy) => {
        expect(decide({ ...CLEAN, findings: some, policy }).outcome === 'pass').toBe(!some.some((each) => blocksMerge(each, policy)));
      }),
    );
  });

  it('blocks less only by what the policy names: threshold, age, silence, what is not known', () => {
    fc.assert(
      fc.property(finding, policies, (each, policy) => {
        const excused =
          !blocks(each.severity, policy.threshold) ||
          each.standing.silence !== null ||
          (policy.block === 'new' && !each.standing.isNew) ||
          (policy.undecided === 'report' && each.outcome === 'undecided');
        expect(blocksMerge(each, policy)).toBe(!excused);
      }),
    );
  });
});
