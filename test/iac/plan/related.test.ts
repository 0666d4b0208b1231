import { describe, expect, it } from 'vitest';
import { configured, plan, Planned, show } from './reading.ts';

const BUCKET = { address: 'aws_s3_bucket.logs', after: { bucket: 'logs' }, unknown: { id: true } };
const BLOCK = { address: 'aws_s3_bucket_public_access_block.logs', after: {}, unknown: { bucket: true } };

describe('declarations of a plan are related', () => {
  it('by the references of its configuration, in both directions', () => {
    const configuration = {
      root_module: {
        resources: [
          configured('aws_s3_bucket', 'logs'),
          configured('aws_s3_bucket_public_access_block', 'logs', {
            bucket: { references: ['aws_s3_bucket.logs.id', 'aws_s3_bucket.logs'] },
          }),
        ],
      },
    };
    const planned = new Planned({ 'plan.json': plan([BUCKET, BLOCK], { configuration }) });
    expect(planned.links('aws_s3_bucket.logs')).toEqual(['from aws_s3_bucket_public_access_block.logs by bucket']);
    expect(planned.links('aws_s3_bucket_public_access_block.logs')).toEqual(['to aws_s3_bucket.logs by bucket']);
    expect(show(planned.value('aws_s3_bucket_public_access_block.logs', 'bucket'))).toBe('?aws_s3_bucket.logs.id');
  });

  it('through arguments of a module and through its outputs', () => {
    const configuration = {
      root_module: {
        resources: [configured('aws_s3_bucket_policy', 'outer', { bucket: { references: ['module.store.id', 'module.store'] } })],
        module_calls: {
          store: {
            source: './store',
            module: {
              resources: [configured('aws_s3_bucket', 'this')],
              outputs: { id: { expression: { references: ['aws_s3_bucket.this[0].id', 'aws_s3_bucket.this[0]', 'aws_s3_bucket.this'] } } },
            },
          },
          lock: {
            source: './lock',
            expressions: { bucket: { references: ['module.store.id', 'module.store'] } },
            module: { resources: [configured('aws_s3_bucket_public_access_block', 'this', { bucket: { references: ['var.bucket'] } })] },
          },
        },
      },
    };
    const planned = new Planned({
      'plan.json': plan(
        [
          { address: 'aws_s3_bucket_policy.outer', unknown: { bucket: true } },
          { address: 'module.store.aws_s3_bucket.this[0]', after: { bucket: 'store' } },
          { address: 'module.lock.aws_s3_bucket_public_access_block.this', unknown: { bucket: true } },
        ],
        { configuration },
      ),
    });
    expect(planned.links('module.store.aws_s3_bucket.this')).toEqual([
      'from aws_s3_bucket_policy.outer by bucket',
      'from module.lock.aws_s3_bucket_public_access_block.this by bucket',
    ]);
  });

  it('by the names that the plan knows', () => {
    const planned = new Planned({
      'plan.json': plan([
        BUCKET,
        { address: 'aws_s3_bucket_policy.p', after: { bucket: 'logs' } },
        { address: 'aws_s3_bucket_policy.q', after: { bucket: 'other' } },
      ]),
    });
    expect(planned.links('aws_s3_bucket.logs')).toEqual(['from aws_s3_bucket_policy.p by bucket']);
  });

  it('by what the source refers to where the configuration leaves it out, as in a dynamic block', () => {
    const planned = new Planned(
      { 'plan.json': plan([{ address: 'aws_security_group.a' }, { address: 'aws_security_group.b', unknown: { ingress: true } }]) },
      {
        'main.tf':
          'resource "aws_security_group" "a" {}\nresource "aws_security_group" "b" {\n  dynamic "ingress" {\n    for_each = [1]\n    content {\n      security_groups = [aws_security_group.a.id]\n    }\n  }\n}\n',
      },
    );
    expect(planned.links('aws_security_group.a')).toEqual(['from aws_security_group.b by ingress']);
  });

  it('not to what the plan does not have, nor in a circle of outputs for ever', () => {
    const configuration = {
      root_module: {
        resources: [configured('aws_s3_bucket_policy', 'p', { bucket: { references: ['module.a.x', 'aws_s3_bucket.none.id'] } })],
        module_calls: {
          a: { expressions: { y: { references: ['module.a.x'] } }, module: { outputs: { x: { expression: { references: ['var.y'] } } } } },
        },
      },
    };
    const planned = new Planned({
      'plan.json': plan([{ address: 'aws_s3_bucket_policy.p', unknown: { bucket: true } }], { configuration }),
    });
    expect(planned.links('aws_s3_bucket_policy.p')).toEqual([]);
  });
});
