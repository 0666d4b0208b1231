import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSetup } from '../../src/github/setup.ts';
import type { Guard, Setup } from '../../src/github/setup.ts';
import { judgeSetup } from '../../src/github/setup-gaps.ts';
import { readWorkflow } from '../../src/github/workflow-file.ts';
import { FakeGitHub } from '../support/github-server.ts';
import { clientFor } from './client-for.ts';

const ACTION = 'infrastructure-security-agent';
const APP = 15_368;
const HEAD = 'a'.repeat(40);
const CHECK = 'Infrastructure security';
const PATH = '.github/workflows/audit.yml';

const WORKFLOW = `on:
  pull_request:
    types: [opened, synchronize, reopened, edited]
jobs:
  audit:
    steps:
      - uses: actions/checkout@v6
      - uses: acme/${ACTION}@v1
`;

const guard: Guard = {
  requiresPullRequest: true,
  requiresCodeOwners: true,
  requiredChecks: [{ name: CHECK, app: APP }],
  requiredWorkflows: [],
  upToDate: true,
  bypasses: [],
};

const good: Setup = {
  repository: 'octo/infra',
  branch: 'main',
  actionsApp: APP,
  rulesets: { seen: [guard] },
  protection: { seen: null },
  jobToken: { seen: { mayWrite: false, mayApprove: false } },
  workflows: { seen: [readWorkflow(PATH, WORKFLOW)] },
  codeOwners: { seen: '* @octo/all\n/.github/ @octo/platform\n' },
};

function guarded(change: Partial<Guard>): Partial<Setup> {
  return { rulesets: { seen: [{ ...guard, ...change }] } };
}

function workflow(text: string): Partial<Setup> {
  return { workflows: { seen: [readWorkflow(PATH, text)] } };
}

function problems(change: Partial<Setup>): string[] {
  return judgeSetup({ ...good, ...change }, ACTION).gaps.map(({ problem }) => problem);
}

describe('a setup without a gap', () => {
  it.each<[string, Partial<Setup>]>([
    ['by a ruleset', {}],
    ['by the protection of the branch', { rulesets: { seen: [] }, protection: { seen: guard } }],
    [
      'by two rulesets that each do a part',
      {
        rulesets: {
          seen: [
            { ...guard, requiredChecks: [] },
            { ...guard, requiresPullRequest: false },
          ],
        },
      },
    ],
    [
      'by a required workflow, whatever the files say',
      { ...guarded({ requiredWorkflows: [PATH], requiredChecks: [], requiresCodeOwners: false }), codeOwners: { seen: null } },
    ],
    [
      'by a required workflow of another repository',
      { ...guarded({ requiredWorkflows: [PATH], requiredChecks: [] }), workflows: { seen: [] } },
    ],
    [
      'by the job, where there is no check run',
      {
        ...workflow(WORKFLOW.replace('@v1', '@v1\n        with: { check-name: none }')),
        ...guarded({ requiredChecks: [{ name: 'audit', app: APP }] }),
      },
    ],
    [
      'under another name',
      {
        ...workflow(WORKFLOW.replace('@v1', '@v1\n        with: { check-name: Gate }')),
        ...guarded({ requiredChecks: [{ name: 'Gate', app: APP }] }),
      },
    ],
  ])('%s', (_, change) => {
    expect(judgeSetup({ ...good, ...change }, ACTION)).toEqual({ gaps: [], hidden: [] });
  });
});

