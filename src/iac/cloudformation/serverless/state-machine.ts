/** `AWS::Serverless::StateMachine`, its role and what starts it. */
import type { Entry } from '../ast.ts';
import { shorten } from '../problems.ts';
import { added, eventsOf, kept, madeFrom, OWN_ATTRIBUTES, renamed, tagsOf } from './expansion.ts';
import type { Expansion, NamedEvent, Subject } from './expansion.ts';
import { attributeOf, opaque, refTo, storedAt } from './made.ts';
import { roleOf, trust } from './role.ts';
import { expandRule, expandSchedule } from './schedules.ts';

const SAME = ['DefinitionSubstitutions', 'EncryptionConfiguration'];

export function expandStateMachine(subject: Subject, expansion: Expansion): void {
  const traced = subject.properties.has('Tracing');
  const role = roleOf(subject, expansion, {
    principal: 'states.amazonaws.com',
    managed: traced ? ['AWSXRayDaemonWriteAccess'] : [],
    inline: new Map(),
  });
  expansion.add(subject, {
    id: subject.id,
    type: 'AWS::StepFunctions::StateMachine',
    properties: [
      ...kept(subject, SAME),
      ...definition(subject),
      ...renamed(subject, 'Name', 'StateMachineName'),
      ...renamed(subject, 'Type', 'StateMachineType'),
      ...renamed(subject, 'Logging', 'LoggingConfiguration'),
      ...renamed(subject, 'Tracing', 'TracingConfiguration'),
      ...added(subject, { RoleArn: role }),
      ...tagsOf(subject, 'stateMachine:createdBy'),
    ],
    same: SAME,
    attributes: OWN_ATTRIBUTES,
  });
  for (const event of eventsOf(subject, expansion)) expandEvent(subject, expansion, event);
}

function definition(subject: Subject): Entry[] {
  if (subject.properties.has('DefinitionUri'))
    return madeFrom(subject, 'DefinitionUri', (uri) => ({ DefinitionS3Location: storedAt(uri, ['Bucket', 'Key', 'Version']) }));
  return madeFrom(subject, 'Definition', (written) => ({ DefinitionString: opaque(written) }));
}

function expandEvent(subject: Subject, expansion: Expansion, event: NamedEvent): void {
  const id = `${subject.id}${event.name}`;
  const arn = refTo(subject.id);
  switch (event.type) {
    case 'Schedule':
    case 'CloudWatchEvent':
    case 'EventBridgeRule': {
      const given = event.properties.get('RoleArn')?.value;
      if (given === undefined) addStarter(subject, expansion, `${id}Role`, 'events.amazonaws.com');
      const target = { Arn: arn, Id: `${id}StepFunctionsTarget`, RoleArn: given ?? attributeOf(`${id}Role`, 'Arn') };
      return expandRule(subject, expansion, event, target);
    }
    case 'ScheduleV2':
      return expandSchedule(subject, expansion, event, { arn, action: 'states:StartExecution' });
    case 'Api':
      if (!event.properties.has('RestApiId')) expansion.needImplicit('Api', subject);
      return addStarter(subject, expansion, `${id}Role`, 'apigateway.amazonaws.com');
    default:
      return expansion.say(
        event.keyRange,
        `the event ${shorten(event.name)} of ${shorten(subject.id)}: its type is not known here, so what it makes is not audited`,
      );
  }
}

/** A role that may start the state machine. */
function addStarter(subject: Subject, expansion: Expansion, id: string, principal: string): void {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: refTo(subject.id) }] };
  expansion.add(subject, {
    id,
    type: 'AWS::IAM::Role',
    properties: added(subject, {
      AssumeRolePolicyDocument: trust(principal),
      Policies: [{ PolicyName: `${id}StartExecutionPolicy`, PolicyDocument: policy }],
    }),
  });
}
