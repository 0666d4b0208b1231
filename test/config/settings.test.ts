import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { underPolicy } from '../../src/config/config.ts';
import { settingsFromInputs } from '../../src/config/inputs.ts';
import { NO_POLICY } from '../../src/config/policy/policy.ts';
import { ConfigurationError } from '../../src/config/problem.ts';
import { insideWorkspace } from '../../src/config/workspace-path.ts';

function settings(given: Record<string, string> = {}) {
  return settingsFromInputs(given, '/home/runner/work/infra');
}

function problemsOf(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n');
    throw error;
  }
}

describe('settings from inputs', () => {
  it('without any: the defaults', () => {
    expect(settings()).toEqual({
      paths: ['.'],
      variableFiles: [],
      parameterFiles: [],
      planFiles: [],
      failOn: 'CRITICAL',
      block: null,
      scope: null,
      configFile: '.github/infra-audit.yml',
      comment: 'always',
      suggestions: true,
      checkName: 'Infrastructure security',
      annotations: true,
      jobSummary: true,
      sarifFile: null,
      reportFile: null,
      htmlFile: null,
      patchFile: null,
      scriptFile: null,
      resourceId: null,
      resourceType: 'all',
      temporal: null,
      maxParallel: 20,
      timeoutMinutes: 10,
      githubToken: null,
    });
  });

  it('with all: what they say', () => {
    const given = {
      'github-token': 'ghs_15368_e30.e30.c2ln-natur_e',
      path: 'infra/**\n\n  modules/{a,b}  \n',
      'tf-vars': 'prod.tfvars',
      'cfn-parameters': 'parameters.yml',
      'plan-file': 'plan.json',
      'fail-on-severity': 'Low',
      block: 'New',
      scope: 'all',
      'config-file': './policies/audit.yml',
      comment: 'on-failure',
      suggestions: 'false',
      'check-name': 'none',
      annotations: 'false',
      'job-summary': 'False',
      'sarif-file': '/home/runner/work/infra/out/audit.sarif',
      'report-file': 'out//audit.json',
      'html-file': 'out/audit.html',
      'patch-file': 'out/audit.patch',
      'script-file': 'out/remediate.sh',
      'resource-id': 'module.logs["eu"].aws_s3_bucket.this',
      'resource-type': 'S3',
      'max-parallel': '1',
      'timeout-minutes': '350',
    };
    expect(settings(given)).toEqual({
      paths: ['infra/**', 'modules/{a,b}'],
      variableFiles: ['prod.tfvars'],
      parameterFiles: ['parameters.yml'],
      planFiles: ['plan.json'],
      failOn: 'LOW',
      block: 'new',
      scope: 'all',
      configFile: 'policies/audit.yml',
      comment: 'on-failure',
      suggestions: false,
      checkName: null,
      annotations: false,
      jobSummary: false,
      sarifFile: 'out/audit.sarif',
      reportFile: 'out/audit.json',
      htmlFile: 'out/audit.html',
      patchFile: 'out/audit.patch',
      scriptFile: 'out/remediate.sh',
      resourceId: 'module.logs["eu"].aws_s3_bucket.this',
      resourceType: 's3',
      temporal: null,
      maxParallel: 1,
      timeoutMinutes: 350,
      githubToken: 'ghs_15368_e30.e30.c2ln-natur_e',
    });
  });

  it('takes blanks for not given, and `none` for a threshold that nothing reaches', () => {
    expect(settings({ 'fail-on-severity': ' none ', 'resource-id': '  ', comment: '' })).toMatchObject({
      failOn: 'none',
      resourceId: null,
      comment: 'always',
    });
  });

  it('names every problem at once, with the input and what it takes', () => {
    const given = {
      path: '/etc\n../other\nok/**\n!not',
      'fail-on-severity': 'urgent',
      block: 'old',
      scope: 'mine',
      comment: 'yes',
      annotations: '1',
      'sarif-file': '../../audit.sarif',
      'report-file': '/tmp/audit.json',
      'html-file': '..',
      'config-file': '..',
      'resource-id': 'a\u0007b',
      'max-parallel': '0',
      'timeout-minutes': '1e2',
      'fail-on': 'high',
    };
    expect(problemsOf(() => settings(given))).toEqual([
      'input path: "/etc" is not a glob relative to the workspace: leave out a leading / or !, and .. steps',
      'input path: "../other" is not a glob relative to the workspace: leave out a leading / or !, and .. steps',
      'input path: "!not" is not a glob relative to the workspace: leave out a leading / or !, and .. steps',
      'input fail-on-severity: "urgent" is not one of critical, high, medium, low, none',
      'input block: "old" is not one of new, all',
      'input scope: "mine" is not one of changed, all',
      'input config-file: ".." is not a file inside the workspace',
      'input comment: "yes" is not one of always, on-failure, never',
      'input annotations: "1" is not true or false',
      'input sarif-file: "../../audit.sarif" is not a file inside the workspace',
      'input report-file: "/tmp/audit.json" is not a file inside the workspace',
      'input html-file: ".." is not a file inside the workspace',
      'input resource-id: "a\\u0007b" is not one line of at most 1,024 characters without control characters',
      'input max-parallel: "0" is not a whole number from 1 to 100',
      'input timeout-minutes: "1e2" is not a whole number from 1 to 350',
      'input fail-on: there is no such input: remove it or correct its name',
    ]);
  });

  it('cuts a long value and never shows a secret', () => {
    const given = {
      'fail-on-severity': 'x'.repeat(500),
      'github-token': 'gh s_secret',
      'temporal-address': 'localhost:7233',
      'temporal-api-key': 'top secret',
      'temporal-tls-key': 'secret-key',
    };
    const problems = problemsOf(() => settings(given));
    expect(problems).toEqual([
      'input github-token: is not one line without blanks',
      `input fail-on-severity: "${'x'.repeat(80)}…" is not one of critical, high, medium, low, none`,
      'input temporal-api-key: is not one line without blanks',
      'input temporal-tls-key: is not a private key in PEM form: give its text, which begins with -----BEGIN, for example from a secret',
      'input temporal-tls-key: a key needs its certificate: give input temporal-tls-cert too',
    ]);
    expect(problems.join('\n')).not.toContain('secret-key');
  });

  it('takes any inputs, hostile ones included, for settings or named problems', () => {
    const name = fc.oneof(
      fc.constantFrom('path', 'fail-on-severity', 'sarif-file', 'temporal-address', '__proto__', 'constructor'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), (given) => {
        for (const problem of problemsOf(() => settings(given))) expect(problem).not.toBe('');
      }),
    );
  });
});

