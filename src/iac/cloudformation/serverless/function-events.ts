/** Events of a function: what calls it, and what allows that. */
import type { Entry, Node } from '../ast.ts';
import { shorten } from '../problems.ts';
import { added } from './expansion.ts';
import type { Expansion, NamedEvent, Subject } from './expansion.ts';
import { attributeOf, itemsOf, nodeOf, referenceOf, refTo, substituted, textOf } from './made.ts';
import type { Made, MadeMap } from './made.ts';
import { expandRule, expandSchedule } from './schedules.ts';

/** The function, or its alias where one is published. */
export interface Target {
  readonly arn: Made;
  /** As a permission names it. */
  readonly name: Made;
  /** Name of the alias; null without one. */
  readonly qualifier: Node | null;
}

interface Polled {
  /** The property that names what is polled; null where it is not one ARN. */
  readonly source: string | null;
  /** Policy of the function's role. */
  readonly policy: string | null;
}

/** Events that Lambda polls. */
const POLLED: ReadonlyMap<string, Polled> = new Map<string, Polled>([
  ['SQS', { source: 'Queue', policy: 'service-role/AWSLambdaSQSQueueExecutionRole' }],
  ['Kinesis', { source: 'Stream', policy: 'service-role/AWSLambdaKinesisExecutionRole' }],
  ['DynamoDB', { source: 'Stream', policy: 'service-role/AWSLambdaDynamoDBExecutionRole' }],
  ['MSK', { source: 'Stream', policy: 'service-role/AWSLambdaMSKExecutionRole' }],
  ['MQ', { source: 'Broker', policy: null }],
  ['DocumentDB', { source: 'Cluster', policy: null }],
  ['SelfManagedKafka', { source: null, policy: null }],
]);

/** Managed policies that events add to the function's role, each once. */
export function policiesOfEvents(events: readonly NamedEvent[]): string[] {
  return [...new Set(events.flatMap(({ type }) => POLLED.get(type)?.policy ?? []))];
}

export function expandEvents(subject: Subject, expansion: Expansion, events: readonly NamedEvent[], target: Target): void {
  for (const event of events) new FunctionEvent(subject, expansion, event, target).expand();
}

class FunctionEvent {
  readonly #subject: Subject;
  readonly #expansion: Expansion;
  readonly #event: NamedEvent;
  readonly #target: Target;
  readonly #id: string;

  constructor(subject: Subject, expansion: Expansion, event: NamedEvent, target: Target) {
    this.#subject = subject;
    this.#expansion = expansion;
    this.#event = event;
    this.#target = target;
    this.#id = `${subject.id}${event.name}`;
  }

  expand(): void {
    const { type } = this.#event;
    const polled = POLLED.get(type);
    if (polled !== undefined) return this.#poll(polled);
    switch (type) {
      case 'Api':
        return this.#api();
      case 'HttpApi':
        return this.#httpApi();
      case 'S3':
        return this.#bucket();
      case 'SNS':
        return this.#topic();
      case 'Schedule':
      case 'CloudWatchEvent':
      case 'EventBridgeRule':
        expandRule(this.#subject, this.#expansion, this.#event, { Arn: this.#target.arn, Id: `${this.#id}LambdaTarget` });
        return this.#permission({ Principal: 'events.amazonaws.com', SourceArn: attributeOf(this.#id, 'Arn') });
      case 'ScheduleV2':
        return expandSchedule(this.#subject, this.#expansion, this.#event, { arn: this.#target.arn, action: 'lambda:InvokeFunction' });
      case 'CloudWatchLogs':
        return this.#logs();
      case 'IoTRule':
        return this.#iotRule();
      case 'AlexaSkill':
        return this.#permission({ Principal: 'alexa-appkit.amazon.com', EventSourceToken: this.#written('SkillId') });
      case 'Cognito':
        this.#permission({ Principal: 'cognito-idp.amazonaws.com', SourceArn: this.#attributeOfWritten('UserPool') });
        return this.#say('the trigger that it adds to the user pool is not read');
      default:
        return this.#say('its type is not known here, so what it makes is not audited');
    }
  }

  #say(what: string): void {
    this.#expansion.say(this.#event.keyRange, `the event ${shorten(this.#event.name)} of ${shorten(this.#subject.id)}: ${what}`);
  }

  #written(name: string): Node | undefined {
    return this.#event.properties.get(name)?.value;
  }

  /** The ARN of what a property refers to. */
  #attributeOfWritten(name: string): Made | undefined {
    const id = referenceOf(this.#written(name));
    return id === null ? this.#written(name) : attributeOf(id, 'Arn');
  }

  #kept(...left: readonly string[]): Entry[] {
    return [...this.#event.properties.values()].filter(({ key }) => !left.includes(key));
  }