describe('a gap', () => {
  it.each<[string, Partial<Setup>, string]>([
    ['no rule at all', { rulesets: { seen: [] } }, 'Whoever may write may push to main without a pull request'],
    [
      'the check is not required',
      guarded({ requiredChecks: [{ name: 'tests', app: APP }] }),
      `The check "${CHECK}" is not required: whoever may write may merge into main without it, or against it`,
    ],
    [
      "the check may be anybody's",
      guarded({ requiredChecks: [{ name: CHECK, app: null }] }),
      `The required check "${CHECK}" may come from anybody who may write`,
    ],
    [
      'the check must be of another App',
      guarded({ requiredChecks: [{ name: CHECK, app: 99 }] }),
      `The required check "${CHECK}" must come from App 99, which is not GitHub Actions`,
    ],
    [
      'T03: the workflow may be changed',
      guarded({ requiresCodeOwners: false }),
      'A pull request may change the workflow that audits it, and no owner of .github/ must review that',
    ],
    [
      'the owners are of something else',
      { codeOwners: { seen: '*.tf @octo/platform\n' } },
      `A pull request may change .github/workflows/added.yml, .github/CODEOWNERS, .github/infra-audit.yml, ${PATH} without the review of an owner`,
    ],
    [
      'a later line takes the owners away',
      { codeOwners: { seen: '* @octo/all\n/.github/workflows/\n' } },
      `A pull request may change .github/workflows/added.yml, ${PATH} without the review of an owner`,
    ],
    [
      'only what is there now has owners',
      { codeOwners: { seen: `/${PATH} @octo/platform # this one\n/.github/*.yml @octo/x\nCODEOWNERS @octo/x` } },
      'A pull request may change .github/workflows/added.yml without the review of an owner',
    ],
    ['the check may be old', guarded({ upToDate: false }), 'A verdict may be of an older main, and of the policy it had then'],
    [
      'somebody may pass',
      guarded({ bypasses: ['role admin (ruleset "main")'] }),
      'The rules may be passed by: role admin (ruleset "main")',
    ],
    [
      'tokens may write',
      { jobToken: { seen: { mayWrite: true, mayApprove: false } } },
      'The token of every workflow may write unless its file says less, so any of them can make check runs of any name',
    ],
    [
      'workflows may approve',
      { jobToken: { seen: { mayWrite: false, mayApprove: true } } },
      'Workflows may approve pull requests, so a change can approve itself',
    ],
    [
      'nothing uses the action',
      workflow(WORKFLOW.replace(ACTION, 'other')),
      `No workflow of the default branch uses ${ACTION} on pull requests`,
    ],
    [
      'it runs on pushes alone',
      workflow(WORKFLOW.replace('pull_request', 'push')),
      `No workflow of the default branch uses ${ACTION} on pull requests`,
    ],
    [
      'the base may change afterwards',
      workflow(WORKFLOW.replace(', edited', '')),
      `${PATH} does not run again when a pull request gets another base: the verdict under the policy of the one stays for the other`,
    ],
    [
      'the usual events do not have it',
      workflow(WORKFLOW.replace(/pull_request:\n.*\n/u, 'pull_request:\n')),
      `${PATH} does not run again when a pull request gets another base: the verdict under the policy of the one stays for the other`,
    ],
    [
      'the required job passes whatever happens',
      {
        ...workflow(WORKFLOW.replace('    steps', '    continue-on-error: true\n    steps')),
        ...guarded({ requiredChecks: [{ name: 'audit', app: APP }] }),
      },
      `The required job "audit" of ${PATH} passes whatever the audit says`,
    ],
    [
      'the required job may be skipped',
      {
        ...workflow(WORKFLOW.replace('    steps', '    if: false\n    steps')),
        ...guarded({ requiredChecks: [{ name: 'audit', app: APP }] }),
      },
      `The required job "audit" of ${PATH} has an \`if\`, and a job that is skipped counts as passed`,
    ],
  ])('%s', (_, change, problem) => {
    expect(problems(change)).toContain(problem);
  });

  it('is the only one where only one thing is wrong, and says what to change', () => {
    expect(judgeSetup({ ...good, ...guarded({ requiredChecks: [{ name: CHECK, app: null }] }) }, ACTION).gaps).toEqual([
      {
        problem: `The required check "${CHECK}" may come from anybody who may write`,
        change: `Settings, Rules: choose GitHub Actions as the source of "${CHECK}"`,
      },
    ]);
  });

  it('is told apart from what could not be looked at', () => {
    const hidden = { hidden: 'the token needs the permission `administration: read` of this repository' };
    expect(judgeSetup({ ...good, rulesets: { seen: [] }, protection: hidden, jobToken: hidden }, ACTION)).toEqual({
      gaps: [],
      hidden: [
        'the protection of the default branch: the token needs the permission `administration: read` of this repository',
        'what the token of workflows may do: the token needs the permission `administration: read` of this repository',
      ],
    });
  });

  it('is not hidden by a workflow file that cannot be read', () => {
    for (const text of [
      '',
      'on: [',
      'on: pull_request',
      'jobs: 1',
      '[]',
      'on: pull_request\njobs: {a: {steps: {}}, b: 1, c: {steps: [1, {uses: 2}]}}',
    ])
      expect(problems(workflow(text))).toContain(`No workflow of the default branch uses ${ACTION} on pull requests`);
  });
});

