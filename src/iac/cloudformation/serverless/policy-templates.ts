/** Policy templates of AWS SAM: what a name and its parameters allow. */
import type { Entry, Node, Range } from '../ast.ts';
import { nodeOf, substituted } from './made.ts';
import type { Made } from './made.ts';

interface Grant {
  readonly actions: readonly string[];
  /** `*`, or what follows `arn:${AWS::Partition}:`; `${Name}` is a parameter, `@` stands for region and account. */
  readonly resources: readonly string[];
}

/** `Name: actions > resources`; another statement of the same template repeats the name. */
const TEMPLATES: ReadonlyMap<string, readonly Grant[]> = table(`
  SQSPollerPolicy: sqs:ChangeMessageVisibility sqs:ChangeMessageVisibilityBatch sqs:DeleteMessage sqs:DeleteMessageBatch sqs:GetQueueAttributes sqs:ReceiveMessage > sqs:@:\${QueueName}
  SQSSendMessagePolicy: sqs:SendMessage* > sqs:@:\${QueueName}
  LambdaInvokePolicy: lambda:InvokeFunction > lambda:@:function:\${FunctionName}*
  CloudWatchDescribeAlarmHistoryPolicy: cloudwatch:DescribeAlarmHistory > *
  CloudWatchPutMetricPolicy: cloudwatch:PutMetricData > *
  EC2DescribePolicy: ec2:DescribeRegions ec2:DescribeInstances > *
  AMIDescribePolicy: ec2:DescribeImages > *
  DynamoDBCrudPolicy: dynamodb:GetItem dynamodb:DeleteItem dynamodb:PutItem dynamodb:Scan dynamodb:Query dynamodb:UpdateItem dynamodb:BatchWriteItem dynamodb:BatchGetItem dynamodb:DescribeTable dynamodb:ConditionCheckItem > dynamodb:@:table/\${TableName} dynamodb:@:table/\${TableName}/index/*
  DynamoDBReadPolicy: dynamodb:GetItem dynamodb:Scan dynamodb:Query dynamodb:BatchGetItem dynamodb:DescribeTable > dynamodb:@:table/\${TableName} dynamodb:@:table/\${TableName}/index/*
  DynamoDBWritePolicy: dynamodb:PutItem dynamodb:UpdateItem dynamodb:BatchWriteItem > dynamodb:@:table/\${TableName} dynamodb:@:table/\${TableName}/index/*
  DynamoDBReconfigurePolicy: dynamodb:UpdateTable > dynamodb:@:table/\${TableName}
  DynamoDBStreamReadPolicy: dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator > dynamodb:@:table/\${TableName}/stream/\${StreamName}
  DynamoDBStreamReadPolicy: dynamodb:ListStreams > dynamodb:@:table/\${TableName}/stream/*
  S3ReadPolicy: s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:GetLifecycleConfiguration > s3:::\${BucketName} s3:::\${BucketName}/*
  S3WritePolicy: s3:PutObject s3:PutObjectAcl s3:PutLifecycleConfiguration > s3:::\${BucketName} s3:::\${BucketName}/*
  S3CrudPolicy: s3:GetObject s3:ListBucket s3:GetBucketLocation s3:GetObjectVersion s3:PutObject s3:PutObjectAcl s3:GetLifecycleConfiguration s3:PutLifecycleConfiguration s3:DeleteObject > s3:::\${BucketName} s3:::\${BucketName}/*
  SESSendBouncePolicy: ses:SendBounce > ses:@:identity/\${IdentityName}
  ElasticsearchHttpPostPolicy: es:ESHttpPost es:ESHttpPut > es:@:domain/\${DomainName}/*
  CloudFormationDescribeStacksPolicy: cloudformation:DescribeStacks > cloudformation:@:stack/*
  RekognitionDetectOnlyPolicy: rekognition:DetectFaces rekognition:DetectLabels rekognition:DetectModerationLabels rekognition:DetectText > *
  SNSPublishMessagePolicy: sns:Publish > sns:@:\${TopicName}
  VPCAccessPolicy: ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DetachNetworkInterface > *
  KinesisStreamReadPolicy: kinesis:ListStreams kinesis:DescribeLimits > kinesis:@:stream/*
  KinesisStreamReadPolicy: kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator > kinesis:@:stream/\${StreamName}
  KMSDecryptPolicy: kms:Decrypt > kms:@:key/\${KeyId}
  KMSEncryptPolicy: kms:Encrypt > kms:@:key/\${KeyId}
  FirehoseWritePolicy: firehose:PutRecord firehose:PutRecordBatch > firehose:@:deliverystream/\${DeliveryStreamName}
  StepFunctionsExecutionPolicy: states:StartExecution > states:@:stateMachine:\${StateMachineName}
  EventBridgePutEventsPolicy: events:PutEvents > events:@:event-bus/\${EventBusName}
  SSMParameterReadPolicy: ssm:DescribeParameters > *
  SSMParameterReadPolicy: ssm:GetParameters ssm:GetParameter ssm:GetParametersByPath > ssm:@:parameter/\${ParameterName}
  CostExplorerReadOnlyPolicy: ce:GetCostAndUsage ce:GetDimensionValues ce:GetReservationCoverage ce:GetReservationPurchaseRecommendation ce:GetReservationUtilization ce:GetTags > *
  OrganizationsListAccountsPolicy: organizations:ListAccounts > *
  AWSSecretsManagerGetSecretValuePolicy: secretsmanager:GetSecretValue > \${SecretArn}
`);

function table(text: string): ReadonlyMap<string, readonly Grant[]> {
  const templates = new Map<string, Grant[]>();
  for (const line of text.trim().split('\n')) {
    const [name = '', allowed = ''] = line.trim().split(': ');
    const [actions = '', resources = ''] = allowed.split(' > ');
    templates.set(name, [...(templates.get(name) ?? []), { actions: actions.split(' '), resources: resources.split(' ') }]);
  }
  return templates;
}

/** The policy document that a template stands for; null when it is not known here. */
export function policyOfTemplate(name: string, parameters: ReadonlyMap<string, Entry>, at: Range): Node | null {
  const grants = TEMPLATES.get(name);
  if (grants === undefined) return null;
  const statements = grants.map(({ actions, resources }): Made => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources.map((resource) => resourceOf(resource, parameters)),
  }));
  return nodeOf({ Version: '2012-10-17', Statement: statements }, at);
}

function resourceOf(resource: string, parameters: ReadonlyMap<string, Entry>): Made {
  if (resource === '*') return resource;
  const names = [...resource.matchAll(/\$\{([A-Za-z]+)\}/gu)].map(([, name = '']) => name);
  const [only] = names;
  if (only !== undefined && resource === `\${${only}}`) return parameters.get(only)?.value ?? substituted(resource);
  const text = `arn:\${AWS::Partition}:${resource.replace('@', '${AWS::Region}:${AWS::AccountId}')}`;
  return substituted(text, Object.fromEntries(names.map((name) => [name, parameters.get(name)?.value])));
}
