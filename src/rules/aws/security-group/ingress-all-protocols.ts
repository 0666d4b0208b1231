import { namedProtocolRule } from './every-protocol.ts';

export const rule = namedProtocolRule('ingress', {
  id: 'aws-security-group-ingress-all-protocols',
  title: 'Security group must name the protocol of what it lets in',
  topics: ['sg-ingress-all-protocols'],
  why: 'An entry for every protocol lets the named networks reach whatever listens on any port, now or later: one host that is taken over there reaches all of it.',
  equivalents: { cfn_nag: ['W42'], guard: ['SECURITY_GROUP_INGRESS_ALL_PROTOCOLS_RULE'] },
});
