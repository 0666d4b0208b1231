import { describe, expect, it } from 'vitest';
import { parseAudit } from '../../src/config/audit-command.ts';
import { parseRules } from '../../src/config/rules-command.ts';
import { ConfigurationError } from '../../src/config/problem.ts';

function read(line: string, environment: Record<string, string> = {}) {
  return parseAudit(
    line.split(' ').filter((word) => word !== ''),
    environment,
    '/home/mona/infra',
    '1.2.3',
  );
}

function problemsOf(line: string, environment: Record<string, string> = {}): string[] {
  return problemsIn(() => read(line, environment));
}

function problemsIn(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n');
    throw error;
  }
}

describe('audit', () => {
  it('without anything audits this folder and prints text', () => {
    expect(read('')).toEqual({
      kind: 'audit',
      settings: {
        paths: ['.'],
        variableFiles: [],
        parameterFiles: [],
        planFiles: [],
        failOn: 'CRITICAL',
        block: null,
        scope: null,
        configFile: '.github/infra-audit.yml',
        comment: 'never',
        suggestions: false,
        checkName: null,
        annotations: false,
        jobSummary: false,
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
      },
      format: 'text',
      output: null,
      base: null,
      color: true,
    });
  });

  it('takes every flag', () => {
    const line =
      'infra ../other /srv/templates --format sarif --output ../audit.sarif --fail-on none --block all --scope changed --resource-id aws_s3_bucket.logs --resource-type s3 ' +
      '--temporal-address 127.0.0.1:7233 --temporal-namespace audits --temporal-allow-insecure --config-file ../policy.yml --max-parallel 4 --timeout-minutes 30 --no-color';
    expect(read(line)).toMatchObject({
      settings: {
        paths: ['infra', '../other', '/srv/templates'],
        failOn: 'none',
        block: 'all',
        scope: 'changed',
        configFile: '../policy.yml',
        resourceId: 'aws_s3_bucket.logs',
        resourceType: 's3',
        temporal: { address: '127.0.0.1:7233', namespace: 'audits', apiKey: null, tls: null, encryptionKey: null },
        maxParallel: 4,
        timeoutMinutes: 30,
      },
      format: 'sarif',
      output: '../audit.sarif',
      base: null,
      color: false,
    });
  });

  it('takes files that are named several times, wherever they lie', () => {
    const line = '--tf-vars prod.tfvars --tf-vars=../common.tfvars --cfn-parameters params.json --plan-file /tmp/plan.json infra';
    expect(read(line)).toMatchObject({
      settings: {
        paths: ['infra'],
        variableFiles: ['prod.tfvars', '../common.tfvars'],
        parameterFiles: ['params.json'],
        planFiles: ['/tmp/plan.json'],
      },
    });
  });

  it('takes flags before and between paths, with =, and paths after --', () => {
    expect(read('--format=json a --no-color b')).toMatchObject({ settings: { paths: ['a', 'b'] }, format: 'json', color: false });
    expect(read('-- --format rules')).toMatchObject({ settings: { paths: ['--format', 'rules'] }, format: 'text' });
  });

  it('takes secrets from the environment, for a server that is named', () => {
    const environment = { TEMPORAL_API_KEY: 'k', TEMPORAL_TLS_SERVER_CA_CERT_DATA: '-----BEGIN CERTIFICATE-----' };
    expect(read('--temporal-address temporal.example.com:7233', environment)).toMatchObject({
      settings: { temporal: { apiKey: 'k', tls: { ca: '-----BEGIN CERTIFICATE-----', serverName: null, client: null } } },
    });
    expect(read('', environment)).toMatchObject({ settings: { temporal: null } });
    expect(
      problemsOf('--temporal-address localhost:7233', {
        TEMPORAL_API_KEY: 'a b',
        TEMPORAL_TLS_CLIENT_KEY_DATA: '-----BEGIN PRIVATE KEY-----',
      }),
    ).toEqual([
      'TEMPORAL_API_KEY: is not one line without blanks',
      'TEMPORAL_TLS_CLIENT_KEY_DATA: a key needs its certificate: give TEMPORAL_TLS_CLIENT_CERT_DATA too',
    ]);
  });

  it('names every wrong value at once, by its flag', () => {
    expect(
      problemsOf('--format xml --fail-on urgent --resource-type rds --max-parallel many --timeout-minutes 0 --temporal-address here'),
    ).toEqual([
      '--fail-on: "urgent" is not one of critical, high, medium, low, none',
      '--resource-type: "rds" is not one of s3, ec2, all',
      '--temporal-address: "here" is not HOST:PORT, such as 127.0.0.1:7233',
      '--max-parallel: "many" is not a whole number from 1 to 100',
      '--timeout-minutes: "0" is not a whole number from 1 to 350',
      '--format: "xml" is not one of text, json, sarif, markdown, html, patch, script',
    ]);
  });

  it.each([
    ['--fail-onn high', "command line: unknown option '--fail-onn' (Did you mean --fail-on?); --help lists what there is"],
    ['--format', "command line: option '--format <format>' argument missing; --help lists what there is"],
    ['--github-token x', "command line: unknown option '--github-token'; --help lists what there is"],
    ['--temporal-api-key x', "command line: unknown option '--temporal-api-key'; --help lists what there is"],
  ])('refuses %s', (line, problem) => {
    expect(problemsOf(line).join(' ')).toBe(problem);
  });
});

describe('rules', () => {
  it('lists them as text or JSON', () => {
    expect(parseRules([], '1.2.3')).toEqual({ kind: 'rules', format: 'text' });
    expect(parseRules(['--format', 'json'], '1.2.3')).toEqual({ kind: 'rules', format: 'json' });
    expect(problemsIn(() => parseRules(['--format', 'sarif'], '1.2.3'))).toEqual(['--format: "sarif" is not one of text, json']);
    expect(problemsIn(() => parseRules(['--output', 'x'], '1.2.3'))).toEqual([
      "command line: unknown option '--output'; --help lists what there is",
    ]);
  });
});

describe('help and version', () => {
  it('are printed', () => {
    expect(read('--version')).toEqual({ kind: 'print', text: '1.2.3\n' });
    expect(parseRules(['--version'], '1.2.3')).toEqual({ kind: 'print', text: '1.2.3\n' });
    expect(parseRules(['--help'], '1.2.3')).toEqual({
      kind: 'print',
      text: expect.stringMatching(/^Usage: infra-audit rules \[options\]\n/u) as string,
    });
  });

  it('name the other commands, every flag, the secrets and the exit codes', () => {
    const help = read('--help');
    const text = help.kind === 'print' ? help.text : '';
    expect(text).toMatch(/^Usage: infra-audit \[audit\] \[PATH\.\.\.\] \[options\]\n {7}infra-audit COMMAND --help\n/u);
    const flags = [...text.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gmu)].map((match) => match[1]);
    expect(flags).toEqual([
      '--format',
      '--output',
      '--base',
      '--tf-vars',
      '--cfn-parameters',
      '--plan-file',
      '--fail-on',
      '--block',
      '--scope',
      '--config-file',
      '--resource-id',
      '--resource-type',
      '--temporal-address',
      '--temporal-namespace',
      '--temporal-tls-server-name',
      '--temporal-allow-insecure',
      '--max-parallel',
      '--timeout-minutes',
      '--no-color',
      '--version',
      '--help',
    ]);
    expect(text).toContain('TEMPORAL_API_KEY');
    expect(text).toContain('TEMPORAL_ENCRYPTION_KEY');
    expect(text).toContain('Exit codes: 0 pass, 1 fail or undecided, 2 usage or tool error.');
  });
});
