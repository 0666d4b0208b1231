import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeGitHub } from '../support/github-server.ts';
import { pullRequest, readCommands, readOutputs, removeRuns, runAction } from '../support/runner.ts';

let folder: string;
let github: FakeGitHub;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'program-'));
  github = await FakeGitHub.start();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  removeRuns();
  await github.close();
});

function program(text: string): string {
  const file = path.join(folder, 'index.mjs');
  writeFileSync(file, text);
  return file;
}

const HEAD = 'a'.repeat(40);
const event = pullRequest({ number: 7, headSha: HEAD, baseSha: 'c'.repeat(40) });

describe('the runner of the tests', () => {
  it('gives a program what a runner gives it, and nothing of this process', async () => {
    process.env['LEAKED'] = 'yes';
    const run = await runAction({
      github,
      event,
      files: { 'infra/main.tf': '# a bucket\n' },
      inputs: { 'fail-on-severity': 'high' },
      program: program(`
        import { readFileSync, appendFileSync } from 'node:fs';
        const { env } = process;
        console.log(JSON.stringify({
          event: JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8')).pull_request.number, name: env.GITHUB_EVENT_NAME, sha: env.GITHUB_SHA,
          threshold: env['INPUT_FAIL-ON-SEVERITY'], comment: env.INPUT_COMMENT, token: env['INPUT_GITHUB-TOKEN'], unset: env['INPUT_RESOURCE-ID'],
          none: [env.GITHUB_TOKEN, env.LEAKED], file: readFileSync('infra/main.tf', 'utf8'), here: process.cwd() === env.GITHUB_WORKSPACE,
          stdin: readFileSync(0, 'utf8'),
        }));
        console.error('::warning file=a.tf,line=2::careful%0Anow');
        appendFileSync(env.GITHUB_OUTPUT, 'verdict=error\\nverdict<<END\\npass\\nEND\\n');
        appendFileSync(env.GITHUB_STEP_SUMMARY, '# Report\\n');
        process.exitCode = 3;
      `),
    });
    expect(JSON.parse(run.stdout)).toEqual({
      event: 7,
      name: 'pull_request',
      sha: HEAD,
      threshold: 'high',
      comment: 'always',
      token: github.token,
      unset: '',
      none: [null, null],
      file: '# a bucket\n',
      here: true,
      stdin: '',
    });
    expect(run).toMatchObject({
      exitCode: 3,
      signal: null,
      outputLines: [
        ['verdict', 'error'],
        ['verdict', 'pass'],
      ],
      summary: '# Report\n',
    });
    expect(run.outputs.get('verdict')).toBe('pass');
    expect(run.commands).toEqual([{ name: 'warning', properties: { file: 'a.tf', line: '2' }, data: 'careful\nnow' }]);
    delete process.env['LEAKED'];
  });

  it('ends a program that does not end', async () => {
    const run = await runAction({ github, event, files: {}, timeoutSeconds: 0.3, program: program('setInterval(() => {}, 1000)') });
    expect(run).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it('reads outputs of both forms and refuses others', () => {
    expect(readOutputs('a=1<<2\nb<<X\nline=1\n\nline 3\nX\nc=\n')).toEqual([
      ['a', '1<<2'],
      ['b', 'line=1\n\nline 3'],
      ['c', ''],
    ]);
    expect(() => readOutputs('b<<X\nline\n')).toThrow("Matching delimiter not found 'X'");
    expect(() => readOutputs('nonsense\n')).toThrow("Invalid format 'nonsense'");
  });

  it('obeys commands of both forms, but none while they are stopped', () => {
    const printed =
      'text ::error::no\n  ::error::yes\nx ##[warning]anywhere\n::stop-commands::t\n::error::stopped\n##[error]stopped\n::t::\n::notice::again\r::debug::after a lone return\n::unknown::x\n';
    expect(readCommands(printed).map(({ name, data }) => `${name} ${data}`)).toEqual([
      'error yes',
      'warning anywhere',
      'notice again',
      'debug after a lone return',
    ]);
  });
});

describe('a proxy', () => {
  it('of the environment carries the requests', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    }).on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const source = path.resolve(import.meta.dirname, '../../src/github/proxy.ts');
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { useProxy } from '${source}'; useProxy(process.env); await fetch('http://api.example.invalid/x').catch(() => {});`,
      ],
      {
        env: { http_proxy: address, https_proxy: address },
        stdio: 'inherit',
      },
    );
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    proxy.closeAllConnections();
    proxy.close();
    expect(asked.join()).toContain('api.example.invalid');
  });
});
