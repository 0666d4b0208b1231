import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateInput, Threshold } from '../../src/domain/gate.ts';
import { blocks, decide } from '../../src/domain/gate.ts';
import { SEVERITIES } from '../../src/domain/severity.ts';

const CLEAN: GateInput = {
  findings: [],
  diagnostics: [],
  coverage: { scanned: [{ path: 'main.tf', reason: 'Terraform' }], failed: [], ignored: [] },
  failedAudits: [],
  resourcesAudited: 2,
  resourcesUnchanged: 0,
  policy: { threshold: 'CRITICAL', block: 'all', undecided: 'block', unresolved: new Map() },
};

const STANDING: Standing = { isNew: true, silence: null, refusedSilences: [] };

describe('the verdict', () => {
  it('passes when nothing was found, and says what was looked at', () => {
    expect(decide(CLEAN)).toEqual({ outcome: 'pass', reasons: ['2 resources in 1 file audited, nothing found'] });
  });

  it('passes with findings below the threshold, and counts them', () => {
    expect(decide({ ...CLEAN, findings: [{ severity: 'HIGH', outcome: 'fail' }] })).toEqual({
      outcome: 'pass',
      reasons: ['2 resources in 1 file audited, 1 finding below the threshold'],
    });
  });

  it('fails on a finding at the threshold', () => {
    expect(decide({ ...CLEAN, findings: [{ severity: 'CRITICAL', outcome: 'fail' }] })).toEqual({
      outcome: 'fail',
      reasons: ['1 CRITICAL finding'],
    });
  });

  it('is undecided when a requirement at the threshold could not be decided', () => {
    expect(decide({ ...CLEAN, findings: [{ severity: 'CRITICAL', outcome: 'undecided' }] })).toEqual({
      outcome: 'undecided',
      reasons: ['1 CRITICAL requirement could not be decided'],
    });
  });

  it('does not block for an unknown under a LOW rule when the gate is set to CRITICAL', () => {
    expect(decide({ ...CLEAN, findings: [{ severity: 'LOW', outcome: 'undecided' }] }).outcome).toBe('pass');
  });

  it('is undecided for an unreadable file whatever the threshold, and names it', () => {
    const coverage = { ...CLEAN.coverage, failed: [{ path: 'broken.tf', reason: 'line 3: the block is not closed' }] };

    expect(decide({ ...CLEAN, coverage, threshold: 'none' })).toEqual({
      outcome: 'undecided',
      reasons: ['broken.tf could not be read in full: line 3: the block is not closed'],
    });
  });

  it('says a failed file once when a diagnostic names it too', () => {
    const coverage = { ...CLEAN.coverage, failed: [{ path: 'broken.tf', reason: 'line 3: the block is not closed' }] };
    const diagnostics = [{ level: 'undecided', code: 'syntax', message: 'the block is not closed', file: 'broken.tf' }] as const;

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
    const findings = [
      { severity: 'CRITICAL', outcome: 'fail' },
      { severity: 'CRITICAL', outcome: 'undecided' },
    ] as const;

    expect(decide({ ...CLEAN, findings })).toEqual({
      outcome: 'fail',
      reasons: ['1 CRITICAL finding', '1 CRITICAL requirement could not be decided'],
    });
  });

  it('lets warnings pass', () => {
    expect(decide({ ...CLEAN, diagnostics: [{ level: 'warning', code: 'unresolved-module', message: 'not read' }] }).outcome).toBe('pass');
  });
});

const severity = fc.constantFrom(...SEVERITIES);
const threshold: fc.Arbitrary<Threshold> = fc.constantFrom(...SEVERITIES, 'none');
const findings = fc.array(fc.record({ severity, outcome: fc.constantFrom('fail', 'undecided') }));

describe('for any findings', () => {
  it('adding what could not be decided never makes a verdict pass', () => {
    fc.assert(
      fc.property(findings, severity, threshold, (some, added, at) => {
        const before = decide({ ...CLEAN, findings: some, threshold: at }).outcome;
        const after = decide({ ...CLEAN, findings: [...some, { severity: added, outcome: 'undecided' }], threshold: at }).outcome;
        expect(after === 'pass' && before !== 'pass').toBe(false);
      }),
    );
  });

  it('their order does not matter', () => {
    fc.assert(
      fc.property(findings, threshold, (some, at) => {
        expect(decide({ ...CLEAN, findings: some.toReversed(), threshold: at })).toEqual(
          decide({ ...CLEAN, findings: some, threshold: at }),
        );
      }),
    );
  });

  it('passes only when no finding blocks', () => {
    fc.assert(
      fc.property(findings, threshold, (some, at) => {
        expect(decide({ ...CLEAN, findings: some, threshold: at }).outcome === 'pass').toBe(
          some.every((each) => !blocks(each.severity, at)),
        );
      }),
    );
  });
});
