import { McpError } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { INLINE_FILE_BYTES } from '../../src/mcp/limits.ts';
import { OPEN_DISK, auditor, repository, session } from './support.ts';

const file = (name: unknown, text: unknown = '') => ({ name, text });

describe('arguments', () => {
  it('that nobody knows are errors, and all problems are told at once', async () => {
    const { ask } = await session({ roots: [] });

    const { error } = await ask('propose_fix', { path: 'main.tf', paths: [], files: 'main.tf', fingerprint: 7 });

    expect(error).toContain('there is no argument path; there are paths, files, fingerprint, address');
    expect(error).toContain('name at least one path, or leave paths out for the whole root at paths');
    expect(error).toContain('at files');
    expect(error).toContain('must be a text at fingerprint');
    expect(error).toContain('give either paths or files, not both');
  });

  it.each([
    ['audit', { paths: ['a'], files: [file('a.tf')] }, 'give either paths or files, not both'],
    ['audit', { paths: ['a\u0000b'] }, 'must be one line of text without control characters at paths[0]'],
    [
      'audit',
      { files: [file('/etc/main.tf')] },
      'must be a path relative to the root without . and .. steps, such as infra/main.tf at files[0].name',
    ],
    ['audit', { files: [file('a.tf'), file('../main.tf')] }, 'at files[1].name'],
    ['audit', { files: [file('a\\b.tf')] }, 'at files[0].name'],
    ['audit', { files: [file('a.tf', 7)] }, 'must be a text at files[0].text'],
    ['audit', { files: [file('a.tf'), file('a.tf')] }, 'each name may be given once at files'],
    ['audit', { files: [file('a.tf', '#'.repeat(INLINE_FILE_BYTES + 1))] }, 'may have at most 5 MiB at files[0].text'],
    [
      'audit',
      { files: Array.from({ length: 5 }, (_, index) => file(`${index}.tf`, '#'.repeat(INLINE_FILE_BYTES))) },
      'may have at most 20 MiB together',
    ],
    ['audit', { files: Array.from({ length: 201 }, (_, index) => file(`${index}.tf`)) }, 'at most 200 files at files'],
    ['audit', { paths: Array.from({ length: 201 }, () => 'a') }, 'at most 200 paths at paths'],
    ['audit', { paths: Array.from({ length: 2001 }, () => 'a') }, 'more than the maximum of 2000 elements'],
    ['explain_rule', {}, 'must be a text at id'],
    ['propose_fix', {}, 'give either a fingerprint or an address'],
    ['propose_fix', { address: 'a', fingerprint: 'b' }, 'give either a fingerprint or an address'],
    ['status', {}, 'give either run or workflowId'],
  ])('%s refuses what it cannot take: %#', async (tool, given, problem) => {
    const { ask } = await session({ roots: [], status: async () => [] });

    expect((await ask(tool, given)).error).toContain(problem);
  });

  it('as large as they may be are taken', async () => {
    const { ask } = await session({ roots: [] });
    const comment = `#${'x'.repeat(INLINE_FILE_BYTES - OPEN_DISK.length - 2)}\n`;

    const { data } = await ask('list_resources', {
      files: [file('main.tf', OPEN_DISK + comment), ...Array.from({ length: 199 }, (_, index) => file(`${index}/main.tf`, OPEN_DISK))],
    });

    expect(data['resources']).toHaveLength(200);
  });
});

describe('calls', () => {
  it('of tools that do not exist are errors, whatever they are called', async () => {
    const { ask } = await session({ roots: [] });

    for (const name of ['delete', 'constructor', '__proto__', 'toString']) {
      expect((await ask(name, {})).error, name).toMatch(/not found|disabled/u);
    }
  });

  it('beyond 16 that wait are refused, and all others answered', async () => {
    const { ask } = await session({ roots: [repository({ 'main.tf': OPEN_DISK })] });

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('list_resources', {})));

    expect(answers.map(({ error }) => error)).toEqual([
      ...Array.from({ length: 17 }, () => null),
      ...Array.from({ length: 3 }, () => '16 calls are waiting already: ask again when they are answered'),
    ]);
  });

  it('that hit a defect say so without its details, which are logged', async () => {
    const { ask, log } = await session({
      roots: [repository({ 'main.tf': OPEN_DISK })],
      auditor: {
        ...auditor(),
        open: () => {
          throw new TypeError('inner detail');
        },
      },
    });

    expect((await ask('audit', {})).error).toBe('a defect of this program kept it from answering; its log says more');
    expect(log.join('\n')).toContain('TypeError: inner detail');
  });
});

describe('pages of rules', () => {
  it('are listed, completed and read', async () => {
    const { client } = await session({ roots: [] });

    const { resources } = await client.listResources();
    expect(resources).toContainEqual({
      uri: 'rule://aws-s3-tls-only',
      name: 'aws-s3-tls-only',
      title: expect.any(String),
      description: expect.any(String),
      mimeType: 'text/markdown',
    });
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ name: 'rule', uriTemplate: 'rule://{id}' }]);
    const argument = { name: 'id', value: 'S3-tls' };
    const { completion } = await client.complete({ ref: { type: 'ref/resource', uri: 'rule://{id}' }, argument });
    expect(completion).toEqual({ values: ['aws-s3-tls-only'], total: 1, hasMore: false });
    const { contents } = await client.readResource({ uri: 'rule://aws-s3-tls-only' });
    expect(contents).toMatchObject([
      { uri: 'rule://aws-s3-tls-only', mimeType: 'text/markdown', text: expect.stringMatching(/^# .+\n\n`aws-s3-tls-only` · /u) },
    ]);
  });

  it('each of them can be read', async () => {
    const { client } = await session({ roots: [] });

    const { resources } = await client.listResources();
    for (const { uri, name } of resources) {
      const [page] = (await client.readResource({ uri })).contents;
      expect(page && 'text' in page ? page.text : '', uri).toContain(`\`${name}\` · `);
    }
  });

  it.each(['rule://none', 'rule://../../etc/passwd', 'file:///etc/passwd', 'rule://'])('%s is none', async (uri) => {
    const { client } = await session({ roots: [] });

    await expect(client.readResource({ uri })).rejects.toThrow(McpError);
  });
});
