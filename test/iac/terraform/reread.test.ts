import { describe, expect, it } from 'vitest';
import { at } from '../../../src/domain/value.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { SourceText } from '../../../src/domain/source.ts';
import { Reading, relations, show } from './read.ts';

const FILES = {
  'main.tf': `resource "aws_s3_bucket" "a" {
  bucket = local.name
  acl    = "public-read"
}

resource "aws_s3_bucket" "b" {}
`,
  'guard.tf': 'resource "aws_s3_bucket_public_access_block" "a" {\n  bucket = aws_s3_bucket.a.id\n}\n',
  'locals.tf': 'locals {\n  name = "acme"\n}\n',
};

describe('reading a root again', () => {
  const before = new Reading(FILES);
  const reread = (file: keyof typeof FILES, change: (text: string) => string) =>
    before.root.reread(new Map([[file, new SourceText(file, change(FILES[file]))]]));
  const shown = (resource: Resource | undefined, name: string) =>
    resource?.instances.map((instance) => show(at(instance.attributes, name)));

  it('sees what changed and what is related to it', () => {
    const copy = reread('main.tf', (text) => text.replace('public-read', 'private'));
    const bucket = copy.resource('aws_s3_bucket.a');
    expect(shown(bucket, 'acl')).toEqual(['"private"']);
    expect(shown(bucket, 'bucket')).toEqual(['"acme"']);
    expect(bucket && relations(bucket)).toEqual(['from aws_s3_bucket_public_access_block.a by bucket']);
    expect(bucket?.related[0]?.resource).toBe(copy.resource('aws_s3_bucket_public_access_block.a'));
    expect([copy.added, copy.removed, copy.diagnostics]).toEqual([[], [], []]);
    expect(shown(before.resource('aws_s3_bucket.a'), 'acl')).toEqual(['"public-read"']);
  });

  it('sees declarations come and go', () => {
    const copy = reread('main.tf', (text) =>
      text.replace('"aws_s3_bucket" "b" {}', '"aws_s3_bucket_acl" "b" {\n  bucket = aws_s3_bucket.a.id\n}'),
    );
    expect(copy.added.map((each) => each.address)).toEqual(['aws_s3_bucket_acl.b']);
    expect(copy.removed).toEqual(['aws_s3_bucket.b']);
    expect(copy.resource('aws_s3_bucket.b')).toBeUndefined();
    const bucket = copy.resource('aws_s3_bucket.a');
    expect(bucket && relations(bucket)).toEqual([
      'from aws_s3_bucket_acl.b by bucket',
      'from aws_s3_bucket_public_access_block.a by bucket',
    ]);
  });

  it('sees links that were cut', () => {
    const copy = reread('guard.tf', (text) => text.replace('aws_s3_bucket.a.id', 'aws_s3_bucket.b.id'));
    expect(['a', 'b'].map((name) => copy.resource(`aws_s3_bucket.${name}`)).map((bucket) => bucket && relations(bucket))).toEqual([
      [],
      ['from aws_s3_bucket_public_access_block.a by bucket'],
    ]);
  });

  it('sees what shared values do to all', () => {
    const copy = reread('locals.tf', (text) => text.replace('acme', 'other'));
    expect(shown(copy.resource('aws_s3_bucket.a'), 'bucket')).toEqual(['"other"']);
  });

  it('says what it cannot read now and could before', () => {
    const copy = reread('main.tf', (text) => `${text}resource "aws_x" {{\n`);
    expect(copy.diagnostics.map(({ code, file }) => [code, file])).toContainEqual(['syntax', 'main.tf']);
    expect(shown(copy.resource('aws_s3_bucket.a'), 'acl')).toEqual(['"public-read"']);
  });

  it('says what refers to nothing now and did not before', () => {
    const copy = reread('guard.tf', (text) => text.replace('aws_s3_bucket.a.id', 'aws_s3_bucket.c.id'));
    expect(copy.diagnostics).toEqual([expect.objectContaining({ code: 'undeclared', file: 'guard.tf', level: 'undecided' })]);
  });

  it('sees what a provider does to all', () => {
    const text = 'provider "aws" {\n  default_tags {\n    tags = { Team = "a" }\n  }\n}\n';
    const first = new Reading({ 'main.tf': 'resource "aws_s3_bucket" "a" {}\n', 'provider.tf': text });
    const copy = first.root.reread(new Map([['provider.tf', new SourceText('provider.tf', text.replace('"a"', '"b"'))]]));
    expect(shown(copy.resource('aws_s3_bucket.a'), 'tags_all')).toEqual(['{Team: "b"}']);
  });
});
