import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import { and, isUnknown } from '../policy.ts';
import { recorded } from './trail.ts';

const REQUIRED = 'a selector must record reads and writes of all objects';

/**
 * Severity: LOW, as other checkers give (S3.22 and S3.23 of Security Hub, in the standard of CIS, are Medium). As those
 * controls do, this asks for reads and writes in all buckets: a trail of named buckets misses the next one. That the
 * trail is on, and in all regions, is another matter.
 */
export const rule = defineRule({
  id: 'aws-s3-data-events',
  title: 'CloudTrail must record what happens to S3 objects',
  severity: 'LOW',
  targets: { terraform: ['aws_cloudtrail'], cloudformation: ['AWS::CloudTrail::Trail'] },
  topics: ['s3-data-events'],
  why: 'A trail records who changed a bucket, but not who read, wrote or deleted its objects: after a theft nobody can tell what was taken.',
  remedy: [
    'Add an event selector to the trail that records ReadWriteType All for AWS::S3::Object with the value arn:aws:s3, which means all buckets.',
    'Data events are paid for by their number; where some buckets have too many, use an advanced event selector that leaves them out, and record an exception.',
  ],
  references: [
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-22',
  ],
  controls: { securityHub: ['S3.22', 'S3.23'], cis: ['3.8', '3.9'], pci: ['10.2.1'] },
  equivalents: { trivy: ['AWS-0171', 'AWS-0172'], guard: ['CLOUDTRAIL_S3_DATAEVENTS_ENABLED'] },
  *check(instance) {
    const { reads, writes, span } = recorded(instance);
    const answer = and(reads, writes);
    if (isUnknown(answer)) {
      const message = `whether the trail records what happens to S3 objects is not known: ${answer.reason}; ${REQUIRED}.`;
      yield { outcome: 'undecided', message, span: answer.span };
    } else if (!answer) {
      const what = reads === true ? 'no writes' : writes === true ? 'no reads' : 'neither reads nor writes';
      yield { outcome: 'fail', message: `the trail records ${what} of objects in all S3 buckets; ${REQUIRED}.`, span };
    }
  },
  // Data events are paid for. Of which buckets an existing selector should tell is for a person to choose.
  fix: {
    safety: 'needs-review',
    changes(instance) {
      const { reads, writes, none, kind } = recorded(instance);
      if (and(reads, writes) !== false) return [];
      if (kind !== undefined) return [{ kind: 'set', resource: instance.resource, path: kind, value: 'All' }];
      return none ? [selecting(instance)] : null;
    },
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'no selector',
          source: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"
}
`,
          at: 'resource "aws_cloudtrail" "audit"',
          fixed: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    read_write_type           = "All"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
`,
        },
        {
          name: 'writes only',
          source: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    read_write_type = "WriteOnly"

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::"]
    }
  }
}
`,
          at: 'event_selector',
          fixed: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    read_write_type = "All"

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::"]
    }
  }
}
`,
        },
        {
          name: 'functions, and one bucket',
          source: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    data_resource {
      type   = "AWS::Lambda::Function"
      values = ["arn:aws:lambda"]
    }
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::example-orders/"]
    }
  }
}
`,
          at: 'event_selector',
        },
        {
          name: 'reads only, by an advanced selector',
          source: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["true"]
    }
  }
}
`,
          at: 'advanced_event_selector',
        },
      ],
      good: [
        {
          name: 'reads and writes of all buckets, in either form',
          source: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::"]
    }
  }
}

resource "aws_cloudtrail" "advanced" {
  name           = "advanced"
  s3_bucket_name = "example-audit"

  advanced_event_selector {
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
  }
}
`,
        },
        {
          name: 'reads by one selector, writes by another',
          source: `resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    read_write_type = "ReadOnly"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
  event_selector {
    read_write_type = "WriteOnly"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
`,
        },
      ],
      undecided: [
        ...['event_selector', 'advanced_event_selector'].map((selector) => ({
          name: `each ${selector} given by a variable without a value`,
          source: `variable "selectors" {
  type = list(any)
}

resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  dynamic "${selector}" {
    for_each = var.selectors
    content {}
  }
}
`,
          at: `dynamic "${selector}"`,
        })),
        {
          name: 'field given by a variable without a value',
          source: `variable "field" {
  type = string
}

resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  advanced_event_selector {
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
    field_selector {
      field  = var.field
      equals = ["x"]
    }
  }
}
`,
          at: 'var.field',
        },

        {
          name: 'kind of events given by a variable without a value',
          source: `variable "kind" {
  type = string
}

resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = "example-audit"

  event_selector {
    read_write_type = var.kind
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
`,
          at: 'var.kind',
        },
      ],
    },
    cloudformation: {
      bad: [
        ...['ReadOnly', 'WriteOnly'].map((kind) => ({
          name: `the kind ${kind}`,
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      EventSelectors:
        - ReadWriteType: ${kind}
          DataResources:
            - Type: AWS::S3::Object
              Values: ['arn:aws:s3:::']
`,
          at: 'EventSelectors',
          fixed: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      EventSelectors:
        - ReadWriteType: All
          DataResources:
            - Type: AWS::S3::Object
              Values: ['arn:aws:s3:::']
`,
        })),
        {
          name: 'writes only, by an advanced selector',
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      AdvancedEventSelectors:
        - FieldSelectors:
            - Field: eventCategory
              Equals: [Data]
            - Field: resources.type
              Equals: [AWS::S3::Object]
            - Field: readOnly
              Equals: ['false']
`,
          at: 'AdvancedEventSelectors',
        },
        {
          name: 'one bucket of a partition that is not known',
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      AdvancedEventSelectors:
        - FieldSelectors:
            - Field: eventCategory
              Equals: [Data]
            - Field: resources.type
              Equals: [AWS::S3::Object]
            - Field: resources.ARN
              StartsWith: [!Sub 'arn:\${AWS::Partition}:s3:::example/']
`,
          at: 'AdvancedEventSelectors',
        },

        {
          name: 'no selector',
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
`,
          at: 'Audit',
          fixed: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      EventSelectors:
        - ReadWriteType: All
          IncludeManagementEvents: true
          DataResources:
            - Type: AWS::S3::Object
              Values:
                - arn:aws:s3
`,
        },
        {
          name: 'tables only',
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      EventSelectors:
        - DataResources:
            - Type: AWS::DynamoDB::Table
              Values: [arn:aws:dynamodb]
`,
          at: 'EventSelectors',
        },
      ],
      good: [
        {
          name: 'reads and writes of all buckets, in either form',
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      EventSelectors:
        - ReadWriteType: All
          DataResources:
            - Type: AWS::S3::Object
              Values: [!Sub 'arn:\${AWS::Partition}:s3']
  Advanced:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      AdvancedEventSelectors:
        - FieldSelectors:
            - Field: eventCategory
              Equals: [Data]
            - Field: resources.type
              Equals: [AWS::S3::Object]
`,
        },
      ],
      undecided: [
        {
          name: 'selectors that another stack exports',
          source: `Resources:
  Audit:
    Type: AWS::CloudTrail::Trail
    Properties:
      IsLogging: true
      S3BucketName: example-audit
      EventSelectors: !ImportValue Selectors
`,
          at: '!ImportValue Selectors',
        },
      ],
    },
  },
});

function selecting({ resource }: Instance): Change {
  return resource.framework === 'terraform'
    ? {
        kind: 'set',
        resource,
        path: ['event_selector'],
        value: {
          read_write_type: 'All',
          include_management_events: true,
          data_resource: { type: 'AWS::S3::Object', values: ['arn:aws:s3'] },
        },
        block: true,
      }
    : {
        kind: 'set',
        resource,
        path: ['EventSelectors'],
        value: [
          {
            ReadWriteType: 'All',
            IncludeManagementEvents: true,
            DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
          },
        ],
      };
}
