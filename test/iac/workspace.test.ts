import { describe, expect, it } from 'vitest';
import type { FileNote } from '../../src/domain/diagnostic.ts';
import { keyOf } from '../../src/domain/resource.ts';
import { applyEdits, SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';

const BUCKET = 'Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n';

function sources(files: Readonly<Record<string, string>>): SourceText[] {
  return Object.entries(files).map(([file, text]) => new SourceText(file, text));
}

function lines(notes: readonly FileNote[]): string[] {
  return notes.map(({ path, reason }) => `${path}: ${reason}`);
}

describe('a workspace of sources in memory', () => {
  it('reads Terraform and CloudFormation, and leaves other files alone', () => {
    const workspace = createWorkspace(
      sources({
        'main.tf': 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n}\n',
        'template.yaml': BUCKET,
        'compose.yaml': 'services: {}\n',
        'README.md': 'Resources:\n',
      }),
    );
    expect(workspace.resources.map(({ root, address, type, framework }) => [root, address, type, framework])).toEqual([
      ['.', 'aws_s3_bucket.logs', 'aws_s3_bucket', 'terraform'],
      ['template.yaml', 'Logs', 'AWS::S3::Bucket', 'cloudformation'],
    ]);
    expect(lines(workspace.coverage.scanned)).toEqual(['main.tf: Terraform', 'template.yaml: CloudFormation']);
    expect([workspace.coverage.failed, workspace.coverage.ignored, workspace.diagnostics]).toEqual([[], [], []]);
  });

  it('each file is in one list, with what became of it', () => {
    const workspace = createWorkspace(
      sources({
        'a.yaml': BUCKET,
        'broken.yaml': `${BUCKET}  Bad: [\n`,
        'words.yaml': 'Resources:\n  A:\n    Kind: x\n# Type: AWS::S3::Bucket\n',
        'tf/main.tf.json': '{}',
        'tf/main.tofu': '',
        'tf/versions.tf': '',
        'tf/versions.tofu': '',
        'tf/prod.tfvars': '',
      }),
    );
    expect(lines(workspace.coverage.scanned)).toEqual([
      'a.yaml: CloudFormation',
      'tf/main.tf.json: Terraform',
      'tf/main.tofu: Terraform',
      'tf/versions.tofu: Terraform',
    ]);
    expect(lines(workspace.coverage.failed)).toEqual([
      'broken.yaml: line 7: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
    expect(lines(workspace.coverage.ignored)).toEqual([
      'tf/prod.tfvars: no Terraform module reads it',
      'tf/versions.tf: OpenTofu reads tf/versions.tofu in its place',
      'words.yaml: it has no version and no resource of a CloudFormation template',
    ]);
    expect(workspace.resources.map(keyOf)).toEqual(['a.yaml\u0000Logs', 'broken.yaml\u0000Logs']);
  });

  it('what was not asked for is not audited, except modules of what was', () => {
    const files = {
      'live/main.tf': 'module "logs" {\n  source = "../modules/logs"\n}\n',
      'modules/logs/main.tf': 'resource "aws_s3_bucket" "this" {\n  bucket = "logs"\n}\n',
      'other/main.tf': 'resource "aws_s3_bucket" "other" {\n',
      'template.yaml': BUCKET,
    };
    const audited = (folder: string) => createWorkspace(sources(files), { selected: (file) => file.startsWith(folder) });
    const live = audited('live/');
    expect(live.resources.map(keyOf)).toEqual(['live\u0000module.logs.aws_s3_bucket.this']);
    expect(lines(live.coverage.scanned)).toEqual(['live/main.tf: Terraform', 'modules/logs/main.tf: Terraform']);
    expect(lines(live.coverage.ignored)).toEqual([
      'other/main.tf: it is outside the paths that were asked for',
      'template.yaml: it is outside the paths that were asked for',
    ]);
    expect([live.coverage.failed, live.diagnostics]).toEqual([[], []]);
    expect(audited('modules/').resources.map(keyOf)).toEqual(['live\u0000module.logs.aws_s3_bucket.this']);
  });

  it('characters that are not seen are told', () => {
    const workspace = createWorkspace(sources({ 'a.yaml': `${BUCKET}# \u202Eevil\n` }));
    expect(workspace.diagnostics.map(({ level, code, file, span, message }) => [level, code, file, span?.start.line, message])).toEqual([
      [
        'warning',
        'hidden-characters',
        'a.yaml',
        6,
        'the file has characters that are not seen, the first of them U+202E; what it says may not be what it shows',
      ],
    ]);
    expect(lines(workspace.coverage.scanned)).toEqual(['a.yaml: CloudFormation']);
  });

  it.each([
    [1, []],
    [2, []],
    [3, ['there are 3 resources, of which only the first 2 are audited']],
  ])('%i resources with a limit of 2', (count, messages) => {
    const text = `Resources:\n${Array.from({ length: count }, (_, index) => `  B${index}: {Type: AWS::S3::Bucket}\n`).join('')}`;
    const workspace = createWorkspace(sources({ 'a.yaml': text }), { limits: { resources: 2 } });
    expect(workspace.diagnostics.map(({ message }) => message)).toEqual(messages);
    expect(workspace.resources.map(({ address }) => address)).toEqual(['B0', 'B1', 'B2'].slice(0, Math.min(count, 2)));
  });
});

describe('editing a workspace', () => {
  const files = { 'a.yaml': BUCKET, 'b.yaml': BUCKET, 'main.tf': 'resource "aws_s3_bucket" "logs" {\n  acl = "public-read"\n}\n' };
  const workspace = createWorkspace(sources(files));
  const find = (root: string) => {
    const found = workspace.resources.find((resource) => resource.root === root);
    if (found === undefined) throw new Error(`${root} has no resource`);
    return found;
  };

  it('dispatches to the root of each resource, and reads the copy', () => {
    const edits = workspace.edits([
      { kind: 'set', resource: find('a.yaml'), path: ['AccessControl'], value: 'Private' },
      { kind: 'set', resource: find('.'), path: ['acl'], value: 'private' },
    ]);
    if (edits === null) throw new Error('no edits');
    const after = (file: keyof typeof files): string =>
      applyEdits(
        files[file],
        edits.filter(({ span }) => span.file === file),
      );
    expect([after('a.yaml'), after('main.tf'), after('b.yaml')]).toEqual([
      BUCKET.replace('PublicRead', 'Private'),
      files['main.tf'].replace('public-read', 'private'),
      BUCKET,
    ]);
    const copy = workspace.reread(edits);
    expect([copy.diagnostics, copy.added, copy.removed]).toEqual([[], [], []]);
    expect(copy.resource('b.yaml', 'Logs')).toBe(find('b.yaml'));
    expect(copy.resource('a.yaml', 'Logs')).not.toBe(find('a.yaml'));
    expect(copy.resource('.', 'aws_s3_bucket.logs')?.type).toBe('aws_s3_bucket');
    expect(copy.resource('nowhere', 'Logs')).toBeUndefined();
  });

  it('tells what is declared at a place', () => {
    expect(workspace.sharing(find('b.yaml').source)).toEqual([find('b.yaml')]);
    expect(workspace.sharing(find('b.yaml').header)).toEqual([]);
  });

  it('a change of something that is not in the workspace cannot be written', () => {
    const stranger = { ...find('a.yaml'), root: 'c.yaml' };
    expect(workspace.edits([{ kind: 'set', resource: stranger, path: ['AccessControl'], value: 'Private' }])).toBeNull();
  });
});