describe('files that are named', () => {
  it('are one a line, inside the workspace', () => {
    const given = {
      'tf-vars': 'prod.tfvars\n  env/./eu.tfvars\n\n',
      'cfn-parameters': 'p.json',
      'plan-file': '/home/runner/work/infra/plan.json',
    };
    expect(settings(given)).toMatchObject({
      variableFiles: ['prod.tfvars', 'env/eu.tfvars'],
      parameterFiles: ['p.json'],
      planFiles: ['plan.json'],
    });
  });

  it('outside of it are refused, each by its name', () => {
    expect(problemsOf(() => settings({ 'tf-vars': 'ok.tfvars\n../a.tfvars\n/etc/passwd', 'plan-file': '.' }))).toEqual([
      'input tf-vars: "../a.tfvars" is not a file inside the workspace',
      'input tf-vars: "/etc/passwd" is not a file inside the workspace',
      'input plan-file: "." is not a file inside the workspace',
    ]);
  });
});

describe('the Temporal server', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
  const KEY = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----';
  const temporal = (given: Record<string, string>) =>
    settings(Object.fromEntries(Object.entries(given).map(([name, value]) => [`temporal-${name}`, value]))).temporal;
  const local = ['127.0.0.1:7233', '127.8.8.8:1', 'localhost:7233', '[::1]:7233', 'temporal:7233'];
  const remote = [
    'temporal.example.com:7233',
    '10.0.0.5:7233',
    '0.0.0.0:7233',
    '[::]:7233',
    '[fe80::1]:7233',
    '2130706433:7233',
    'localhost.example.com:7233',
    '[::ffff:10.0.0.1]:7233',
  ];

  it.each(local)('at %s is used as it is', (address) => {
    expect(temporal({ address })).toEqual({ address, namespace: 'default', apiKey: null, tls: null, encryptionKey: null });
  });

  it.each(remote)('at %s is refused without credentials, and encrypted with them', (address) => {
    expect(problemsOf(() => temporal({ address }))).toEqual([
      'input temporal-address: a server outside this job is only used over TLS and with credentials: give input temporal-api-key, or input temporal-tls-cert and input temporal-tls-key. ' +
        'Without them use 127.0.0.1, a service container by its name, or, in a network that you trust, input temporal-allow-insecure',
    ]);
    expect(problemsOf(() => temporal({ address, 'tls-ca': PEM }))).toHaveLength(1);
    expect(temporal({ address, 'api-key': 'k', namespace: 'audit.a1b2c' })).toEqual({
      address,
      namespace: 'audit.a1b2c',
      apiKey: 'k',
      tls: { serverName: null, ca: null, client: null },
      encryptionKey: null,
    });
  });

  it('elsewhere is used without TLS and credentials when that is allowed, and with those that are given', () => {
    const address = '10.0.0.5:7233';
    expect(temporal({ address, 'allow-insecure': 'true' })).toMatchObject({ address, apiKey: null, tls: null });
    expect(temporal({ address, 'allow-insecure': 'true', 'tls-ca': PEM })).toMatchObject({ tls: { ca: PEM } });
    expect(temporal({ address, 'allow-insecure': 'True', 'api-key': 'k' })).toMatchObject({ apiKey: 'k', tls: { ca: null } });
    expect(problemsOf(() => temporal({ address, 'allow-insecure': 'false' }))).toHaveLength(1);
    expect(problemsOf(() => temporal({ address, 'allow-insecure': 'yes' }))[0]).toBe(
      'input temporal-allow-insecure: "yes" is not true or false',
    );
  });

  it('is given a key of 32 bytes in hex or base64, which no message shows', () => {
    const address = '127.0.0.1:7233';
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 250 - index));
    for (const format of ['hex', 'base64', 'base64url'] as const)
      expect(temporal({ address, 'encryption-key': bytes.toString(format) })).toMatchObject({ encryptionKey: bytes });
    for (const wrong of ['swordfish', bytes.toString('hex').slice(2), `${bytes.toString('base64')}AAAA`])
      expect(problemsOf(() => temporal({ address, 'encryption-key': wrong }))).toEqual([
        'input temporal-encryption-key: is not 32 bytes in base64 or hex, such as `openssl rand -base64 32` gives',
      ]);
  });

  it('with a client certificate, an authority and a name', () => {
    expect(
      temporal({ address: 'temporal.example.com:7233', 'tls-cert': PEM, 'tls-key': KEY, 'tls-ca': PEM, 'tls-server-name': 'frontend' }),
    ).toEqual({
      address: 'temporal.example.com:7233',
      namespace: 'default',
      apiKey: null,
      tls: { serverName: 'frontend', ca: PEM, client: { certificate: PEM, key: KEY } },
      encryptionKey: null,
    });
  });

  it('on this machine or network is encrypted when something is said about TLS, or a key could be overheard', () => {
    expect(temporal({ address: 'localhost:7233', 'tls-ca': PEM })).toMatchObject({ tls: { ca: PEM } });
    expect(temporal({ address: 'temporal:7233', 'api-key': 'k' })).toMatchObject({
      apiKey: 'k',
      tls: { ca: null, client: null, serverName: null },
    });
  });

  it.each([
    'temporal',
    'temporal:',
    'temporal:0',
    'temporal:65536',
    'https://temporal:7233',
    'a b:7233',
    '[::1:7233',
    '[localhost]:7233',
    '-x:7233',
    'user@host:7233',
  ])('is not at %s', (address) => {
    expect(problemsOf(() => temporal({ address }))).toEqual([
      `input temporal-address: ${JSON.stringify(address)} is not HOST:PORT, such as 127.0.0.1:7233`,
    ]);
  });

  it('needs an address when anything else but the namespace is said', () => {
    const problem = 'means nothing without a server: give input temporal-address, or leave this out to use the embedded server';
    expect(problemsOf(() => temporal({ 'api-key': 'k', 'tls-ca': PEM }))).toEqual([
      `input temporal-api-key: ${problem}`,
      `input temporal-tls-ca: ${problem}`,
    ]);
    expect(temporal({ namespace: 'default' })).toBeNull();
  });

  it('needs both halves of a client certificate', () => {
    const address = 'temporal.example.com:7233';
    expect(problemsOf(() => temporal({ address, 'tls-cert': PEM }))).toEqual([
      'input temporal-tls-cert: a certificate needs its key: give input temporal-tls-key too',
    ]);
    expect(problemsOf(() => temporal({ address, 'tls-key': KEY }))).toEqual([
      'input temporal-tls-key: a key needs its certificate: give input temporal-tls-cert too',
    ]);
  });
});

