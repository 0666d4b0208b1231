import { all, at } from '../../../domain/value.ts';
import { or } from '../policy.ts';
import { NOTIFICATION } from './bucket.ts';
import { presenceRule, someIs } from './presence.ts';

const TARGETS = ['lambda_function', 'queue', 'topic', 'LambdaConfigurations', 'QueueConfigurations', 'TopicConfigurations'];

/**
 * Severity: LOW, as other checkers give: who wants to hear of events is a rule of the house (S3.11 of Security Hub,
 * in the standard of NIST only, is Medium).
 */
export const rule = presenceRule({
  id: 'aws-s3-event-notifications',
  title: 'S3 bucket must tell of events',
  severity: 'LOW',
  topics: ['s3-event-notifications'],
  aspect: NOTIFICATION,
  holds: ({ value }) =>
    or(
      someIs([at(value, 'eventbridge'), at(value, 'EventBridgeConfiguration', 'EventBridgeEnabled')], 'true'),
      ...TARGETS.flatMap((target) => all(value, target)).map((found) => (found.state === 'unknown' ? found : true)),
    ),
  name: 'telling of events',
  missing: 'no event notifications are declared; a function, queue, topic or EventBridge must be told of events.',
  idle: 'event notifications are declared, but nobody is told; a function, queue, topic or EventBridge must be.',
  why: 'When objects are deleted, overwritten or let expire unexpectedly, nothing notices and nobody is warned.',
  remedy: [
    'Choose who should hear of which events: a Lambda function, an SQS queue or an SNS topic, or EventBridge, which gets them all.',
    'Declare them in aws_s3_bucket_notification (eventbridge = true), in CloudFormation in NotificationConfiguration.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-11',
  ],
  controls: { securityHub: ['S3.11'], nist: ['CA-7', 'SI-4'] },
  equivalents: { checkov: ['CKV2_AWS_62'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared',
          source: `resource "aws_s3_bucket" "inbox" {
  bucket = "example-inbox"
}
`,
          at: 'resource "aws_s3_bucket" "inbox"',
        },
        {
          name: 'declared, but nobody is told',
          source: `resource "aws_s3_bucket_notification" "inbox" {
  bucket      = "example-inbox"
  eventbridge = "no"
}
`,
          at: 'resource "aws_s3_bucket_notification" "inbox"',
        },
      ],
      good: [
        {
          name: 'EventBridge is told',
          source: 'resource "aws_s3_bucket_notification" "inbox" {\n  bucket      = "example-inbox"\n  eventbridge = true\n}\n',
        },
        ...['lambda_function', 'topic'].map((target) => ({
          name: `a ${target} is told`,
          source: `resource "aws_s3_bucket_notification" "inbox" {
  bucket = "example-inbox"

  ${target} {
    events = ["s3:ObjectRemoved:*"]
  }
}
`,
        })),

        {
          name: 'a queue is told',
          source: `resource "aws_s3_bucket" "inbox" {
  bucket = "example-inbox"
}

resource "aws_s3_bucket_notification" "inbox" {
  bucket = aws_s3_bucket.inbox.id

  queue {
    queue_arn = "arn:aws:sqs:eu-west-1:111122223333:inbox"
    events    = ["s3:ObjectCreated:*"]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'turned on by a variable without a value',
          source: `variable "tell" {
  type = bool
}

resource "aws_s3_bucket_notification" "inbox" {
  bucket      = "example-inbox"
  eventbridge = var.tell
}
`,
          at: 'var.tell',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-inbox
`,
          at: 'Inbox',
        },
        {
          name: 'declared, but nobody is told',
          source: `Resources:
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        EventBridgeConfiguration:
          EventBridgeEnabled: false
`,
          at: 'NotificationConfiguration',
        },
      ],
      good: [
        ...['QueueConfigurations', 'TopicConfigurations'].map((target) => ({
          name: `${target} are declared`,
          source: `Resources:
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        ${target}:
          - Event: s3:ObjectRemoved:*
`,
        })),

        {
          name: 'a function is told',
          source: `Resources:
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations:
          - Event: s3:ObjectCreated:*
            Function: arn:aws:lambda:eu-west-1:111122223333:function:inbox
`,
        },
      ],
      undecided: [
        {
          name: 'turned on by a parameter without a default',
          source: `Parameters:
  Tell:
    Type: String
Resources:
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        EventBridgeConfiguration:
          EventBridgeEnabled: !Ref Tell
`,
          at: '!Ref Tell',
        },
      ],
    },
  },
});
