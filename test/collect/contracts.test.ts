import { expect, test } from '@jest/globals';
import { native } from '../../src/collect/protocols/native.ts';
import { segment } from '../../src/collect/protocols/segment.ts';
import { contractsOf } from '../../src/events/contract/contracts.ts';
import { createFakeStream, send } from '../helpers/collector.ts';
import { compiled } from '../helpers/ownProject.ts';

const columns = `
columns:
  plan: { type: string, description: Plan, required: true, allowed: [free, paid] }
  price: { type: 'decimal(6,2)', description: Price }
`;
const project = compiled({
  signed_up: `description: A\nstrict: reject${columns}`,
  upgraded: `description: B\nstrict: warn\ncolumns: { plan: { required: true } }`,
  signed_out: 'description: C\ncolumns: { plan: { required: true } }',
});
const contracts = contractsOf(project.eventTypes, project.columns);

const sent = (events: readonly object[], stream = createFakeStream()) =>
  send(native, { body: events }, stream, { contracts });

test('an event that contradicts a strict contract is answered 422 and goes to quarantine; the others are taken', async () => {
  const { status, body, stream } = await sent([
    { event_name: 'signed_up', properties: { plan: 'free', price: 1.25 } },
    { event_name: 'signed_up', properties: { plan: 'secret-plan', price: 1.255 } },
    { event_name: 'anything', properties: { plan: 1 } },
  ]);
  expect(status).toBe(207);
  expect(body.results).toEqual([
    { index: 0, event_id: 'id-1', status: 202 },
    {
      index: 1,
      status: 422,
      reason: 'contract_violation',
      detail:
        'plan must be one of: free, paid; price must be a decimal(6,2), and is a number that does not fit',
    },
    { index: 2, event_id: 'id-3', status: 202 },
  ]);
  expect(stream.events()).toHaveLength(2);
  expect(stream.refused()).toMatchObject([
    { refused: { reason: 'contract_violation' }, raw: expect.stringContaining('secret-plan') },
  ]);
});

test('an event that contradicts a contract of warnings is taken and counted by its name', async () => {
  const { status, collected, stream } = await sent([
    { event_name: 'upgraded', properties: {} },
    { event_name: 'upgraded', properties: { plan: 1 } },
    { event_name: 'upgraded', properties: { plan: 'any' } },
    { event_name: 'signed_out', properties: {} },
  ]);
  expect(status).toBe(202);
  expect(stream.events()).toHaveLength(4);
  expect(collected.tally?.contradicting).toEqual([{ event: 'upgraded', count: 2, first: 'plan is missing' }]);
});

test('an event that the stream did not take is not counted as contradicting: it comes again', async () => {
  const busy = createFakeStream((records) => records.map(() => 'ProvisionedThroughputExceededException'));
  const { status, collected } = await sent([{ event_name: 'upgraded', properties: {} }], busy);
  expect(status).toBe(503);
  expect(collected.tally?.contradicting).toBeUndefined();
});

test("Segment's calls are held to the same contract, under any spelling of the event's name", async () => {
  const track = segment('track', new Map(project.eventTypes.map((type) => [type.name, type])));
  const { stream } = await send(
    track,
    { body: { type: 'track', event: 'Signed Up', userId: 'u', properties: { plan: 'none' } } },
    createFakeStream(),
    { contracts },
  );
  expect(stream.refused()).toMatchObject([
    { refused: { reason: 'contract_violation', detail: 'plan must be one of: free, paid' } },
  ]);
});