describe('output files', () => {
  it.each([
    ['out.sarif', 'out.sarif'],
    ['./a/../out.sarif', 'out.sarif'],
    ['/work/infra/a b/ü.json', 'a b/ü.json'],
    ['..a/x', '..a/x'],
    ['.', null],
    ['..', null],
    ['a/../..', null],
    ['/work/infra', null],
    ['/work/infra2/x', null],
    ['/work/infra/../x', null],
    ['/etc/passwd', null],
    ['a/', null],
    ['a\nb', null],
  ])('%j is %j in the workspace', (path, expected) => {
    expect(insideWorkspace(path, '/work/infra')).toBe(expected);
  });
});

describe('settings under a policy', () => {
  it.each([
    ['critical', null, 'CRITICAL'],
    ['critical', 'HIGH', 'HIGH'],
    ['high', 'CRITICAL', 'HIGH'],
    ['none', 'MEDIUM', 'MEDIUM'],
    ['low', 'none', 'LOW'],
    ['none', 'none', 'none'],
    ['none', null, 'none'],
  ] as const)('threshold %s with a policy of %s is %s', (input, failOn, expected) => {
    expect(underPolicy(settings({ 'fail-on-severity': input }), { ...NO_POLICY, failOn }).failOn).toBe(expected);
  });

  it.each([
    [null, null, null],
    [null, 'new', 'new'],
    [null, 'all', 'all'],
    ['new', null, 'new'],
    ['new', 'all', 'all'],
    ['all', 'new', 'all'],
    ['all', null, 'all'],
  ] as const)('what counts: %s with a policy of %s is %s', (input, block, expected) => {
    const given = settings(input === null ? {} : { block: input });
    expect(underPolicy(given, { ...NO_POLICY, block }).block).toBe(expected);
  });

  it('hold the policy; without one, one that says nothing', () => {
    const policy = { ...NO_POLICY, exclude: ['examples/**'] };
    expect(underPolicy(settings(), policy)).toEqual({ ...settings(), policy });
    expect(underPolicy(settings(), null)).toEqual({ ...settings(), policy: NO_POLICY });
  });
});
