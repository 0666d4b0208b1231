import { describe, expect, it } from 'vitest';
import { gateChanges, isGateConfiguration } from '../../src/domain/gate-changes.ts';
import type { GateChangesInput } from '../../src/domain/gate-changes.ts';
import { silenced } from './silencing.ts';
import type { Files } from './silencing.ts';

const POLICY = '.github/infra-audit.yml';

function told(changed: GateChangesInput['changed'], more: Partial<GateChangesInput> = {}): string[] {
  return gateChanges({
    changed,
    policyFile: POLICY,
    comparePolicies: (before, after) => ({ differences: [`${before ?? 'nothing'} -> ${after ?? 'nothing'}`] }),
    suppressions: { here: [], base: [] },
    ...more,
  }).map(({ level, code, file, message }) => `${level} ${code} ${file ?? ''}: ${message}`);
}

describe('a change of what has a part in the gate', () => {
  it('is told of the policy in words, and that it does not apply yet', () => {
    expect(told([{ path: POLICY, before: 'fail-on: high', after: 'fail-on: low' }])).toEqual([
      'warning gate-config-changed .github/infra-audit.yml: the policy would change: fail-on: high -> fail-on: low; the policy of the base commit applies to this change',
    ]);
    expect(told([{ path: POLICY, before: 'fail-on: high', after: null }])).toEqual([
      'warning gate-config-changed .github/infra-audit.yml: the policy is removed, which would change: fail-on: high -> nothing; the policy of the base commit applies to this change',
    ]);
  });

  it('is told of a policy that would not be valid, with every problem', () => {
    const comparePolicies = () => ({ problems: [`${POLICY}:2: fail-on must be one of high, low`, `${POLICY}:3: x is not a setting`] });

    expect(told([{ path: POLICY, before: null, after: 'x' }], { comparePolicies })).toEqual([
      'warning gate-config-changed .github/infra-audit.yml: the policy would not be valid, and every run would end with an error: .github/infra-audit.yml:2: fail-on must be one of high, low; .github/infra-audit.yml:3: x is not a setting; the policy of the base commit applies to this change',
    ]);
  });

  it('is told of a policy that is only written otherwise', () => {
    expect(told([{ path: POLICY, before: 'a', after: 'b' }], { comparePolicies: () => ({ differences: [] }) })).toEqual([
      'warning gate-config-changed .github/infra-audit.yml: the policy is written otherwise and says the same; the policy of the base commit applies to this change',
    ]);
  });

  it('is told of workflows, actions, submodules and attributes, each once and in order', () => {
    const changed = [
      { path: 'infrastructure/.gitattributes', before: null, after: '*.tf -diff' },
      { path: '.gitmodules', before: 'a', after: 'b' },
      { path: '.github/workflows/audit.yml', before: 'a', after: null },
      { path: 'tools/action.yaml', before: 'a', after: 'b' },
      { path: 'main.tf', before: 'a', after: 'b' },
      { path: 'action.yml', before: 'same', after: 'same' },
    ];

    expect(told(changed)).toEqual([
      'warning gate-config-changed .github/workflows/audit.yml: removed: workflows decide whether, when and with which settings this audit runs; check that it still runs as before',
      'warning gate-config-changed .gitmodules: changed: it decides which other repositories are checked out as part of this one',
      'warning gate-config-changed infrastructure/.gitattributes: added: it decides what git writes into files at checkout, and which of them a review hides',
      'warning gate-config-changed tools/action.yaml: changed: an action that a workflow uses may decide what is checked out and how this audit runs',
    ]);
  });

  it('is told of suppressions that are added, and not of those that are moved', () => {
    const comment = (rule: string): string => `# infra-audit:ignore ${rule} until=2026-12-31 reason="agreed"\n`;
    const base: Files = { 'main.tf': `${comment('bucket-logged')}resource "aws_s3_bucket" "a" {}\n` };
    const head: Files = { 'main.tf': `\n${comment('bucket-versioned')}${comment('bucket-logged')}resource "aws_s3_bucket" "a" {}\n` };
    const { here, base: before } = silenced({ head, base }).suppressions;

    expect(told([], { suppressions: { here, base: before ?? [] } })).toEqual([
      'warning gate-config-changed main.tf: suppressions are added: bucket-versioned in line 2; they do not count until they are on the base branch',
    ]);
    expect(told([], { suppressions: { here, base: here } })).toEqual([]);
  });

  it('is looked for in those files alone', () => {
    const paths = [POLICY, '.github/workflows/a.yml', 'x/action.yml', '.gitmodules', 'x/.gitmodules', 'x/.gitattributes', 'reaction.yml'];

    expect(paths.filter((path) => isGateConfiguration(path, POLICY))).toEqual([
      POLICY,
      '.github/workflows/a.yml',
      'x/action.yml',
      '.gitmodules',
      'x/.gitattributes',
    ]);
  });
});
