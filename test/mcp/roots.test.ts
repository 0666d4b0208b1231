import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { OPEN_DISK, repository, session } from './support.ts';

const uri = (folder: string): string => pathToFileURL(folder).href;

describe('paths', () => {
  it('may be relative or absolute, files or folders', async () => {
    const root = repository({ 'a/main.tf': OPEN_DISK, 'b/main.tf': OPEN_DISK, 'c/main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root] });

    const { data } = await ask('list_resources', { paths: ['a', path.join(root, 'b', 'main.tf'), './a/../a'] });

    expect(files(data)).toEqual(['a/main.tf', 'b/main.tf']);
  });

  it('outside of the root are refused in the same words whether there is something or not, all at once', async () => {
    const root = repository({ 'main.tf': OPEN_DISK });
    const other = repository({ 'main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root] });
    const asked = ['..', path.join(other, 'main.tf'), path.join(other, 'none.tf'), 'none.tf', '/etc/passwd', 'main.tf/../../x'];

    const { error } = await ask('audit', { paths: [...asked, 'main.tf'] });

    expect(error?.split('\n')).toEqual(asked.map((each) => `${JSON.stringify(each)} is not a file or folder inside ${root}`));
  });

  it('that leave the root by a link are refused, and links on the way of an audit are not followed', async () => {
    const other = repository({ 'secret/main.tf': OPEN_DISK.replace('"disk"', '"secret"') });
    const root = repository({ 'main.tf': OPEN_DISK });
    symlinkSync(path.join(other, 'secret'), path.join(root, 'folder'));
    symlinkSync(path.join(other, 'secret', 'main.tf'), path.join(root, 'link.tf'));
    const { ask } = await session({ roots: [root] });

    expect((await ask('audit', { paths: ['folder/main.tf', 'link.tf'] })).error?.split('\n')).toEqual([
      `"folder/main.tf" is not a file or folder inside ${root}`,
      `"link.tf" is not a file or folder inside ${root}`,
    ]);
    const { data } = await ask('audit', {});
    expect(JSON.stringify(data)).not.toContain('aws_ebs_volume.secret');
    expect(data).toMatchObject({ verdict: { outcome: 'undecided' } });
  });

  it('of a root that is a link are read where it leads', async () => {
    const real = repository({ 'main.tf': OPEN_DISK });
    const link = path.join(repository({ none: '' }), 'link');
    symlinkSync(real, link);
    const { ask } = await session({ roots: [link] });

    expect(files((await ask('list_resources', { paths: [path.join(link, 'main.tf')] })).data)).toEqual(['main.tf']);
  });
});

describe('several roots', () => {
  it('need absolute paths, in one of them', async () => {
    const [one, two] = [repository({ 'one.tf': OPEN_DISK }), repository({ 'two.tf': OPEN_DISK })];
    const { ask } = await session({ roots: [one, two] });

    expect((await ask('list_resources', {})).error).toBe(`there are several roots: name in paths what to read, in one of ${one}, ${two}`);
    expect((await ask('list_resources', { paths: ['one.tf'] })).error).toBe(
      `"one.tf" is not an absolute path inside one of ${one}, ${two}`,
    );
    expect((await ask('list_resources', { paths: [one, two] })).error).toBe('the paths lie in different roots: ask for each root apart');
    expect(files((await ask('list_resources', { paths: [two] })).data)).toEqual(['two.tf']);
  });
});

describe('roots of the client', () => {
  it('narrow what may be read', async () => {
    const root = repository({ 'main.tf': OPEN_DISK, 'app/main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root], offered: [uri(path.join(root, 'app'))] });

    expect(files((await ask('list_resources', {})).data)).toEqual(['main.tf']);
    expect((await ask('list_resources', { paths: [path.join(root, 'main.tf')] })).error).toBe(
      `${JSON.stringify(path.join(root, 'main.tf'))} is not a file or folder inside ${path.join(root, 'app')}`,
    );
  });

  it('never widen it', async () => {
    const root = repository({ 'app/main.tf': OPEN_DISK, 'main.tf': OPEN_DISK });
    mkdirSync(path.join(root, 'app', 'x'));
    const { ask } = await session({
      roots: [path.join(root, 'app')],
      offered: [uri(root), 'file:///', 'file:///%zz', 'file://elsewhere/x'],
    });

    expect((await ask('list_resources', { paths: [path.join(root, 'main.tf')] })).error).toContain('is not a file or folder inside');
    expect(files((await ask('list_resources', {})).data)).toEqual(['main.tf']);
  });

  it('that lie elsewhere leave texts alone to be asked about', async () => {
    const root = repository({ 'main.tf': OPEN_DISK, '.github/infra-audit.yml': 'version: 1\nfail-on: low\n' });
    const { ask } = await session({ roots: [root], offered: [uri(repository({ none: '' }))] });

    expect((await ask('audit', {})).error).toBe(
      'no folder may be read: the roots of the client lie outside of those of this server; give files',
    );
    expect((await ask('audit', { files: [{ name: 'main.tf', text: OPEN_DISK }] })).data).toMatchObject({ failOnSeverity: 'CRITICAL' });
  });

  it.each([new Error('not now'), ['https://example.com/']])('that are offered and not named allow nothing', async (offered) => {
    const root = repository({ 'main.tf': OPEN_DISK });
    const { ask } = await session({ roots: [root], offered });

    expect((await ask('audit', {})).error).toBe('the client offers roots and did not name them as file:// URIs, so nothing is read');
  });
});

function files(data: Record<string, unknown>): string[] {
  return (data['resources'] as { file: string }[]).map(({ file }) => file);
}
