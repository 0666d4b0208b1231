import { singlePortRule } from './single-port.ts';

export const rule = singlePortRule('ingress', {
  id: 'aws-security-group-ingress-port-range',
  title: 'Security group must let in single ports, not ranges',
  topics: ['sg-ingress-port-range'],
  why: 'A range also lets in what nobody meant to serve: the port of a debugger or of an old version, as soon as something listens there.',
  equivalents: { cfn_nag: ['W27'], guard: ['SECURITY_GROUP_INGRESS_PORT_RANGE_RULE'] },
});