  #add(id: string, type: string, properties: readonly Entry[]): void {
    this.#expansion.add(this.#subject, { id, type, properties });
  }

  #permission(source: MadeMap, suffix = ''): void {
    const properties = { Action: 'lambda:InvokeFunction', FunctionName: this.#target.name, ...source };
    this.#add(`${this.#id}Permission${suffix}`, 'AWS::Lambda::Permission', added(this.#subject, properties));
  }

  #poll({ source, policy }: Polled): void {
    const from = source === null ? undefined : this.#event.properties.get(source);
    this.#add(this.#id, 'AWS::Lambda::EventSourceMapping', [
      ...(from === undefined ? [] : [{ ...from, key: 'EventSourceArn' }]),
      ...added(this.#subject, { FunctionName: this.#target.name }),
      ...this.#kept(...(source === null ? [] : [source])),
    ]);
    if (policy === null && !this.#subject.properties.has('Role'))
      this.#say('the policy that it adds to the role of the function is not read');
  }

  #bucket(): void {
    const bucket = this.#written('Bucket');
    const id = referenceOf(bucket) ?? textOf(bucket);
    this.#permission({ Principal: 's3.amazonaws.com', SourceAccount: refTo('AWS::AccountId') });
    if (id === null || this.#expansion.declared.get(id) === undefined)
      return this.#say('its bucket is none of this template, as it must be; write !Ref and the bucket’s logical id');
    for (const event of itemsOf(this.#written('Events'))) {
      const configuration = nodeOf({ Event: event, Filter: this.#written('Filter'), Function: this.#target.arn }, this.#event.keyRange);
      this.#expansion.notify(id, configuration);
    }
  }

  #topic(): void {
    const topic = this.#written('Topic');
    const subscription = this.#written('SqsSubscription');
    if (subscription !== undefined && textOf(subscription) !== 'false') return this.#say('what SqsSubscription makes is not audited');
    this.#permission({ Principal: 'sns.amazonaws.com', SourceArn: topic });
    this.#add(this.#id, 'AWS::SNS::Subscription', [
      ...added(this.#subject, { Endpoint: this.#target.arn, Protocol: 'lambda', TopicArn: topic }),
      ...this.#kept('Topic', 'SqsSubscription'),
    ]);
  }

  #logs(): void {
    const group = this.#written('LogGroupName');
    const of = group === undefined ? undefined : arnOf('logs', 'log-group:${__LogGroupName__}:*', { __LogGroupName__: group });
    this.#permission({ Principal: 'logs.amazonaws.com', SourceArn: of });
    this.#add(this.#id, 'AWS::Logs::SubscriptionFilter', [...this.#kept(), ...added(this.#subject, { DestinationArn: this.#target.arn })]);
  }

  #iotRule(): void {
    this.#permission({ Principal: 'iot.amazonaws.com', SourceArn: arnOf('iot', 'rule/${RuleName}', { RuleName: refTo(this.#id) }) });
    const payload: MadeMap = {
      AwsIotSqlVersion: this.#written('AwsIotSqlVersion'),
      Sql: this.#written('Sql'),
      RuleDisabled: false,
      Actions: [{ Lambda: { FunctionArn: this.#target.arn } }],
    };
    this.#add(this.#id, 'AWS::IoT::TopicRule', added(this.#subject, { TopicRulePayload: payload }));
  }

  /** Every stage of the API may call the function; the permission is named after the one that the API has. */
  #api(): void {
    const api = this.#written('RestApiId');
    const explicit = api === undefined ? null : referenceOf(api);
    if (api === undefined) this.#expansion.needImplicit('Api', this.#subject);
    const stage = explicit === null ? undefined : this.#expansion.stageOf(explicit);
    const suffix = explicit === null || stage === undefined ? 'Prod' : (textOf(stage) ?? 'Stage');
    this.#permission(this.#calls(api ?? refTo('ServerlessRestApi'), '*'), suffix);
  }

  #httpApi(): void {
    const api = this.#written('ApiId');
    if (api === undefined) this.#expansion.needImplicit('HttpApi', this.#subject);
    this.#permission(this.#calls(api ?? refTo('ServerlessHttpApi'), '*'));
  }

  #calls(api: Made, stage: string): MadeMap {
    const method = (textOf(this.#written('Method')) ?? '*').toUpperCase();
    const path = (textOf(this.#written('Path')) ?? '/*').replaceAll(/\{[^{}/]*\}/gu, '*');
    const short = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const resource = `\${__ApiId__}/\${__Stage__}/${method === 'ANY' || method === 'X-AMAZON-APIGATEWAY-ANY-METHOD' ? '*' : method}${short}`;
    return { Principal: 'apigateway.amazonaws.com', SourceArn: arnOf('execute-api', resource, { __ApiId__: api, __Stage__: stage }) };
  }
}

function arnOf(service: string, resource: string, variables: MadeMap): MadeMap {
  return substituted(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`, variables);
}
