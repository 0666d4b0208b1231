import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredBy, readCommand } from '../../src/github/command.ts';
import type { Decidable } from '../../src/github/command.ts';

const HEAD = 'a'.repeat(40);

describe('T53: a command is one line that is the whole comment', () => {
  it.each([
    [`/infra-audit approve aws_s3_bucket.logs ${HEAD}`, { decision: 'approve', target: 'aws_s3_bucket.logs', reason: null }],
    [`/infra-audit reject infra:module.a.aws_s3_bucket.b ${HEAD} not today`, { decision: 'reject', reason: 'not today' }],
    [`/infra-audit approve ${'0'.repeat(32)} ${HEAD} seen, ticket 12\r\n`, { target: '0'.repeat(32), reason: 'seen, ticket 12' }],
    [`/infra-audit approve stacks/disk.yaml:Disk ${'b'.repeat(64)}`, { target: 'stacks/disk.yaml:Disk', headSha: 'b'.repeat(64) }],
  ])('%j is one', (body, command) => {
    expect(readCommand(body)).toMatchObject({ kind: 'command', command });
  });

  it.each([
    '/infra-audit',
    '/infra-audit approve',
    '/infra-audit approve aws_s3_bucket.logs',
    '/infra-audit approve aws_s3_bucket.logs aaaaaaa',
    `/infra-audit approve aws_s3_bucket.logs ${HEAD.toUpperCase()}`,
    `/infra-audit Approve aws_s3_bucket.logs ${HEAD}`,
    `/infra-audit approve  aws_s3_bucket.logs ${HEAD}`,
    `/infra-audit approve aws_s3_bucket.lоgs ${HEAD}`,
    `/infra-audit approve aws_s3_bucket.logs ${HEAD} für heute`,
    `/infra-audit approve aws_s3_bucket.logs ${HEAD} see <b>this</b>`,
    `/infra-audit approve aws_s3_bucket.logs ${HEAD} see \`this\``,
    `/infra-audit approve aws_s3_bucket.logs ${HEAD}\nand thank you`,
    `/infra-audit approve aws_s3_bucket.logs ${HEAD}\n/infra-audit approve aws_s3_bucket.web ${HEAD}`,
    `/infra-audit approve aws_s3_bucket.logs ${HEAD} ${'x'.repeat(501)}`,
  ])('%j is none, though it was meant to be', (body) => {
    expect(readCommand(body)).toEqual({ kind: 'malformed' });
  });

  it.each([
    '',
    'LGTM',
    `> /infra-audit approve aws_s3_bucket.logs ${HEAD}`,
    `    /infra-audit approve aws_s3_bucket.logs ${HEAD}`,
    `\`/infra-audit approve aws_s3_bucket.logs ${HEAD}\``,
    `\`\`\`\n/infra-audit approve aws_s3_bucket.logs ${HEAD}\n\`\`\``,
    `<!-- -->/infra-audit approve aws_s3_bucket.logs ${HEAD}`,
    `Please write\n/infra-audit approve aws_s3_bucket.logs ${HEAD}`,
    `/infra-auditor approve aws_s3_bucket.logs ${HEAD}`,
    `\u200b/infra-audit approve aws_s3_bucket.logs ${HEAD}`,
  ])('%j is nothing to it', (body) => {
    expect(readCommand(body)).toEqual({ kind: 'none' });
  });

  it('takes no text of any kind for one that it would not write the same', () => {
    const part = fc.oneof(fc.constantFrom('/infra-audit', 'approve', 'reject', ' ', '\n', 'x', HEAD, '>', '`'), fc.string());
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (body) => {
          const read = readCommand(body);
          if (read.kind !== 'command') return;
          const { decision, target, headSha, reason } = read.command;
          const again = `/infra-audit ${decision} ${target} ${headSha}${reason === null ? '' : ` ${reason}`}`;
          expect(body.trimEnd().replaceAll(/ +/gu, ' ')).toBe(again.trimEnd().replaceAll(/ +/gu, ' '));
        },
      ),
    );
  });
});

describe('what a target covers', () => {
  const logs: Decidable = {
    ref: { root: 'infra', address: 'aws_s3_bucket.logs' },
    fingerprints: ['0123456789ab'.padEnd(32, '1'), 'c'.repeat(32)],
  };
  const web: Decidable = { ref: { root: 'infra', address: 'aws_s3_bucket.web' }, fingerprints: ['d'.repeat(32)] };
  const twin: Decidable = { ref: { root: 'other', address: 'aws_s3_bucket.logs' }, fingerprints: ['0123456789ab'.padEnd(32, '2')] };
  const [first = '', second = ''] = logs.fingerprints;

  it.each<[string, Decidable[] | null, string[]]>([
    [second, [logs], [second]],
    [second, null, [second]],
    ['aws_s3_bucket.logs', [logs, web], [first, second]],
    ['infra:aws_s3_bucket.logs', [logs, twin], [first, second]],
    ['infra:aws_s3_bucket.logs', null, [first, second]],
    [first.slice(0, 12), [logs, web], [first]],
    [first.slice(0, 13), [logs, twin], [first]],
  ])('%s is clear', (target, declared, expected) => {
    expect(coveredBy(target, logs, declared)).toEqual(expected);
  });

  it.each<[string, Decidable[] | null, string]>([
    ['aws_s3_bucket.logs', [logs, twin], 'two folders have it'],
    ['aws_s3_bucket.logs', null, 'it is not known what there is'],
    [first.slice(0, 12), [logs, twin], 'two begin like it'],
    [first.slice(0, 12), null, 'it is not known what there is'],
    [first.slice(0, 11), [logs], 'it is too short'],
    ['aws_s3_bucket.web', [logs, web], 'it is another'],
    [web.fingerprints[0] ?? '', [logs, web], 'it is of another'],
    ['', [logs], 'it is empty'],
  ])('%s among %j covers nothing: %s', (target, declared) => {
    expect(coveredBy(target, logs, declared)).toEqual([]);
  });
});