describe('what GitHub says of a repository', () => {
  let github: FakeGitHub;
  beforeEach(async () => {
    github = await FakeGitHub.start();
    github.settings.headSha = HEAD;
    github.commit(HEAD, { [PATH]: WORKFLOW, '.github/workflows/notes.md': 'x', 'docs/CODEOWNERS': '/.github/ @octo/platform\n' });
  });
  afterEach(() => github.close());

  const requiredCheck = (integration: object) => ({
    type: 'required_status_checks',
    parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: CHECK, ...integration }] },
  });

  it('is read from rulesets, files and settings', async () => {
    github.settings.rulesets = [
      { id: 1, name: 'main', rules: [requiredCheck({ integration_id: APP }), { type: 'deletion' }], bypassActors: [] },
      {
        id: 2,
        name: 'reviews',
        rules: [{ type: 'pull_request', parameters: { require_code_owner_review: true } }],
        bypassActors: [
          { actor_type: 'RepositoryRole', actor_id: 5, bypass_mode: 'always' },
          { actor_type: 'OrganizationAdmin', actor_id: null, bypass_mode: 'always' },
          { actor_type: 'Integration', actor_id: 77, bypass_mode: 'pull_request' },
        ],
      },
    ];
    const setup = await readSetup(clientFor(github).client, 'octo/infra');
    expect(judgeSetup(setup, ACTION)).toEqual({
      hidden: [],
      gaps: ['role admin', 'owners of the organisation', 'App 77 on pull requests'].map((who) => ({
        problem: `The rules may be passed by: ${who} (ruleset "reviews")`,
        change: 'Settings, Rules: take them off the bypass list, or see that each use of it is looked at',
      })),
    });
  });

  it('is read from the protection of the branch', async () => {
    github.settings.protection = {
      required_status_checks: { strict: true, checks: [{ context: CHECK, app_id: -1 }] },
      required_pull_request_reviews: { require_code_owner_reviews: true },
      enforce_admins: { enabled: false },
    };
    const setup = await readSetup(clientFor(github).client, 'octo/infra');
    expect(judgeSetup(setup, ACTION).gaps.map(({ problem }) => problem)).toEqual([
      `The required check "${CHECK}" may come from anybody who may write`,
      'The rules may be passed by: administrators (branch protection)',
    ]);
  });

  it('is told as far as a token may look', async () => {
    github.settings.administration = false;
    github.settings.rulesets = [{ id: 1, name: 'main', rules: [requiredCheck({ integration_id: APP })] }];
    const setup = await readSetup(clientFor(github).client, 'octo/infra');
    expect(judgeSetup(setup, ACTION)).toEqual({
      hidden: [
        'the protection of the default branch: the token needs the permission `administration: read` of this repository',
        'what the token of workflows may do: the token needs the permission `administration: read` of this repository',
      ],
      gaps: [
        {
          problem:
            'The rules may be passed by: whoever the ruleset "main" lets: its list can only be seen with the permission `administration: write`',
          change: 'Settings, Rules: take them off the bypass list, or see that each use of it is looked at',
        },
      ],
    });
  });

  it('of a repository without anything: everything is open', async () => {
    github.commit(HEAD, { 'main.tf': '' });
    const setup = await readSetup(clientFor(github).client, 'octo/infra');
    expect(judgeSetup(setup, ACTION).gaps.map(({ problem }) => problem)).toEqual([
      `No workflow of the default branch uses ${ACTION} on pull requests`,
      'Whoever may write may push to main without a pull request',
      'A pull request may change the workflow that audits it, and no owner of .github/ must review that',
      'A verdict may be of an older main, and of the policy it had then',
    ]);
  });
});
